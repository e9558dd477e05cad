import { AssertionFailure } from '../../shared/assert.ts';
import { StrongBoxError } from '../../shared/errors/failure.ts';
import type { Log } from '../ports/log.ts';

/**
 * Work that outlives the request that began it (deleting what a mount kept). Each is written down
 * as an intent first, so one that fails is resumed at the next unseal; here it is only run and
 * watched.
 */
export class Background {
  readonly #log: Log;
  readonly #onFatal: (error: AssertionFailure) => void;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Log, onFatal: (error: AssertionFailure) => void) {
    this.#log = log;
    this.#onFatal = onFatal;
  }

  /** Starts a piece of work; `what` says which, for the log. */
  start(what: string, work: () => Promise<unknown>): void {
    const run = this.#watch(what, work).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Does a piece of work now. Resolves when it is done, or has stopped and stands in the log. */
  async finish(what: string, work: () => Promise<unknown>): Promise<void> {
    await this.#watch(what, work);
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #watch(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof AssertionFailure) this.#onFatal(error);
      const code = error instanceof StrongBoxError ? error.code : 'unexpected';
      this.#log.warn('work behind an answer stopped; the next unseal or tidy resumes it', {
        what,
        code,
      });
    }
  }
}
