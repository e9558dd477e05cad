/**
 * The core with the least around it that makes a node: it writes what the core hands out, answers,
 * applies and carries snapshots. What a driver decides (who may lead, who forwards what, when to
 * refuse) is not here: that is tried with the real driver.
 */
import assert from 'node:assert/strict';
import type { WriteOutcome } from '../../../src/ports/write-outcome.ts';
import { decodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { ConfChange } from '../../../src/raft/conf-change.ts';
import type {
  Message,
  MsgStorageAppend,
  MsgStorageApply,
  PeerMessage,
} from '../../../src/raft/messages.ts';
import { productionSwitches } from '../../../src/raft/options.ts';
import { RawNode } from '../../../src/raft/raw-node.ts';
import type { StableLog } from '../../../src/raft/stable-log.ts';
import type { Entry, HardState, NodeId, Snapshot } from '../../../src/raft/types.ts';
import type { SimLog } from '../world/sim-log.ts';
import { encodeCommand } from './command.ts';
import type { NodeContext, Parcel } from './context.ts';
import { type CoreState, emptyRegister, type StateImage } from './core-state.ts';
import type { Host, OutcomeDone, WriteRequest } from './host.ts';

const retryFullUs = 100_000;

interface WaitingWrite {
  readonly term: number;
  readonly done: OutcomeDone;
}

interface WaitingRead {
  readonly key: number;
  readonly done: OutcomeDone;
  /** Undefined until the core has answered. */
  index: number | undefined;
}

export class CoreHost implements Host {
  readonly core: RawNode;
  readonly #context: NodeContext;
  readonly #log: SimLog;
  readonly #state: CoreState;
  #elapsedMs = 0;
  #appendWork: MsgStorageAppend[] = [];
  #isWriting = false;
  #applyWork: MsgStorageApply[] = [];
  #isApplying = false;
  /** Contents of snapshots that were announced, by their place. */
  readonly #incoming = new Map<string, StateImage>();
  readonly #writes = new Map<number, WaitingWrite>();
  readonly #reads = new Map<number, WaitingRead>();

  constructor(context: NodeContext, log: SimLog, state: CoreState) {
    this.#context = context;
    this.#log = log;
    this.#state = state;
    this.core = new RawNode({
      ...context.sizes,
      ...productionSwitches,
      id: context.id,
      stableLog: stableLog(log, state),
      applied: state.current.index,
      draw: (bound) => context.chance.below(bound),
      emit: () => {},
    });
  }

  elapsed(elapsedMs: number): void {
    const { tickMs, sizes } = this.#context;
    // After a stall: no more than one election time-out in one turn.
    this.#elapsedMs = Math.min(this.#elapsedMs + elapsedMs, tickMs * sizes.electionTicks);
    while (this.#elapsedMs >= tickMs) {
      this.#elapsedMs -= tickMs;
      this.core.tick();
    }
    this.pump();
  }

  receive({ message, content }: Parcel): void {
    if (message.type === 'MsgSnap' && content !== undefined) {
      this.#incoming.set(placeOf(message.snapshot), content);
    }
    this.core.step(message);
    this.pump();
  }

  write(request: WriteRequest, done: OutcomeDone): void {
    const refusal = this.core.propose(encodeCommand(request));
    if (refusal === undefined) {
      const { term, index } = this.core.raft.log.lastEntryId();
      this.#writes.set(index, { term, done });
    } else done({ kind: 'refused' });
    this.pump();
  }

  read(key: number, done: OutcomeDone): void {
    const context = this.#context.nextContext();
    const refusal = this.core.readIndex(context);
    if (refusal === undefined) this.#reads.set(context, { key, done, index: undefined });
    else done({ kind: 'refused' });
    this.pump();
  }

  transfer(to: NodeId): void {
    this.core.transferLeader(to);
    this.pump();
  }

  change(change: ConfChange): void {
    this.core.proposeConfChange(change);
    this.pump();
  }

  setSealed(): void {}

  compact(): void {
    this.#state.checkpoint();
    const { index } = this.#state.checkpointed;
    const upTo = Math.min(index, this.core.raft.log.applied) - this.#context.trailingEntries;
    if (upTo >= this.#log.firstIndex()) this.#log.cut(upTo);
  }

  get appliedIndex(): number {
    return this.#state.current.index;
  }

  digest(): { index: number; text: string } {
    const { index, fold, confState } = this.#state.current;
    return { index, text: `${fold} ${JSON.stringify(confState)}` };
  }

  /** Takes from the core whatever it has to be done. */
  pump(): void {
    while (this.core.hasReady) {
      const { messages, readStates } = this.core.ready();
      for (const { index, context } of readStates) {
        const read = this.#reads.get(context);
        if (read !== undefined) read.index = index;
      }
      for (const message of messages) this.#handOut(message);
      this.#answerReads();
    }
    this.#startWrite();
    this.#startApply();
  }

  #handOut(message: Message): void {
    if (message.type === 'MsgStorageAppend') this.#appendWork.push(message);
    else if (message.type === 'MsgStorageApply') this.#applyWork.push(message);
    else this.#send(message as PeerMessage);
  }

  #send(message: PeerMessage): void {
    const { witness } = this.#context;
    witness.sent(message);
    let content: StateImage | undefined;
    if (message.type === 'MsgSnap') {
      content = this.#state.current;
      assert.equal(content.index, message.snapshot.index, 'the state is the snapshot');
    }
    this.#context.send(message.to, { message, content });
  }

  #respond(responses: readonly Message[]): void {
    for (const response of responses) {
      if (response.to === this.#context.id) this.core.step(response);
      else this.#send(response as PeerMessage);
    }
  }

  #startWrite(): void {
    const first = this.#appendWork[0];
    if (this.#isWriting || first === undefined) return;
    this.#isWriting = true;
    if (first.snapshot === undefined) this.#writeBatch(groupOf(this.#appendWork));
    else this.#installSnapshot(first, first.snapshot);
  }

  /** Several writes with one sync. */
  #writeBatch(group: readonly MsgStorageAppend[]): void {
    const batch = batchOf(group);
    const isEmpty = batch.entries.length === 0 && batch.hardState === undefined;
    const finish = (): void => {
      this.#isWriting = false;
      this.#appendWork.splice(0, group.length);
      this.#respond(group.flatMap(({ responses }) => responses));
      this.pump();
    };
    if (isEmpty) this.#context.after(0, finish);
    else this.#log.append(batch, (outcome) => this.#settled(outcome, finish));
  }

  #settled(outcome: WriteOutcome, finish: () => void): void {
    this.#context.turn(() => {
      if (outcome.kind === 'done') finish();
      else if (outcome.kind === 'failed') this.#context.die('a write to the disk failed');
      else {
        // It cannot lead like that; what was asked for is asked for again.
        this.core.stepDown();
        this.#context.after(retryFullUs, () => {
          this.#isWriting = false;
          this.pump();
        });
        this.pump();
      }
    });
  }

  /** The state first, then the log behind it: a start in between finds the state ahead of it. */
  #installSnapshot(work: MsgStorageAppend, snapshot: Snapshot): void {
    const content = this.#incoming.get(placeOf(snapshot));
    assert.ok(content !== undefined, 'what is installed has come');
    const finish = (): void => {
      // A newer one may have come meanwhile.
      for (const [place, { index }] of this.#incoming) {
        if (index <= snapshot.index) this.#incoming.delete(place);
      }
      this.#appendWork[0] = { ...work, snapshot: undefined };
      this.#isWriting = false;
      this.#context.witness.happened('snapshots');
      this.#forgetWaiting();
      this.pump();
    };
    this.#state.install(content, (installed) =>
      this.#settled(installed, () => {
        this.#log.reset(snapshot, (reset) => this.#settled(reset, finish));
      }),
    );
  }

  /** What waits for entries that the snapshot has passed will not be told of them. */
  #forgetWaiting(): void {
    for (const { done } of this.#writes.values()) done({ kind: 'unknown' });
    this.#writes.clear();
  }

  #startApply(): void {
    if (this.#isApplying || this.#applyWork.length === 0) return;
    this.#isApplying = true;
    const { applyMeanUs, chance } = this.#context;
    this.#context.after(chance.aroundMean(applyMeanUs), () => {
      const work = this.#applyWork.shift();
      this.#isApplying = false;
      if (work === undefined) return;
      for (const entry of work.entries) this.#apply(entry);
      this.#respond(work.responses);
      this.#answerReads();
      this.pump();
    });
  }

  #apply(entry: Entry): void {
    const { current } = this.#state;
    if (entry.index <= current.index) return;
    let conf = current.confState;
    if (entry.type === 'conf-change') {
      conf = this.core.applyConfChange(entry.index, decodeConfChange(entry.data));
    }
    const { succeeded, register } = this.#state.apply(entry, conf);
    this.#context.witness.applied(entry, conf);
    const waiting = this.#writes.get(entry.index);
    if (waiting === undefined) return;
    this.#writes.delete(entry.index);
    if (waiting.term !== entry.term) waiting.done({ kind: 'refused' });
    else {
      const { value, revision: keyRevision } = register;
      waiting.done({ kind: 'done', revision: entry.index, value, keyRevision, succeeded });
    }
  }

  #answerReads(): void {
    const { index: revision, registers } = this.#state.current;
    for (const [context, read] of this.#reads) {
      if (read.index === undefined || read.index > revision) continue;
      this.#reads.delete(context);
      const { value, revision: keyRevision } = registers.get(read.key) ?? emptyRegister;
      read.done({ kind: 'done', revision, value, keyRevision, succeeded: true });
    }
  }
}

