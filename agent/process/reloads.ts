/**
 * What SIGHUP asks for, one at a time. A signal that comes while a reload runs, or before the agent
 * listens, is one more afterwards, however many come; the end of the agent waits for the one that
 * runs, and drops those that wait.
 */
import { assert } from '../../shared/assert.ts';

export class Reloads {
  #act: (() => Promise<void>) | undefined;
  #asked = false;
  #busy = false;
  #running = Promise.resolve();

  /** One more; bound, so that a signal can be given it. */
  readonly ask = (): void => {
    this.#asked = true;
    this.#run();
  };

  /** From now on `act` is a reload. What it throws nobody catches. */
  begin(act: () => Promise<void>): void {
    assert(this.#act === undefined, 'reloads begin once');
    this.#act = act;
    this.#run();
  }

  /** Resolves when none runs any more, and none begins from now on. */
  async end(): Promise<void> {
    this.#act = undefined;
    await this.#running;
  }

  #run(): void {
    if (!this.#busy) this.#running = this.#runAll();
  }

  async #runAll(): Promise<void> {
    this.#busy = true;
    while (this.#asked && this.#act !== undefined) {
      this.#asked = false;
      await this.#act();
    }
    this.#busy = false;
  }
}
