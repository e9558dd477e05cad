/**
 * A namespace's keyring as it is stored at `core/keyring/<namespace>`, big-endian:
 *
 *   format u8 = 1 | iv 12 | tag 16 | ciphertext of
 *   term count u32 | for each term: term u32 | created u64 ms | reserved uses u64 | KEK 32
 *
 * sealed by the root key, with the same additional data as any value at that key. Terms ascend; the
 * last one seals new values.
 */
import { assert } from '../../shared/assert.ts';
import { isFailure } from '../../shared/errors/failure.ts';
import { copySecret, secretBytes } from '../../shared/secret-bytes.ts';
import {
  aesIvBytes,
  aesKeyBytes,
  aesOverheadBytes,
  openAesGcm,
  sealAesGcm,
} from '../crypto/aes-gcm.ts';
import { zero } from '../crypto/bytes.ts';
import type { SecretKey } from '../crypto/secret-key.ts';
import { additionalData } from './additional-data.ts';
import { keyringTermsMax } from './limits.ts';

export const keyringPrefix = 'core/keyring/';
const format = 1;
const headBytes = 1 + aesOverheadBytes;
const countBytes = 4;
const termBytes = 4 + 8 + 8 + aesKeyBytes;

/** One term as it is stored. */
export interface TermRecord {
  readonly term: number;
  /** Cluster time. */
  readonly createdMs: number;
  /** Key uses that agents have reserved so far; no more values than this were ever sealed. */
  readonly reservedUses: number;
  /** Zeroed by whoever holds the record, after use. */
  readonly kek: Uint8Array;
}

/** Where a keyring is stored. */
export function keyringKey(namespace: string): string {
  return `${keyringPrefix}${namespace}`;
}

/** What a keyring is sealed with; `iv` comes from the random port. */
export interface KeyringSealing {
  readonly rootKey: SecretKey;
  readonly namespace: string;
  readonly iv: Uint8Array;
}

/** The stored form of a keyring. */
export function sealKeyring(
  { rootKey, namespace, iv }: KeyringSealing,
  terms: readonly TermRecord[],
): Uint8Array<ArrayBuffer> {
  assertTerms(terms);
  const plaintext = encodeTerms(terms);
  const bound = additionalData(namespace, keyringKey(namespace));
  const record = new Uint8Array(headBytes + plaintext.length);
  record[0] = format;
  sealAesGcm({ key: rootKey, iv, additionalData: bound }, plaintext, record.subarray(1));
  zero(plaintext);
  return record;
}

/**
 * The terms of a stored keyring; the caller zeroes the keys. Undefined for anything that is not
 * what `sealKeyring` made for this namespace under this root key.
 */
export function openKeyring(
  rootKey: SecretKey,
  namespace: string,
  record: Uint8Array,
): TermRecord[] | undefined {
  if (record.length < headBytes + countBytes || record[0] !== format) return undefined;
  const context = {
    key: rootKey,
    iv: record.subarray(1, 1 + aesIvBytes),
    additionalData: additionalData(namespace, keyringKey(namespace)),
  };
  const sealed = {
    tag: record.subarray(1 + aesIvBytes, headBytes),
    ciphertext: record.subarray(headBytes),
  };
  let plaintext: Uint8Array;
  try {
    plaintext = openAesGcm(context, sealed);
  } catch (error) {
    if (isFailure(error, 'crypto.authentication-failed')) return undefined;
    throw error;
  }
  const terms = decodeTerms(plaintext);
  zero(plaintext);
  assertTerms(terms);
  return terms;
}

/** Zeroes the keys of a record. */
export function zeroTerms(terms: readonly TermRecord[]): void {
  for (const { kek } of terms) zero(kek);
}

function encodeTerms(terms: readonly TermRecord[]): Uint8Array<ArrayBuffer> {
  const bytes = secretBytes(countBytes + terms.length * termBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, terms.length);
  for (const [index, { term, createdMs, reservedUses, kek }] of terms.entries()) {
    const offset = countBytes + index * termBytes;
    view.setUint32(offset, term);
    view.setBigUint64(offset + 4, BigInt(createdMs));
    view.setBigUint64(offset + 12, BigInt(reservedUses));
    bytes.set(kek, offset + 20);
  }
  return bytes;
}

/** Reads what was authenticated: only an agent that holds the root key wrote it. */
function decodeTerms(bytes: Uint8Array): TermRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0);
  assert(bytes.length === countBytes + count * termBytes, 'an authentic keyring is whole');
  return Array.from({ length: count }, (_, index) => {
    const offset = countBytes + index * termBytes;
    return {
      term: view.getUint32(offset),
      createdMs: Number(view.getBigUint64(offset + 4)),
      reservedUses: Number(view.getBigUint64(offset + 12)),
      kek: copySecret(bytes, offset + 20, offset + termBytes),
    };
  });
}

function assertTerms(terms: readonly TermRecord[]): void {
  assert(terms.length > 0 && terms.length <= keyringTermsMax, 'a keyring has 1 to max terms');
  let previous = 0;
  for (const { term, createdMs, reservedUses, kek } of terms) {
    assert(term > previous && term <= 0xffff_ffff, 'terms ascend');
    assert(Number.isSafeInteger(createdMs) && createdMs >= 0, 'a term has a creation time');
    assert(Number.isSafeInteger(reservedUses) && reservedUses >= 0, 'uses are counted');
    assert(kek.length === aesKeyBytes, 'a KEK is an AES-256 key');
    previous = term;
  }
}
