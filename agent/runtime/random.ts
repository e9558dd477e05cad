import { randomFillSync } from 'node:crypto';

import { assert } from '../../shared/assert.ts';
import { copySecret } from '../../shared/secret-bytes.ts';
import type { Random } from '../../src/ports/random.ts';
import { randomPoolBytes } from './limits.ts';

/**
 * The kernel's generator behind the random port. Bytes are fetched a pool at a time, as a call
 * costs more than the bytes; each is handed out once and overwritten in the pool at that moment.
 */
export class SystemRandom implements Random {
  readonly #pool = new Uint8Array(randomPoolBytes);
  #used = randomPoolBytes;

  bytes(count: number): Uint8Array<ArrayBuffer> {
    assert(Number.isInteger(count) && count >= 0, 'a count is a natural number');
    if (count > randomPoolBytes / 4) return randomFillSync(new Uint8Array(count));
    if (this.#used + count > randomPoolBytes) this.#refill();
    const end = this.#used + count;
    const bytes = copySecret(this.#pool, this.#used, end);
    this.#pool.fill(0, this.#used, end);
    this.#used = end;
    assert(bytes.length === count, 'as many bytes as asked for');
    return bytes;
  }

  #refill(): void {
    randomFillSync(this.#pool);
    this.#used = 0;
  }
}
