/**
 * The append thread of the core: writes to the log, one batch at a time. Work that comes while a
 * batch is being written waits and becomes the next batch, so that many entries share one sync
 * (group commit). Answers leave when all that they rest on is durable: in order, never sooner.
 *
 * A commit index alone needs no write: it is learned again. It goes along with the next batch.
 *
 * A full disk is waited for: nothing of the batch counts, and it is tried again. Any other failure
 * ends the node (src/ports/write-outcome.ts).
 */
import { assert } from '../../shared/assert.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStorage } from '../ports/log-storage.ts';
import type { WriteDone, WriteOutcome } from '../ports/write-outcome.ts';
import type { MsgStorageAppend } from '../raft/messages.ts';
import { type Entry, type HardState, type Snapshot, totalBytes } from '../raft/types.ts';
import { diskFullRetryTicks, logBatchBytesMax } from './limits.ts';

export interface LogWriterHost {
  /** Messages that were waiting for durability. */
  deliver(responses: MsgStorageAppend['responses']): void;
  /** Puts the staged state of this snapshot in place, durably. */
  install(snapshot: Snapshot, done: WriteDone): void;
  /** Not to be survived. */
  readonly failed: (reason: unknown) => void;
  /** A write ended: there may be work. Called last. */
  readonly turnEnded: () => void;
}

type Step = (done: WriteDone) => void;

export class LogWriter {
  readonly #log: LogStorage;
  readonly #clock: Clock;
  readonly #host: LogWriterHost;
  #queue: MsgStorageAppend[] = [];
  /** Of the batch under way: what is still to be done, the first of them running. */
  #steps: readonly Step[] = [];
  #responses: MsgStorageAppend['responses'] = [];
  /** A hard state that no write has carried yet. */
  #hardState: HardState | undefined;
  #startedMs = 0;
  #latencyMs = 0;
  #writingTicks = 0;
  #fullTicks = 0;
  /** The log is at work for the first of the steps. */
  #isRunning = false;

  constructor(log: LogStorage, clock: Clock, host: LogWriterHost) {
    this.#log = log;
    this.#clock = clock;
    this.#host = host;
  }

  get isWriting(): boolean {
    return this.#steps.length > 0;
  }

  /** The disk was full at the last attempt. */
  get isFull(): boolean {
    return this.#fullTicks > 0;
  }

  /** Ticks since the batch under way was begun. */
  get writingTicks(): number {
    return this.#writingTicks;
  }

  /** What the last batch took, or the one under way takes already. */
  get latencyMs(): number {
    const runningMs = this.isWriting ? this.#clock.monotonicMs() - this.#startedMs : 0;
    return Math.floor(Math.max(this.#latencyMs, runningMs));
  }

  enqueue(work: MsgStorageAppend): void {
    this.#queue.push(work);
    this.#startNext();
  }

  tick(): void {
    if (!this.isWriting) return;
    this.#writingTicks += 1;
    if (!this.isFull || this.#isRunning) return;
    this.#fullTicks += 1;
    if (this.#fullTicks <= diskFullRetryTicks) return;
    this.#fullTicks = 1;
    this.#runStep();
  }

  #startNext(): void {
    this.#passWithoutWrite();
    const first = this.#queue[0];
    if (first === undefined || this.isWriting) return;
    this.#startedMs = this.#clock.monotonicMs();
    this.#writingTicks = 0;
    if (first.snapshot === undefined) this.#startBatch();
    else this.#startInstall(first, first.snapshot);
    this.#runStep();
  }

  /** Work at the head of the queue that needs no write is done as soon as nothing is before it. */
  #passWithoutWrite(): void {
    while (!this.isWriting) {
      const first = this.#queue[0];
      if (first === undefined || first.mustSync) return;
      assert(first.entries.length === 0, 'entries are synced');
      this.#queue.shift();
      this.#hardState = first.hardState ?? this.#hardState;
      this.#host.deliver(first.responses);
    }
  }

  #startBatch(): void {
    let entries: readonly Entry[] = [];
    let taken = 0;
    for (const work of this.#queue) {
      const isTooMuch = taken > 0 && totalBytes(entries) > logBatchBytesMax;
      if (work.snapshot !== undefined || isTooMuch) break;
      entries = joinEntries(entries, work.entries);
      this.#hardState = work.hardState ?? this.#hardState;
      taken += 1;
    }
    const works = this.#queue.splice(0, taken);
    this.#responses = works.flatMap(({ responses }) => responses);
    const batch = { entries, hardState: this.#hardState };
    this.#hardState = undefined;
    this.#steps = [(done) => this.#log.append(batch, done)];
  }

  /**
   * First the term, for the snapshot is of it; then the state; then the log behind it. After a
   * crash in between, the state is ahead of the log, which the next start puts right.
   */
  #startInstall(work: MsgStorageAppend, snapshot: Snapshot): void {
    this.#queue.shift();
    const { term, index, ...rest } = snapshot;
    assert(rest.confState.voters.length > 0, 'a snapshot has a configuration');
    const hardState = work.hardState ?? this.#hardState;
    this.#hardState = undefined;
    this.#responses = work.responses;
    const { entries } = work;
    this.#steps = [
      (done) => this.#log.append({ entries: [], hardState: this.#withoutCommit(hardState) }, done),
      (done) => this.#host.install(snapshot, done),
      (done) => this.#log.reset({ term, index }, done),
      (done) => this.#log.append({ entries, hardState }, done),
    ];
  }

  /** A commit beyond the log on the disk would look like a damaged log. */
  #withoutCommit(hardState: HardState | undefined): HardState | undefined {
    if (hardState === undefined) return undefined;
    return { ...hardState, commit: Math.min(hardState.commit, this.#log.lastIndex()) };
  }

  #runStep(): void {
    const step = this.#steps[0];
    assert(step !== undefined, 'a step is to be done');
    assert(!this.#isRunning, 'one step is done at a time');
    this.#isRunning = true;
    step((outcome) => this.#stepDone(outcome));
  }

  #stepDone(outcome: WriteOutcome): void {
    this.#isRunning = false;
    if (outcome.kind === 'failed') return this.#host.failed(outcome.reason);
    if (outcome.kind === 'full') this.#fullTicks = Math.max(this.#fullTicks, 1);
    else this.#stepSucceeded();
    this.#host.turnEnded();
  }

  #stepSucceeded(): void {
    this.#fullTicks = 0;
    this.#steps = this.#steps.slice(1);
    if (this.isWriting) return this.#runStep();
    this.#latencyMs = this.#clock.monotonicMs() - this.#startedMs;
    this.#writingTicks = 0;
    const responses = this.#responses;
    this.#responses = [];
    this.#host.deliver(responses);
    this.#startNext();
  }
}

/** The entries as they are after both writes: a later one replaces from its first index on. */
function joinEntries(earlier: readonly Entry[], later: readonly Entry[]): readonly Entry[] {
  const first = later[0];
  if (first === undefined) return earlier;
  const kept = earlier.filter(({ index }) => index < first.index);
  return [...kept, ...later];
}
