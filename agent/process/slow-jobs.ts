import { failure } from '../../shared/errors/failure.ts';
import { slowJobsRunningMax, slowJobsWaitingMax } from './limits.ts';

/**
 * The one queue of everything slow that uses libuv's thread pool (Argon2, RSA key generation). A
 * few run, some wait in order, the rest is refused: the pool's other threads stay free for files,
 * and a flood of logins costs others nothing.
 */
export class SlowJobs {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** Runs `job` when its turn comes. Throws `runtime.overloaded`, or what the job throws. */
  async run<Result>(job: () => Promise<Result>): Promise<Result> {
    if (this.#running >= slowJobsRunningMax) await this.#turn();
    else this.#running += 1;
    try {
      return await job();
    } finally {
      this.#pass();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= slowJobsWaitingMax) throw failure('runtime.overloaded');
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Gives the place to the next one in line, so that nobody who comes later takes it. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }
}
