import { assert } from '../../shared/assert.ts';
import type { Clock } from '../ports/clock.ts';

/** Lets at most `perSecondMax` events through in any one second. Keeps that many times, no more. */
export class AttemptLimit {
  readonly #clock: Clock;
  readonly #timesMs: number[];
  #next = 0;

  constructor(clock: Clock, perSecondMax: number) {
    assert(perSecondMax > 0, 'something is let through');
    this.#clock = clock;
    this.#timesMs = Array.from({ length: perSecondMax }, () => Number.NEGATIVE_INFINITY);
  }

  /** Whether one more is within the limit; if so it counts. */
  admit(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const oldestMs = this.#timesMs[this.#next] ?? Number.NEGATIVE_INFINITY;
    if (nowMs - oldestMs < 1_000) return false;
    this.#timesMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#timesMs.length;
    return true;
  }
}
