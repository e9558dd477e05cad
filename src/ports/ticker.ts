/**
 * Tells that time passes. After a stall of the process it comes late and once, with all the time
 * that has passed (a timer of Node does not fire for what it missed).
 */
export interface Ticker {
  /**
   * Calls about each `periodMs`, with the monotonic milliseconds since the last call, or since the
   * start. The returned function ends it.
   */
  start(periodMs: number, onTick: (elapsedMs: number) => void): () => void;
}
