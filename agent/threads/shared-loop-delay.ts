/**
 * How late the loop of the storage thread was, for whoever asks on another thread: the 99th
 * percentile of each second, the newest of them, in memory that all threads see. A thread that
 * cannot answer in time could not be asked; so it tells, and each reader takes the worst of what
 * was told since it last looked.
 */
import { assert } from '../../shared/assert.ts';
import { loopDelayWindowsKept } from './limits.ts';

/** Of 32 bits: how many windows were told, and then the newest of them, in microseconds. */
const toldCell = 0;
const firstWindowCell = 1;
const cellsCount = firstWindowCell + loopDelayWindowsKept;
const microsecondsPerMs = 1_000;
const cellMost = 0x7f_ff_ff_ff;

export class SharedLoopDelay {
  /** To be handed to another thread, which makes its own SharedLoopDelay of it. */
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(
    memory: SharedArrayBuffer = new SharedArrayBuffer(cellsCount * Int32Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
    assert(this.#cells.length === cellsCount, 'the memory is that of a loop delay');
  }

  /** Of the measured thread: one more window. */
  tell(delayMs: number): void {
    const told = Atomics.load(this.#cells, toldCell);
    const delay = Math.min(Math.round(delayMs * microsecondsPerMs), cellMost);
    Atomics.store(this.#cells, cellOf(told), delay);
    Atomics.store(this.#cells, toldCell, told + 1);
  }

  /** Each call tells the worst window since the one before, and at least the newest, in ms. */
  reader(): () => number {
    let seen = Atomics.load(this.#cells, toldCell);
    return () => {
      const told = Atomics.load(this.#cells, toldCell);
      const from = Math.max(0, told - loopDelayWindowsKept, Math.min(seen, told - 1));
      seen = told;
      return this.#worst(from, told) / microsecondsPerMs;
    };
  }

  #worst(from: number, to: number): number {
    let worst = 0;
    for (let window = from; window < to; window += 1) {
      worst = Math.max(worst, Atomics.load(this.#cells, cellOf(window)));
    }
    return worst;
  }
}

function cellOf(window: number): number {
  return firstWindowCell + (window % loopDelayWindowsKept);
}
