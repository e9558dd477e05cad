/**
 * When a failed device is tried again: soon at first, then less and less often, because every
 * return begins a new file; but at least twice a second while no device works at all.
 */
import type { Clock, Timers } from '../ports/clock.ts';
import { retryMsMax, retryMsMin, retryMsWhenDown, retryResetMs } from './limits.ts';

export class Retry {
  readonly #clock: Clock;
  readonly #timers: Timers;
  #attempts = 0;
  #attemptedMs = Number.NEGATIVE_INFINITY;
  #workingSinceMs: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Whether an attempt may be made now. */
  get allowed(): boolean {
    return this.#clock.monotonicMs() - this.#attemptedMs >= retryMsMin;
  }

  /** An attempt begins. */
  attempt(): void {
    this.stop();
    this.#attempts += 1;
    this.#attemptedMs = this.#clock.monotonicMs();
  }

  /** The device works. */
  works(): void {
    this.stop();
    this.#workingSinceMs ??= this.#clock.monotonicMs();
  }

  /** Calls back when the next attempt is due. `down`: no device works. */
  schedule(down: boolean, callback: () => void): void {
    this.stop();
    const workedMs = this.#clock.monotonicMs() - (this.#workingSinceMs ?? Number.POSITIVE_INFINITY);
    if (workedMs >= retryResetMs) this.#attempts = 0;
    this.#workingSinceMs = undefined;
    const backOffMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#attempts, 30));
    const delayMs = down ? Math.min(backOffMs, retryMsWhenDown) : backOffMs;
    this.#cancel = this.#timers.after(delayMs, () => {
      this.#cancel = undefined;
      callback();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
