/**
 * Whether a history of one register is linearizable, by search: Wing and Gong's algorithm with
 * Lowe's cache of what was seen before ("Testing for linearizability", 2017). It knows nothing of
 * revisions, and so judges them too. Exponential where many operations overlap: for small ones.
 */
import assert from 'node:assert/strict';
import type { Operation } from './history.ts';

/** Where the search gives up, in steps: no verdict. */
const stepsMax = 20_000;

export type Verdict = 'linearizable' | 'not-linearizable' | 'unknown';

interface Call {
  /** Undefined in a read. */
  readonly written: number | undefined;
  /** What it was told: the value read or overwritten-if; undefined where nobody was told. */
  readonly seen: number | undefined;
  readonly began: number;
  /** Infinity where nobody was told: it may take effect at any time, or never. */
  readonly ended: number;
}

/** The operations are of one key. Conditional ones are not for this search. */
export function judge(operations: readonly Operation[]): Verdict {
  const calls = operations.flatMap(callOf).sort((left, right) => left.began - right.began);
  const mustCount = calls.filter(({ ended }) => ended !== Number.POSITIVE_INFINITY).length;
  return new Search(calls, mustCount).run();
}

function callOf({ write, began, ended, outcome }: Operation): readonly Call[] {
  assert.ok(write?.ifRevision === undefined, 'conditional writes are judged by their revisions');
  if (outcome?.kind === 'refused') return [];
  if (outcome?.kind === 'done') {
    const seen = write === undefined ? outcome.value : undefined;
    return [{ written: write?.value, seen, began, ended }];
  }
  // A read without an answer says nothing.
  if (write === undefined) return [];
  return [{ written: write.value, seen: undefined, began, ended: Number.POSITIVE_INFINITY }];
}

interface Frame {
  readonly taken: number;
  readonly before: number;
  next: number;
}

class Search {
  readonly #calls: readonly Call[];
  readonly #mustCount: number;
  readonly #isTaken: boolean[];
  /** Sets of calls with the value they lead to: no second look is needed. */
  readonly #cache = new Set<string>();
  #steps = 0;

  constructor(calls: readonly Call[], mustCount: number) {
    this.#calls = calls;
    this.#mustCount = mustCount;
    this.#isTaken = calls.map(() => false);
  }

  run(): Verdict {
    const frames: Frame[] = [];
    let value = 0;
    let mustTaken = 0;
    let next = 0;
    for (;;) {
      if (mustTaken === this.#mustCount) return 'linearizable';
      this.#steps += 1;
      if (this.#steps > stepsMax) return 'unknown';
      const found = this.#nextCandidate(next, value);
      if (found === undefined) {
        const frame = frames.pop();
        if (frame === undefined) return 'not-linearizable';
        this.#isTaken[frame.taken] = false;
        if (this.#calls[frame.taken]?.ended !== Number.POSITIVE_INFINITY) mustTaken -= 1;
        value = frame.before;
        next = frame.taken + 1;
        continue;
      }
      frames.push({ taken: found, before: value, next: 0 });
      const call = this.#calls[found];
      if (call?.ended !== Number.POSITIVE_INFINITY) mustTaken += 1;
      value = call?.written ?? value;
      next = 0;
    }
  }

  /** The next call that may take effect now, and leads to something new; it is taken. */
  #nextCandidate(from: number, value: number): number | undefined {
    let firstEnd = Number.POSITIVE_INFINITY;
    for (const [position, call] of this.#calls.entries()) {
      if (!this.#isTaken[position]) firstEnd = Math.min(firstEnd, call.ended);
    }
    for (let position = from; position < this.#calls.length; position += 1) {
      const call = this.#calls[position];
      if (call === undefined || call.began > firstEnd) return undefined;
      if (this.#isTaken[position] || !fits(call, value)) continue;
      this.#isTaken[position] = true;
      const key = `${this.#isTaken.map(Number).join('')} ${call.written ?? value}`;
      if (!this.#cache.has(key)) {
        this.#cache.add(key);
        return position;
      }
      this.#isTaken[position] = false;
    }
    return undefined;
  }
}

function fits({ written, seen }: Call, value: number): boolean {
  return written !== undefined || seen === value;
}
