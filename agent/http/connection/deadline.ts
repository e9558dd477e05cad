/**
 * The one time by which something has to have happened on a connection. A sweep over all
 * connections looks at it: a timer for each would cost more than the requests.
 */
export class Deadline {
  #atMs = Number.POSITIVE_INFINITY;
  #whenOverdue: ((nowMs: number) => void) | undefined;

  /** Calls `whenOverdue` at the first `check` after the time; replaces what was armed. */
  arm(atMs: number, whenOverdue: (nowMs: number) => void): void {
    this.#atMs = atMs;
    this.#whenOverdue = whenOverdue;
  }

  armAfter(delayMs: number, whenOverdue: (nowMs: number) => void): void {
    this.arm(performance.now() + delayMs, whenOverdue);
  }

  disarm(): void {
    this.#atMs = Number.POSITIVE_INFINITY;
    this.#whenOverdue = undefined;
  }

  check(nowMs: number): void {
    if (nowMs < this.#atMs) return;
    const whenOverdue = this.#whenOverdue;
    this.disarm();
    whenOverdue?.(nowMs);
  }
}
