/** Local time. TTLs never use it: they use the store's cluster time. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
  /** Milliseconds since 1970-01-01T00:00:00Z by the host's clock; may jump. */
  wallMs(): number;
}

/**
 * Timers of the host. A delay is at most one hour: longer waits are re-armed by a deadline heap.
 */
export interface Timers {
  /** Calls `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}
