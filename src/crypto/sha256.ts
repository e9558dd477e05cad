/** SHA-256 (FIPS 180-4). */
import { createHash, type Hash, hash } from 'node:crypto';

import { plainBytes } from './bytes.ts';
import { bytesOfDigest } from './digest-text.ts';

export const sha256Bytes = 32;

/**
 * The digest of one array; the cheapest way when all bytes are there. For digests that are no
 * secret themselves (digest-text.ts).
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytesOfDigest(hash('sha256', bytes, 'binary'));
}

/** A digest over bytes that arrive in pieces. */
export class Sha256 {
  readonly #hash: Hash = createHash('sha256');

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  /** The digest; the object is used up. */
  digest(): Uint8Array<ArrayBuffer> {
    return plainBytes(this.#hash.digest());
  }
}
