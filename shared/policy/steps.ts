/**
 * Work that would keep a thread busy for too long in one go: it stops after every few milliseconds,
 * and whoever runs it decides what comes before the next step.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** All steps at once. */
export function finish<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