function stableLog(log: SimLog, state: CoreState): StableLog {
  return {
    initialState: () => ({
      hardState: log.hardState(),
      confState: state.current.confState,
    }),
    firstIndex: () => log.firstIndex(),
    lastIndex: () => log.lastIndex(),
    term: (index) => log.term(index),
    entries: (low, high, bytesMax) => log.entries(low, high, bytesMax),
    snapshot: () => (state.current.index > 0 ? state.current : undefined),
  };
}

/** The writes that can share a sync: up to the next snapshot. */
function groupOf(work: readonly MsgStorageAppend[]): readonly MsgStorageAppend[] {
  const end = work.findIndex(({ snapshot }) => snapshot !== undefined);
  return end === -1 ? [...work] : work.slice(0, end);
}

function batchOf(group: readonly MsgStorageAppend[]): {
  entries: readonly Entry[];
  hardState: HardState | undefined;
} {
  let entries: readonly Entry[] = [];
  let hardState: HardState | undefined;
  for (const work of group) {
    hardState = work.hardState ?? hardState;
    const first = work.entries[0];
    // A later write replaces what an earlier one of the same batch would have written.
    if (first !== undefined) {
      entries = [...entries.filter(({ index }) => index < first.index), ...work.entries];
    }
  }
  return { entries, hardState };
}

function placeOf({ term, index }: Snapshot): string {
  return `${term}/${index}`;
}
