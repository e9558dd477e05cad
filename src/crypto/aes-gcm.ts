/**
 * AES-256-GCM (NIST SP 800-38D) with the choices that Node leaves open taken away: tags of exactly
 * 16 bytes (Node accepts 4 unless told), IVs of exactly 12 (Node accepts any), and no plaintext
 * before the tag is verified (Node's `update` hands it out). An IV must never be used twice under
 * one key; it comes from the caller, who takes it from the random port.
 */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { plainBytes, zero } from './bytes.ts';
import { platformKey, type SecretKey } from './secret-key.ts';

const algorithm = 'aes-256-gcm';
export const aesKeyBytes = 32;
export const aesIvBytes = 12;
export const aesTagBytes = 16;
const options = { authTagLength: aesTagBytes } as const;

/** What a sealed text is longer than the text: IV and tag in front of the ciphertext. */
export const aesOverheadBytes: number = aesIvBytes + aesTagBytes;

/** What is sealed or opened with a key: everything but the text itself. */
export interface AesContext {
  readonly key: SecretKey;
  readonly iv: Uint8Array;
  readonly additionalData: Uint8Array;
}

/**
 * Encrypts and authenticates `plaintext`, and authenticates the additional data. Writes `iv | tag |
 * ciphertext`, with which `target` is filled.
 */
export function sealAesGcm(context: AesContext, plaintext: Uint8Array, target: Uint8Array): void {
  const key = aesKey(context);
  assert(target.length === aesOverheadBytes + plaintext.length, 'GCM keeps the length');
  const cipher = createCipheriv(algorithm, key, context.iv, options);
  cipher.setAAD(context.additionalData);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  const tag = cipher.getAuthTag();
  assert(ciphertext.length === plaintext.length, 'the cipher keeps nothing back');
  assert(tag.length === aesTagBytes, 'the tag is whole');
  target.set(context.iv);
  target.set(tag, aesIvBytes);
  target.set(ciphertext, aesOverheadBytes);
}

/**
 * The plaintext, if ciphertext, tag, IV and additional data are exactly what was sealed under this
 * key. Throws `crypto.authentication-failed` for everything else, without saying which of them.
 */
export function openAesGcm(context: AesContext, sealed: SealedInput): Uint8Array<ArrayBuffer> {
  if (sealed.tag.length !== aesTagBytes) throw failure('crypto.authentication-failed');
  const key = aesKey(context);
  const decipher = createDecipheriv(algorithm, key, context.iv, options);
  decipher.setAAD(context.additionalData);
  decipher.setAuthTag(sealed.tag);
  const plaintext = plainBytes(decipher.update(sealed.ciphertext));
  try {
    decipher.final();
  } catch {
    zero(plaintext);
    throw failure('crypto.authentication-failed');
  }
  return plaintext;
}

/** A sealed text as it comes back from storage: nothing is known of its lengths. */
export interface SealedInput {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

function aesKey(context: AesContext): KeyObject {
  const key = platformKey(context.key) as KeyObject;
  assert(key.symmetricKeySize === aesKeyBytes, 'the key is an AES-256 key');
  assert(context.iv.length === aesIvBytes, 'the IV has 12 bytes');
  return key;
}
