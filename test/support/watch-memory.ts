/** Follows the resident memory of a process (NaN where there is no /proc). */
import { residentMegabytes } from '../bench/agent-facts.ts';

const intervalMs = 100;

export class MemoryWatch implements Disposable {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => void this.peakMegabytes(), intervalMs);
  }

  /** The most that was seen until now, in MB. */
  async peakMegabytes(): Promise<number> {
    this.#peak = Math.max(this.#peak, await residentMegabytes(this.#pid));
    return this.#peak;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
