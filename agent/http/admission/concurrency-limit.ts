/**
 * How much may be under way at the same time, found by what it does to the time that requests take.
 *
 * The signal is CoDel's (RFC 8289): the shortest time among all requests that ended within a
 * window. A burst, or a few slow requests, leave it short; it is long only where every request
 * waits, which is a queue that does not drain. Then the limit shrinks by a fifth; it grows by a
 * tenth while the shortest time is below half of the target. What is above the limit is refused at
 * once, so those that are let in have about the same time whatever is offered (Little's law).
 *
 * Gradient limits, which compare with the best time seen, adapt to slow disks as well, and forget
 * under long overload what the best time was; a target in milliseconds cannot be talked up.
 */
import { assert } from '../../../shared/assert.ts';
import { forgetMs, windowMs } from './limits.ts';

export interface LimitRange {
  readonly leastUnits: number;
  readonly mostUnits: number;
  readonly targetMs: number;
}

const shrinkFactor = 0.8;
const growFactor = 1.1;

export class ConcurrencyLimit {
  readonly #range: LimitRange;
  #limitUnits: number;
  #underWayUnits = 0;
  #peakUnits = 0;
  #shortestMs = Number.POSITIVE_INFINITY;
  #windowEndMs = Number.NEGATIVE_INFINITY;

  /** Begins at the most: a burst after the start is no overload. */
  constructor(range: LimitRange) {
    this.#range = range;
    this.#limitUnits = range.mostUnits;
  }

  get limitUnits(): number {
    return Math.floor(this.#limitUnits);
  }

  get underWayUnits(): number {
    return this.#underWayUnits;
  }

  /** Whether `enter` would let it in. A request larger than the limit has room when alone. */
  hasRoom(units: number, nowMs: number): boolean {
    this.#turn(nowMs);
    return this.#underWayUnits === 0 || this.#underWayUnits + units <= this.#limitUnits;
  }

  /** Counts a request in, if there is room for it. `leave` must follow. */
  enter(units: number, nowMs: number): boolean {
    if (!this.hasRoom(units, nowMs)) return false;
    this.#underWayUnits += units;
    this.#peakUnits = Math.max(this.#peakUnits, this.#underWayUnits);
    return true;
  }

  /** Counts a request out that came in at `enteredMs`. */
  leave(units: number, enteredMs: number, nowMs: number): void {
    this.#underWayUnits -= units;
    assert(this.#underWayUnits >= 0, 'what leaves has come in');
    this.#shortestMs = Math.min(this.#shortestMs, nowMs - enteredMs);
    this.#turn(nowMs);
  }

  /** Moves the limit at the end of a window. */
  #turn(nowMs: number): void {
    if (nowMs < this.#windowEndMs) return;
    this.#limitUnits = this.#nextLimit(nowMs);
    this.#windowEndMs = nowMs + windowMs;
    this.#shortestMs = Number.POSITIVE_INFINITY;
    this.#peakUnits = this.#underWayUnits;
  }

  #nextLimit(nowMs: number): number {
    const { leastUnits, mostUnits, targetMs } = this.#range;
    const limit = this.#limitUnits;
    const isIdle = this.#underWayUnits === 0 && this.#shortestMs === Number.POSITIVE_INFINITY;
    if (isIdle && nowMs - this.#windowEndMs > forgetMs) return mostUnits;
    if (isIdle || this.#shortestMs <= targetMs / 2) return Math.min(mostUnits, limit * growFactor);
    const isQueue = this.#shortestMs > targetMs && this.#peakUnits > leastUnits;
    return isQueue ? Math.max(leastUnits, limit * shrinkFactor) : limit;
  }
}
