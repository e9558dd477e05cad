/**
 * The record `core/seal`, in clear, big-endian:
 *
 *   format u8 = 1 | type u8 = 1 (Shamir) | threshold u8 | count u8 | set id 8
 *   | commitment 32 for each share | iv 12 | tag 16 | root key 32, encrypted
 *
 * The root key is wrapped under HKDF-SHA-256(unseal key, salt = set id, info = "strongbox/1 root
 * key wrapping"). Everything before the IV is additional data, so an altered record does not open.
 *
 * The commitment of a share is a hash of it: it names a wrong share when it is entered. It tells
 * nothing, as a share is 256 random bits.
 */
import { assert } from '../../shared/assert.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { isFailure } from '../../shared/errors/failure.ts';
import { setIdBytes, shareSecretBytes, sharesMax } from '../../shared/share/share.ts';
import { additionalData } from '../barrier/additional-data.ts';
import { rootNamespaceId } from '../../shared/ids.ts';
import {
  aesIvBytes,
  aesKeyBytes,
  aesOverheadBytes,
  openAesGcm,
  sealAesGcm,
} from '../crypto/aes-gcm.ts';
import { zero } from '../crypto/bytes.ts';
import { hkdfSha256 } from '../crypto/hkdf.ts';
import { SecretKey } from '../crypto/secret-key.ts';
import { Sha256, sha256Bytes } from '../crypto/sha256.ts';

export const sealKey = 'core/seal';
const format = 1;
const shamirType = 1;
const numbersBytes = 4 + setIdBytes;
const wrappedBytes = aesOverheadBytes + aesKeyBytes;
const wrappingInfo = utf8Encode('strongbox/1 root key wrapping');
const commitmentLabel = utf8Encode('strongbox/1 share commitment\0');

/** The shares of one seal: how many there are, how many are needed, and their commitments. */
export interface ShareSet {
  readonly setId: Uint8Array;
  readonly threshold: number;
  readonly count: number;
  /** That of the share with index i is at i - 1. */
  readonly commitments: readonly Uint8Array[];
}

/** The set and the root key wrapped for it; public. */
export interface SealRecord extends ShareSet {
  readonly wrappedRootKey: Uint8Array;
}

/** The commitment of one share. */
export function commitShare(
  setId: Uint8Array,
  index: number,
  secret: Uint8Array,
): Uint8Array<ArrayBuffer> {
  assert(setId.length === setIdBytes, 'a set id has 8 bytes');
  assert(secret.length === shareSecretBytes, 'a share has 32 bytes');
  const hash = new Sha256().update(commitmentLabel).update(setId);
  return hash.update(Uint8Array.of(index)).update(secret).digest();
}

/** Wraps the root key for a set; `iv` comes from the random port. */
export function wrapRootKey(
  set: ShareSet,
  unsealKey: Uint8Array,
  { rootKey, iv }: { readonly rootKey: Uint8Array; readonly iv: Uint8Array },
): SealRecord {
  assert(rootKey.length === aesKeyBytes, 'the root key has 32 bytes');
  const key = wrappingKey(set, unsealKey);
  const wrappedRootKey = new Uint8Array(aesOverheadBytes + rootKey.length);
  sealAesGcm({ key, iv, additionalData: boundTo(set) }, rootKey, wrappedRootKey);
  key.destroy();
  return { ...set, wrappedRootKey };
}

/**
 * The root key, which the caller zeroes; undefined if the key or the record is not the right one.
 */
export function unwrapRootKey(
  record: SealRecord,
  unsealKey: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const { wrappedRootKey } = record;
  const key = wrappingKey(record, unsealKey);
  const iv = wrappedRootKey.subarray(0, aesIvBytes);
  const tag = wrappedRootKey.subarray(aesIvBytes, aesOverheadBytes);
  const ciphertext = wrappedRootKey.subarray(aesOverheadBytes);
  try {
    return openAesGcm({ key, iv, additionalData: boundTo(record) }, { ciphertext, tag });
  } catch (error) {
    if (isFailure(error, 'crypto.authentication-failed')) return undefined;
    throw error;
  } finally {
    key.destroy();
  }
}

/** The stored form. */
export function encodeSealRecord(record: SealRecord): Uint8Array<ArrayBuffer> {
  assert(record.wrappedRootKey.length === wrappedBytes, 'a wrapped root key has one length');
  return new Uint8Array([...encodeSet(record), ...record.wrappedRootKey]);
}

/** Reads the stored form; undefined for anything that was not made by `encodeSealRecord`. */
export function decodeSealRecord(bytes: Uint8Array): SealRecord | undefined {
  const [recordFormat, type, threshold = 0, count = 0] = bytes;
  if (recordFormat !== format || type !== shamirType) return undefined;
  if (threshold < 1 || threshold > count) return undefined;
  const setBytes = numbersBytes + count * sha256Bytes;
  if (bytes.length !== setBytes + wrappedBytes) return undefined;
  const commitments = Array.from({ length: count }, (_, at) => {
    const offset = numbersBytes + at * sha256Bytes;
    return bytes.slice(offset, offset + sha256Bytes);
  });
  const setId = bytes.slice(4, numbersBytes);
  return { setId, threshold, count, commitments, wrappedRootKey: bytes.slice(setBytes) };
}

function encodeSet({ setId, threshold, count, commitments }: ShareSet): Uint8Array<ArrayBuffer> {
  assert(threshold >= 1 && threshold <= count && count <= sharesMax, 'the numbers fit');
  assert(setId.length === setIdBytes, 'a set id has 8 bytes');
  assert(commitments.length === count, 'each share has a commitment');
  const bytes = new Uint8Array(numbersBytes + count * sha256Bytes);
  bytes.set([format, shamirType, threshold, count]);
  bytes.set(setId, 4);
  for (const [at, commitment] of commitments.entries()) {
    assert(commitment.length === sha256Bytes, 'a commitment is a hash');
    bytes.set(commitment, numbersBytes + at * sha256Bytes);
  }
  return bytes;
}

function boundTo(set: ShareSet): Uint8Array<ArrayBuffer> {
  const place = additionalData(rootNamespaceId, sealKey);
  return new Uint8Array([...place, 0, ...encodeSet(set)]);
}

function wrappingKey(set: ShareSet, unsealKey: Uint8Array): SecretKey {
  const input = { secret: unsealKey, salt: set.setId, info: wrappingInfo };
  const bytes = hkdfSha256(input, aesKeyBytes);
  const key = new SecretKey(bytes);
  zero(bytes);
  return key;
}
