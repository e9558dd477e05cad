/**
 * Long work in a thread that serves requests meanwhile: one piece of work at a time, one step of it
 * in a turn of the event loop.
 */
import type { Steps } from '../../shared/policy/steps.ts';
import type { Timers } from '../ports/clock.ts';

export class Turns {
  readonly #timers: Timers;
  /** Settles when everything that was given so far is done. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Carries the work out when its turn has come. Throws what it throws. */
  run<Result>(steps: Steps<Result>): Promise<Result> {
    const result = this.#last.then(() => this.#carryOut(steps));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #carryOut<Result>(steps: Steps<Result>): Promise<Result> {
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
      await this.#nextTurn();
    }
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => this.#timers.after(0, resolve));
  }
}
