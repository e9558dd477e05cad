/**
 * Where the store stands, in memory that all threads of the process see: its revision, and what
 * cluster time is. A request thread that has copies of entries, complete up to that revision,
 * answers reads from them without asking the storage thread.
 *
 * Why such a read is linearizable: the storage thread writes the revision in the step in which a
 * commit becomes visible, before it answers that commit. A read loads the revision after it began.
 * So it finds at least that of every commit that was answered before, on whichever thread, and it
 * answers at a revision that was the newest at some moment between its begin and its end.
 *
 * Why time does not go back: between two stamps cluster time is the monotonic clock, which all
 * threads share, plus a constant that only grows (src/store/cluster-time.ts). The constant is
 * written before the answer that shows the stamp, in whole milliseconds, so that every thread adds
 * up to the same time. That a thread told some is said to the storage thread, which keeps it on the
 * disk; it asks the clock after it took that word, so what it keeps is not before what was told.
 *
 * With several voting agents none of this holds: another agent may have committed what this process
 * has not heard of, and a read index has to be asked for. Then there is no shared position.
 */
import { assert } from '../../shared/assert.ts';
import { clusterTimeIdleMs } from '../../src/store/cluster-time.ts';

/** Cells of 64 bits. */
const revisionCell = 0;
/** Cluster time minus the monotonic clock, ms. */
const offsetCell = 1;
/** When the last stamp was made, ms of the monotonic clock. */
const stampedCell = 2;
/** 1 if a time was told since the storage thread last looked. */
const toldCell = 3;
const cellsCount = 4;

export class SharedPosition {
  /** To be handed to another thread, which makes its own SharedPosition of it. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: BigInt64Array;

  constructor(
    memory: SharedArrayBuffer = new SharedArrayBuffer(cellsCount * BigInt64Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#cells = new BigInt64Array(memory);
    assert(this.#cells.length === cellsCount, 'the memory is that of a position');
  }

  get revision(): number {
    return this.#load(revisionCell);
  }

  /** Of the storage thread: a newer revision is visible. */
  moved(revision: number): void {
    assert(revision >= this.revision, 'the revision does not go back');
    this.#store(revisionCell, revision);
  }

  /** Of the storage thread: cluster time is this at that time, and goes on. */
  stamped(timeMs: number, monotonicMs: number): void {
    this.#store(offsetCell, timeMs - monotonicMs);
    this.#store(stampedCell, monotonicMs);
  }

  /** Of the storage thread: whether a time was told since it last took this. */
  takeTold(): boolean {
    return Atomics.exchange(this.#cells, toldCell, 0n) === 1n;
  }

  /**
   * Cluster time for a read, at a moment of the monotonic clock that lies after the read's begin;
   * undefined when the store must be asked, because a stamp is due.
   */
  tellTimeMs(monotonicMs: number): number | undefined {
    const nowMs = Math.floor(monotonicMs);
    if (nowMs - this.#load(stampedCell) >= clusterTimeIdleMs) return undefined;
    const timeMs = this.#load(offsetCell) + nowMs;
    if (this.#load(toldCell) === 0) this.#store(toldCell, 1);
    return timeMs;
  }

  #load(cell: number): number {
    return Number(Atomics.load(this.#cells, cell));
  }

  #store(cell: number, value: number): void {
    assert(Number.isSafeInteger(value), 'a cell holds a whole number');
    Atomics.store(this.#cells, cell, BigInt(value));
  }
}
