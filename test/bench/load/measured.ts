/** What a load generator tells of a run. */
export interface Measured {
  /** Answers that came, whatever they said. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx or 3xx, or did not come at all. */
  readonly notOk: number;
}

/** The value that a fraction of them do not exceed. NaN where there is none. */
export function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

export function ascending(left: number, right: number): number {
  return left - right;
}
