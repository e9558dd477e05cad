/**
 * Keeps the newest checkpoint apart from the log. It never holds up the log: while one is being
 * saved, newer ones replace each other, and a failure is told and made good by the next one.
 */
import type { CheckpointKeeper } from '../ports/audit-device.ts';
import type { Timers } from '../ports/clock.ts';
import { checkpointSaveMs } from './limits.ts';

export class CheckpointSaver {
  readonly #keeper: CheckpointKeeper;
  readonly #timers: Timers;
  readonly #onFailed: (error: unknown) => void;
  #newest: Uint8Array | undefined;
  #running = false;
  #flushing = false;
  #idle: Promise<void> = Promise.resolve();
  #endPause: () => void = () => undefined;

  constructor(keeper: CheckpointKeeper, timers: Timers, onFailed: (error: unknown) => void) {
    this.#keeper = keeper;
    this.#timers = timers;
    this.#onFailed = onFailed;
  }

  /** Takes a checkpoint that is durable in the log. */
  take(line: Uint8Array): void {
    this.#newest = line;
    if (this.#running) return;
    this.#running = true;
    this.#idle = this.#run();
  }

  /** Resolves when the newest one is kept (or failed), without further pauses. */
  async flush(): Promise<void> {
    this.#flushing = true;
    this.#endPause();
    await this.#idle;
    this.#flushing = false;
  }

  async #run(): Promise<void> {
    while (this.#newest !== undefined) {
      const line = this.#newest;
      this.#newest = undefined;
      await this.#keeper.save(line).catch(this.#onFailed);
      if (!this.#flushing) await this.#pause();
    }
    this.#running = false;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#timers.after(checkpointSaveMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
