/** A secret as it is typed: bytes of one buffer outside of V8's heap, zeroed where they end. */
import { assert } from '../../shared/assert.ts';
import { copySecret, secretBytes } from '../../shared/secret-bytes.ts';

export class SecretField {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytes = secretBytes(bytesMax);
  }

  get length(): number {
    return this.#length;
  }

  /** A view that `wipe` zeroes. */
  get view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** False when there is no room; nothing is dropped or moved then. */
  append(byte: number): boolean {
    if (this.#length === this.#bytes.length) return false;
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    return true;
  }

  /** Back to a shorter length. */
  truncate(length: number): void {
    assert(length >= 0 && length <= this.#length, 'a field is cut within itself');
    this.#bytes.fill(0, length, this.#length);
    this.#length = length;
  }

  /** A copy for the caller to zero. */
  copy(): Uint8Array<ArrayBuffer> {
    return copySecret(this.view);
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }
}
