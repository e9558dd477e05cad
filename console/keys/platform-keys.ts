/**
 * X25519 and Ed25519 keys (RFC 7748, RFC 8032) as the platform's key objects, which keep their
 * secrets outside of the JavaScript heap and clear them.
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { assert } from '../../shared/assert.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';

export type KeyKind = 'x25519' | 'ed25519';

export const rawKeyBytes = 32;

/** DER in front of the 32 bytes of a secret key (PKCS #8) and a public one (RFC 8410). */
const secretPrefixes: Readonly<Record<KeyKind, string>> = {
  x25519: '302e020100300506032b656e04220420',
  ed25519: '302e020100300506032b657004220420',
};
const publicPrefixes: Readonly<Record<KeyKind, string>> = {
  x25519: '302a300506032b656e032100',
  ed25519: '302a300506032b6570032100',
};

/** A secret key that can be used and not be read, with its public half. */
export class PlatformKey {
  readonly #handle: KeyObject;
  readonly publicKey: Uint8Array;

  private constructor(handle: KeyObject) {
    this.#handle = handle;
    const spki = createPublicKey(handle).export({ format: 'der', type: 'spki' });
    this.publicKey = Uint8Array.from(spki.subarray(-rawKeyBytes));
  }

  static generate(kind: KeyKind): PlatformKey {
    const pair = kind === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('ed25519');
    return new PlatformKey(pair.privateKey);
  }

  /** Copies the 32 bytes; the caller zeroes its own. */
  static fromSecret(kind: KeyKind, secret: Uint8Array): PlatformKey {
    assert(secret.length === rawKeyBytes, 'a secret key has 32 bytes');
    const prefix = Buffer.from(secretPrefixes[kind], 'hex');
    const der = secretBytes(prefix.length + rawKeyBytes);
    der.set(prefix);
    der.set(secret, prefix.length);
    try {
      return new PlatformKey(
        createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' }),
      );
    } finally {
      der.fill(0);
    }
  }

  /** X25519; undefined for a public key of low order. The caller zeroes the result. */
  agree(publicKey: Uint8Array): Uint8Array | undefined {
    assert(publicKey.length === rawKeyBytes, 'a public key has 32 bytes');
    const der = Buffer.concat([Buffer.from(publicPrefixes.x25519, 'hex'), publicKey]);
    const peer = createPublicKey({ key: der, format: 'der', type: 'spki' });
    try {
      return diffieHellman({ privateKey: this.#handle, publicKey: peer });
    } catch (error) {
      // OpenSSL says no more than that: sizes and types were right, so the result was zero.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ERR_OSSL_FAILED_DURING_DERIVATION') return undefined;
      throw error;
    }
  }

  /** Ed25519: 64 bytes. */
  sign(message: Uint8Array): Uint8Array {
    return sign(null, message, this.#handle);
  }
}
