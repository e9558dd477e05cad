/**
 * The state machine of the core's world: a few registers, and a fold over everything applied. It
 * falls back to its last checkpoint in a crash; the log has the rest.
 */
import assert from 'node:assert/strict';
import type { WriteDone } from '../../../src/ports/write-outcome.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ConfState, Entry, Snapshot } from '../../../src/raft/types.ts';
import type { Disk } from '../world/disk.ts';
import { decodeCommand } from './command.ts';

export interface Register {
  readonly value: number;
  readonly revision: number;
}

export const emptyRegister: Register = { value: 0, revision: 0 };

/** Never changed; what a snapshot carries. */
export interface StateImage extends Snapshot {
  readonly registers: ReadonlyMap<number, Register>;
  /** A hash over all entries applied. */
  readonly fold: number;
}

export const emptyState: StateImage = {
  index: 0,
  term: 0,
  confState: emptyConf,
  registers: new Map(),
  fold: 0,
};

export interface AppliedEntry {
  readonly succeeded: boolean;
  readonly register: Register;
}

export class CoreState {
  readonly #disk: Disk;
  #current: StateImage;
  #checkpoint: StateImage;
  #isCheckpointing = false;

  constructor(disk: Disk, image: StateImage) {
    this.#disk = disk;
    this.#current = image;
    this.#checkpoint = image;
  }

  get current(): StateImage {
    return this.#current;
  }

  get checkpointed(): StateImage {
    return this.#checkpoint;
  }

  /** Applies one entry; `confState` is the configuration behind it. */
  apply(entry: Entry, confState: ConfState): AppliedEntry {
    const state = this.#current;
    assert.equal(entry.index, state.index + 1, 'entries are applied one by one');
    const { index, term } = entry;
    const fold = foldEntry(state.fold, entry);
    const isWrite = entry.type === 'normal' && entry.data.length > 0;
    if (!isWrite) {
      this.#current = { ...state, index, term, confState, fold };
      return { succeeded: true, register: emptyRegister };
    }
    const { key, value, ifRevision } = decodeCommand(entry.data);
    const before = state.registers.get(key) ?? emptyRegister;
    const succeeded = ifRevision === undefined || ifRevision === before.revision;
    const register = succeeded ? { value, revision: index } : before;
    const registers = new Map(state.registers).set(key, register);
    this.#current = { index, term, confState, fold, registers };
    return { succeeded, register };
  }

  /** Makes the state of now durable, some time. */
  checkpoint(): void {
    if (this.#isCheckpointing || this.#checkpoint === this.#current) return;
    this.#isCheckpointing = true;
    const image = this.#current;
    const settle = (isDurable: boolean): void => {
      this.#isCheckpointing = false;
      if (isDurable && image.index > this.#checkpoint.index) this.#checkpoint = image;
    };
    this.#disk.write({ settle, done: () => {}, mayBeFull: true });
  }

  /** Puts another state in the place of this one, durably and as one step. */
  install(image: StateImage, done: WriteDone): void {
    const settle = (isDurable: boolean): void => {
      if (!isDurable) return;
      this.#current = image;
      this.#checkpoint = image;
    };
    this.#disk.write({ settle, done, mayBeFull: false });
  }

  crash(): void {
    this.#isCheckpointing = false;
    this.#current = this.#checkpoint;
  }
}

function foldEntry(fold: number, { index, term, data }: Entry): number {
  let hash = Math.imul(fold ^ index, 16_777_619) ^ term;
  for (const byte of data) hash = Math.imul(hash ^ byte, 16_777_619);
  return hash | 0;
}
