import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { hmacSha256Hex } from '../crypto/hmac.ts';
import { SecretKey } from '../crypto/secret-key.ts';

/** Bytes of the key, and where it lies below `ns/<namespace>/`, sealed like every value. */
export const tokenHashKeyBytes = 32;
export const tokenHashKey = 'token-hash-key';

/**
 * Turns a token into the id that it is stored under: an HMAC, so that neither the store nor a
 * backup nor the barrier's own readers can turn an id back into a token, or test a guess without
 * the key.
 */
export class TokenHasher {
  #key: SecretKey | undefined;

  /** Takes the key at unseal. Copies the bytes; the caller zeroes its own. */
  unlock(key: Uint8Array): void {
    assert(key.length === tokenHashKeyBytes, 'the key of token ids has 32 bytes');
    this.lock();
    this.#key = new SecretKey(key);
  }

  /** Drops the key at seal. */
  lock(): void {
    this.#key?.destroy();
    this.#key = undefined;
  }

  /** The id of a token: 64 hexadecimal digits. Throws `request.sealed`. */
  idOf(token: string): string {
    if (this.#key === undefined) throw failure('request.sealed');
    return hmacSha256Hex(this.#key, token);
  }
}
