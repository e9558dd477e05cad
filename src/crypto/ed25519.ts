/** Ed25519 signatures (RFC 8032). Keys are made outside from 32 bytes of the random port. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

import { assert } from '../../shared/assert.ts';
import { plainBytes } from './bytes.ts';

const ed25519SeedBytes = 32;
const ed25519PublicKeyBytes = 32;
const ed25519SignatureBytes = 64;

/** DER in front of a seed (PKCS #8) and of a public key (SubjectPublicKeyInfo), RFC 8410. */
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A signing key made once; its seed cannot be read back. */
export class SigningKey {
  #handle: KeyObject | undefined;
  /** The 32 bytes of RFC 8032. */
  readonly publicKey: Uint8Array<ArrayBuffer>;

  /** Copies the seed; the caller zeroes its own. */
  constructor(seed: Uint8Array) {
    assert(seed.length === ed25519SeedBytes, 'an Ed25519 seed has 32 bytes');
    const der = Buffer.concat([privateKeyPrefix, seed]);
    this.#handle = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    const spki = createPublicKey(this.#handle).export({ format: 'der', type: 'spki' });
    this.publicKey = plainBytes(spki).slice(publicKeyPrefix.length);
    assert(this.publicKey.length === ed25519PublicKeyBytes, 'an Ed25519 key has 32 bytes');
  }

  /** The 64-byte signature; the same message always gives the same one. */
  sign(message: Uint8Array): Uint8Array<ArrayBuffer> {
    assert(this.#handle !== undefined, 'a destroyed key is not used');
    return plainBytes(sign(null, message, this.#handle));
  }

  destroy(): void {
    this.#handle = undefined;
  }
}

/** A public key made once. */
export class VerifyingKey {
  readonly #handle: KeyObject;

  /** Any 32 bytes are taken; those that are no point of the curve verify nothing. */
  constructor(publicKey: Uint8Array) {
    assert(publicKey.length === ed25519PublicKeyBytes, 'an Ed25519 public key has 32 bytes');
    const der = Buffer.concat([publicKeyPrefix, publicKey]);
    this.#handle = createPublicKey({ key: der, format: 'der', type: 'spki' });
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return (
      signature.length === ed25519SignatureBytes && verify(null, message, this.#handle, signature)
    );
  }
}
