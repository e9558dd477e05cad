/** How late a timer of 10 ms is on this thread: what everything else here has to wait at most. */
import { ascending, percentile } from '../load/measured.ts';

const periodMs = 10;

export interface Lateness {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
}

export class LatenessMeter {
  #latenessMs: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #dueMs = 0;

  start(): void {
    this.#latenessMs = [];
    this.#arm();
  }

  stop(): Lateness {
    clearTimeout(this.#timer);
    const sorted = this.#latenessMs.toSorted(ascending);
    return {
      samples: sorted.length,
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      worstMs: sorted.at(-1) ?? Number.NaN,
    };
  }

  #arm(): void {
    this.#dueMs = performance.now() + periodMs;
    this.#timer = setTimeout(() => {
      this.#latenessMs.push(Math.max(0, performance.now() - this.#dueMs));
      this.#arm();
    }, periodMs);
  }
}
