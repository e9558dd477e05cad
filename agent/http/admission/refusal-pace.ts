/**
 * How fast connections are told refusals: all together once for every few requests that are served,
 * since to read a request, refuse it and pause its connection costs a quarter of what serving one
 * does. Who comes back before the time in `Retry-After` is not read until then, so that hammering
 * at a closed door costs the agent a bounded part of its time, however many do it. Whoever waits as
 * told hardly ever notices: its rest is over before it asks again.
 */
import {
  refusalsAheadMax,
  refusalTrickleConnections,
  refusalTrickleMs,
  servedRequestsPerRefusal,
} from './limits.ts';

export class RefusalPace {
  /** Refusals that may be told without a rest. */
  #credit = refusalsAheadMax;
  readonly #resting = new Set<() => void>();
  /** Since the last connection was woken for it. */
  #served = 0;
  #trickles = false;
  /** Since the last trickle. */
  #woken = 0;

  /** Connections that rest. */
  get resting(): number {
    return this.#resting.size;
  }

  /** A request was served. */
  served(): void {
    if (this.#resting.size > 0) this.#serveOneMore();
    else if (this.#credit < refusalsAheadMax) this.#credit += 1;
  }

  #serveOneMore(): void {
    this.#served += 1;
    if (this.#served < servedRequestsPerRefusal) return;
    this.#served = 0;
    this.#wake();
  }

  /**
   * A connection was told a refusal. Returns whether it may be read on; if not, `wake` is called
   * when its turn has come, unless it is forgotten before.
   */
  mayReadOn(wake: () => void): boolean {
    if (this.#credit > 0) {
      this.#credit -= 1;
      return true;
    }
    this.#resting.add(wake);
    this.#keepTrickling();
    return false;
  }

  /** The connection is closed: it takes no turn from those that wait behind it. */
  forget(wake: () => void): void {
    this.#resting.delete(wake);
  }

  /** Where little is served, or nothing at all, everybody still gets a refusal now and then. */
  #keepTrickling(): void {
    if (this.#trickles || this.#resting.size === 0) return;
    this.#trickles = true;
    this.#woken = 0;
    setTimeout(() => {
      this.#trickles = false;
      const count = refusalTrickleConnections - this.#woken;
      for (let woken = 0; woken < count; woken += 1) this.#wake();
      this.#keepTrickling();
    }, refusalTrickleMs);
  }

  #wake(): void {
    const [first] = this.#resting;
    if (first === undefined) return;
    this.#resting.delete(first);
    this.#woken += 1;
    first();
  }
}
