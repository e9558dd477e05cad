/**
 * From the time that has passed to ticks of the core. After a stall (garbage collection, a stopped
 * process) the timer fires once and late, and what peers have sent meanwhile may still lie in the
 * sockets. A follower that counted the stall as silence of its leader would campaign against a
 * leader that is well: so a stall counts as nothing, once, and the sockets are read first. A leader
 * sends its heartbeats at once. No read rests on ticks.
 */
import { assert } from '../../shared/assert.ts';

export interface TickCount {
  readonly ticks: number;
  /** Ticks that passed and do not count. */
  readonly skippedTicks: number;
}

export class TickMeter {
  readonly #tickMs: number;
  readonly #heartbeatTicks: number;
  #restMs = 0;
  #wasStalled = false;

  constructor(tickMs: number, heartbeatTicks: number) {
    assert(tickMs > 0, 'a tick takes time');
    this.#tickMs = tickMs;
    this.#heartbeatTicks = heartbeatTicks;
  }

  passed(elapsedMs: number, isLeader: boolean): TickCount {
    assert(elapsedMs >= 0, 'monotonic time does not go back');
    this.#restMs += elapsedMs;
    const passedTicks = Math.floor(this.#restMs / this.#tickMs);
    this.#restMs -= passedTicks * this.#tickMs;
    const isStalled = passedTicks > this.#heartbeatTicks;
    // A host that is always slow must still get on: two stalls in a row count a little.
    const countsNothing = isStalled && !isLeader && !this.#wasStalled;
    this.#wasStalled = isStalled;
    const ticks = countsNothing ? 0 : Math.min(passedTicks, this.#heartbeatTicks);
    return { ticks, skippedTicks: passedTicks - ticks };
  }
}
