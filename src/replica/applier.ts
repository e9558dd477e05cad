/**
 * The apply thread of the core: committed entries into the state, one transaction at a time. Work
 * comes in the order of the log; what is applied already (a snapshot has overtaken it) is skipped.
 */
import { assert } from '../../shared/assert.ts';
import type { StateStorage } from '../ports/state-storage.ts';
import type { Entry } from '../ports/store.ts';
import type { WriteOutcome } from '../ports/write-outcome.ts';
import type { MsgStorageApply, MsgStorageApplyResp } from '../raft/messages.ts';
import { type Entry as LogEntry, limitSize } from '../raft/types.ts';
import type { Hash } from './digest.ts';
import { applyBatchBytesMax, applyBatchEntriesMax, diskFullRetryTicks } from './limits.ts';
import type { MachineState } from './machine-state.ts';
import {
  type AppliedEntries,
  applyEntries,
  type Command,
  keysOf,
  readCommand,
} from './state-machine.ts';

export interface ApplierHost {
  /** A transaction is done: the state is the result's from now on. */
  applied(result: AppliedEntries): void;
  /** All entries of one piece of the core's work are applied. */
  finished(responses: readonly MsgStorageApplyResp[]): void;
  /** Not to be survived. */
  readonly failed: (reason: unknown) => void;
  readonly turnEnded: () => void;
}

interface Batch {
  readonly entry: LogEntry;
  readonly command: Command;
}

export class Applier {
  readonly #storage: StateStorage;
  readonly #hash: Hash;
  readonly #host: ApplierHost;
  #machine: MachineState;
  readonly #queue: MsgStorageApply[] = [];
  #isBusy = false;
  /** What could not be written for want of room, and for how long. */
  #unwritten: AppliedEntries | undefined;
  #fullTicks = 0;

  constructor(storage: StateStorage, machine: MachineState, hash: Hash, host: ApplierHost) {
    this.#storage = storage;
    this.#machine = machine;
    this.#hash = hash;
    this.#host = host;
  }

  get machine(): MachineState {
    return this.#machine;
  }

  get isFull(): boolean {
    return this.#unwritten !== undefined;
  }

  enqueue(work: MsgStorageApply): void {
    this.#queue.push(work);
    this.#next();
  }

  /** A snapshot took the place of the state. */
  replaceMachine(machine: MachineState): void {
    assert(!this.#isBusy, 'no snapshot is installed while entries are applied');
    assert(machine.applied.index > this.#machine.applied.index, 'the state never goes back');
    this.#machine = machine;
  }

  tick(): void {
    if (this.#unwritten === undefined) return;
    this.#fullTicks += 1;
    if (this.#fullTicks < diskFullRetryTicks) return;
    this.#fullTicks = 0;
    this.#write(this.#unwritten);
  }

  #next(): void {
    while (!this.#isBusy) {
      const work = this.#queue[0];
      if (work === undefined) return;
      const { index } = this.#machine.applied;
      const left = work.entries.filter((entry) => entry.index > index);
      if (left.length > 0) return this.#begin(left);
      this.#queue.shift();
      this.#host.finished(work.responses);
    }
  }

  #begin(left: readonly LogEntry[]): void {
    this.#isBusy = true;
    const entries = limitSize(left.slice(0, applyBatchEntriesMax), applyBatchBytesMax);
    const batch = this.#readCommands(entries);
    if (batch === undefined) return;
    const keys = keysOf(batch.map(({ command }) => command));
    if (keys.length === 0) return this.#evaluate(batch, new Map());
    this.#storage.readEntries(keys, (read) => {
      if (!read.ok) return this.#host.failed(read.reason);
      const held = new Map(keys.map((key, position) => [key, read.value[position]]));
      this.#evaluate(batch, held);
    });
  }

  #readCommands(entries: readonly LogEntry[]): readonly Batch[] | undefined {
    try {
      return entries.map((entry) => ({ entry, command: readCommand(entry) }));
    } catch (error) {
      this.#host.failed(error);
      return undefined;
    }
  }

  #evaluate(batch: readonly Batch[], held: ReadonlyMap<string, Entry | undefined>): void {
    const read = (key: string): Entry | undefined => held.get(key);
    this.#write(applyEntries(this.#machine, batch, read, this.#hash));
  }

  #write(result: AppliedEntries): void {
    this.#unwritten = undefined;
    this.#storage.apply(result.write, (outcome) => this.#written(result, outcome));
  }

  #written(result: AppliedEntries, outcome: WriteOutcome): void {
    if (outcome.kind === 'failed') return this.#host.failed(outcome.reason);
    if (outcome.kind === 'full') this.#unwritten = result;
    else {
      this.#machine = result.state;
      this.#isBusy = false;
      this.#host.applied(result);
      this.#next();
    }
    this.#host.turnEnded();
  }
}
