/** How often what anybody may try at a sealed node is let through. */
import { assert } from '../../shared/assert.ts';
import type { Clock } from '../ports/clock.ts';
import { resetsPerHourMax, wrongSharesPerSecondMax } from './limits.ts';

export interface AttemptRate {
  readonly attemptsMax: number;
  readonly windowMs: number;
}

export const wrongShareRate: AttemptRate = {
  attemptsMax: wrongSharesPerSecondMax,
  windowMs: 1_000,
};
export const resetRate: AttemptRate = { attemptsMax: resetsPerHourMax, windowMs: 60 * 60 * 1_000 };

/** Lets at most `attemptsMax` events through in any `windowMs`. Keeps that many times, no more. */
export class AttemptLimit {
  readonly #clock: Clock;
  readonly #windowMs: number;
  readonly #timesMs: number[];
  #next = 0;

  constructor(clock: Clock, { attemptsMax, windowMs }: AttemptRate) {
    assert(attemptsMax > 0, 'something is let through');
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#timesMs = Array.from({ length: attemptsMax }, () => Number.NEGATIVE_INFINITY);
  }

  /** Whether one more is within the limit; if so it counts. */
  admit(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const oldestMs = this.#timesMs[this.#next] ?? Number.NEGATIVE_INFINITY;
    if (nowMs - oldestMs < this.#windowMs) return false;
    this.#timesMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#timesMs.length;
    return true;
  }
}
