import { createHash } from 'node:crypto';

import { secretBytes } from '../../shared/secret-bytes.ts';
import type { Random } from '../../src/ports/random.ts';

/** The random port of tests: SHA-256 in counter mode over a seed, the same bytes on every run. */
export class SeededRandom implements Random {
  readonly #seed: string;
  #counter = 0;
  #rest = new Uint8Array();

  constructor(seed: string) {
    this.#seed = seed;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = secretBytes(count);
    let filled = 0;
    while (filled < count) {
      if (this.#rest.length === 0) this.#rest = this.#block();
      const part = this.#rest.subarray(0, count - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return bytes;
  }

  #block(): Uint8Array<ArrayBuffer> {
    this.#counter += 1;
    return new Uint8Array(createHash('sha256').update(`${this.#seed} ${this.#counter}`).digest());
  }
}
