/** X25519 (RFC 7748). Keys are made outside from 32 bytes of the random port. */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

import { assert } from '../../shared/assert.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { plainBytes } from './bytes.ts';

const x25519KeyBytes = 32;

/** DER in front of a secret key (PKCS #8) and of a public key (SubjectPublicKeyInfo), RFC 8410. */
const privateKeyPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b656e032100', 'hex');

/** A secret key made once, whose bytes cannot be read back. */
export class AgreementKey {
  #handle: KeyObject | undefined;
  readonly publicKey: Uint8Array<ArrayBuffer>;

  /** Copies the bytes; the caller zeroes its own. */
  constructor(secret: Uint8Array) {
    assert(secret.length === x25519KeyBytes, 'an X25519 key has 32 bytes');
    const der = secretBytes(privateKeyPrefix.length + x25519KeyBytes);
    der.set(privateKeyPrefix);
    der.set(secret, privateKeyPrefix.length);
    this.#handle = createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' });
    der.fill(0);
    const spki = createPublicKey(this.#handle).export({ format: 'der', type: 'spki' });
    this.publicKey = plainBytes(spki).slice(publicKeyPrefix.length);
    assert(this.publicKey.length === x25519KeyBytes, 'a public key has 32 bytes');
  }

  /**
   * The secret shared with the holder of another key; the caller zeroes it. Undefined for a public
   * key of low order, with which everybody would share the same (RFC 7748 section 6.1).
   */
  agree(publicKey: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    assert(publicKey.length === x25519KeyBytes, 'a public key has 32 bytes');
    assert(this.#handle !== undefined, 'a destroyed key is not used');
    const der = Buffer.concat([publicKeyPrefix, publicKey]);
    const peer = createPublicKey({ key: der, format: 'der', type: 'spki' });
    try {
      return plainBytes(diffieHellman({ privateKey: this.#handle, publicKey: peer }));
    } catch (error) {
      if (isDerivationFailure(error)) return undefined;
      throw error;
    }
  }

  /** Drops the key; its memory is cleared when the collector takes the object. */
  destroy(): void {
    this.#handle = undefined;
  }
}

/**
 * Whether nothing can be sealed to a public key, because everybody would share the same secret with
 * its holder. That does not depend on who seals.
 */
export function isLowOrder(publicKey: Uint8Array): boolean {
  return new AgreementKey(new Uint8Array(x25519KeyBytes).fill(1)).agree(publicKey) === undefined;
}

/** OpenSSL says no more than that: sizes and types were right, so the result was zero. */
function isDerivationFailure(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ERR_OSSL_FAILED_DURING_DERIVATION'
  );
}
