/** Virtual time: events in the order of their time, and of their making at the same time. */
export class Scheduler {
  #nowMs = 0;
  #made = 0;
  /** A binary heap. */
  readonly #heap: Due[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs the callback later. The returned function cancels it. */
  after(delayMs: number, run: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + delayMs, order: this.#made, run };
    this.#made += 1;
    this.#push(due);
    return () => {
      due.run = undefined;
    };
  }

  /** Runs the next event; false if there is none. */
  step(): boolean {
    const due = this.#pop();
    if (due === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, due.atMs);
    due.run?.();
    return true;
  }

  /** Runs until something holds; fails when virtual time is up. */
  runUntil(holds: () => boolean, limitMs = 60_000): void {
    const endMs = this.#nowMs + limitMs;
    while (!holds()) {
      if (this.#nowMs > endMs || !this.step()) throw new Error('it did not come to hold in time');
    }
  }

  runFor(ms: number): void {
    const endMs = this.#nowMs + ms;
    while ((this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY) <= endMs) this.step();
    this.#nowMs = endMs;
  }

  #push(due: Due): void {
    const heap = this.#heap;
    heap.push(due);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at], heap[parent])) break;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && isBefore(heap[left], heap[least])) least = left;
      if (right < heap.length && isBefore(heap[right], heap[least])) least = right;
      if (least === at) return first;
      swap(heap, at, least);
      at = least;
    }
  }
}

interface Due {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

function isBefore(left: Due | undefined, right: Due | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}

function swap(heap: Due[], left: number, right: number): void {
  const [atLeft, atRight] = [heap[left], heap[right]];
  if (atLeft === undefined || atRight === undefined) return;
  heap[left] = atRight;
  heap[right] = atLeft;
}
