/**
 * How fast connections are told refusals: all together as often as requests are served. Who comes
 * back before the time in `Retry-After` is not read until then, so that hammering at a closed door
 * costs the agent a bounded part of its time, however many do it. Whoever waits as told hardly ever
 * notices: its rest is over before it asks again.
 */
import { refusalTrickleMs, refusalTrickleConnections, refusalsAheadMax } from './limits.ts';

export class RefusalPace {
  /** Refusals that may be told without a rest. */
  #credit = refusalsAheadMax;
  readonly #resting = new Set<() => void>();
  #trickles = false;
  #servedSinceTrickle = false;

  /** Connections that rest. */
  get resting(): number {
    return this.#resting.size;
  }

  /** A request was served. */
  served(): void {
    this.#servedSinceTrickle = true;
    if (this.#resting.size > 0) this.#wake();
    else if (this.#credit < refusalsAheadMax) this.#credit += 1;
  }

  /**
   * A connection was told a refusal. Returns whether it may be read on; if not, `wake` is called
   * when its turn has come, also when it is closed by then.
   */
  goesOn(wake: () => void): boolean {
    if (this.#credit > 0) {
      this.#credit -= 1;
      return true;
    }
    this.#resting.add(wake);
    this.#keepTrickling();
    return false;
  }

  /** While nothing is served at all, everybody still gets a refusal now and then. */
  #keepTrickling(): void {
    if (this.#trickles || this.#resting.size === 0) return;
    this.#trickles = true;
    setTimeout(() => {
      this.#trickles = false;
      const count = this.#servedSinceTrickle ? 0 : refusalTrickleConnections;
      this.#servedSinceTrickle = false;
      for (let woken = 0; woken < count; woken += 1) this.#wake();
      this.#keepTrickling();
    }, refusalTrickleMs);
  }

  #wake(): void {
    const [first] = this.#resting;
    if (first === undefined) return;
    this.#resting.delete(first);
    first();
  }
}
