/**
 * Percentiles of durations in bounded memory: buckets that each reach a tenth further than the one
 * before, so that a percentile is off by less than that.
 */
const firstBoundMs = 0.05;
const growth = 1.1;
/** The last bucket begins at about 110 seconds: longer than any request. */
const buckets = 154;

export interface Percentiles {
  readonly count: number;
  /** 0 where nothing was counted. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export class DurationHistogram {
  readonly #counts = new Uint32Array(buckets);
  #count = 0;

  add(durationMs: number): void {
    const steps = Math.ceil(
      Math.log(Math.max(durationMs, firstBoundMs) / firstBoundMs) / Math.log(growth),
    );
    const at = Math.min(steps, buckets - 1);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count += 1;
  }

  /** What was counted since the last call. */
  take(): Percentiles {
    const count = this.#count;
    const result = { count, p50Ms: this.#percentile(0.5), p99Ms: this.#percentile(0.99) };
    this.#counts.fill(0);
    this.#count = 0;
    return result;
  }

  /** Upper bound of the bucket that the part of all durations reaches into. */
  #percentile(part: number): number {
    if (this.#count === 0) return 0;
    let left = Math.ceil(part * this.#count);
    for (const [at, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return firstBoundMs * growth ** at;
    }
    return firstBoundMs * growth ** (buckets - 1);
  }
}
