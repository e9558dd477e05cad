import type { Clock, Timers } from '../../src/ports/clock.ts';

interface Armed {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it, and the timers that run by it. */
export class ManualClock implements Clock, Timers {
  #nowMs = 0;
  #wallOffsetMs = Date.UTC(2030, 0, 1);
  readonly #armed = new Set<Armed>();

  monotonicMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const armed = { dueMs: this.#nowMs + delayMs, callback };
    this.#armed.add(armed);
    return () => this.#armed.delete(armed);
  }

  /** Timers that wait. */
  get armedCount(): number {
    return this.#armed.size;
  }

  /** Moves time on, running the timers that come due on the way, in their order. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#armed.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** The host's clock jumps; monotonic time does not. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
  }

  #next(endMs: number): Armed | undefined {
    let first: Armed | undefined;
    for (const armed of this.#armed) {
      if (armed.dueMs <= endMs && (first === undefined || armed.dueMs < first.dueMs)) first = armed;
    }
    return first;
  }
}
