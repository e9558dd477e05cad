/**
 * The one queue of a simulated world: what happens next is what is due next, and of two that are
 * due together, what was asked for first. Time is virtual and whole microseconds; nothing else ever
 * waits.
 */
import assert from 'node:assert/strict';

/** Microseconds since the world began. */
export type Us = number;

export const usPerMs = 1_000;

class Due {
  readonly at: Us;
  readonly order: number;
  /** Undefined once it is cancelled. */
  run: (() => void) | undefined;

  constructor(at: Us, order: number, run: () => void) {
    this.at = at;
    this.order = order;
    this.run = run;
  }

  cancel(): void {
    this.run = undefined;
  }
}

export class Scheduler {
  /** A binary heap: no item is due before its parent. */
  readonly #heap: Due[] = [];
  #order = 0;
  now: Us = 0;

  /** Runs it after the delay, unless it is cancelled. */
  after(delayUs: Us, run: () => void): { cancel(): void } {
    assert.ok(delayUs >= 0, 'nothing happens in the past');
    const due = new Due(this.now + Math.round(delayUs), this.#order, run);
    this.#order += 1;
    this.#push(due);
    return due;
  }

  /** Runs the next one that is due by then. False: there is none, and it is then now. */
  runNext(until: Us): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) {
        this.now = Math.max(this.now, until);
        return false;
      }
      this.#pop();
      if (next.run === undefined) continue;
      this.now = next.at;
      next.run();
      return true;
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let position = heap.push(due) - 1;
    while (position > 0) {
      const above = (position - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(due, parent)) break;
      heap[position] = parent;
      position = above;
    }
    heap[position] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let position = 0;
    for (;;) {
      let below = 2 * position + 1;
      let child = heap[below];
      if (child === undefined) break;
      const right = heap[below + 1];
      if (right !== undefined && isBefore(right, child)) {
        below += 1;
        child = right;
      }
      if (!isBefore(child, last)) break;
      heap[position] = child;
      position = below;
    }
    heap[position] = last;
  }
}

function isBefore(left: Due, right: Due): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
