/**
 * The envelope of a stored value, big-endian:
 *
 *   format u8 = 1 | KEK term u32 | DEK iv 12 | DEK tag 16 | DEK 32 | iv 12 | tag 16 | ciphertext
 *
 * A fresh data key (DEK) encrypts the value, the term's key (KEK) encrypts the DEK; both are bound
 * to the same additional data. A rotation therefore rewraps 60 bytes, never the value.
 */
import { assert } from '../../shared/assert.ts';
import {
  type AesContext,
  aesIvBytes,
  aesKeyBytes,
  aesOverheadBytes,
  aesTagBytes,
  openAesGcm,
  type SealedInput,
  sealAesGcm,
} from '../crypto/aes-gcm.ts';
import { zero } from '../crypto/bytes.ts';
import { SecretKey } from '../crypto/secret-key.ts';

const format = 1;
const termOffset = 1;
const wrapOffset = termOffset + 4;
const bodyOffset = wrapOffset + aesOverheadBytes + aesKeyBytes;
/** Bytes an envelope is longer than its value. */
export const envelopeOverheadBytes: number = bodyOffset + aesOverheadBytes;
/** Random bytes one envelope takes: two IVs and the DEK. */
export const envelopeRandomBytes = 2 * aesIvBytes + aesKeyBytes;
const termMax = 0xffff_ffff;

/** The key that wraps the DEK. */
export interface EnvelopeKey {
  readonly term: number;
  readonly key: SecretKey;
}

/** Seals `plaintext`. `random` is used up: it is zeroed. */
export function sealEnvelope(
  envelopeKey: EnvelopeKey,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
  random: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const { term, key } = envelopeKey;
  assert(random.length === envelopeRandomBytes, 'both IVs and the DEK are fresh');
  assert(Number.isInteger(term) && term > 0 && term <= termMax, 'a term is a positive u32');
  const wrapIv = random.subarray(0, aesIvBytes);
  const iv = random.subarray(aesIvBytes, 2 * aesIvBytes);
  const dekBytes = random.subarray(2 * aesIvBytes);
  const dek = new SecretKey(dekBytes);

  const envelope = new Uint8Array(envelopeOverheadBytes + plaintext.length);
  envelope[0] = format;
  writeUint32(envelope, termOffset, term);
  const wrapped = envelope.subarray(wrapOffset, bodyOffset);
  sealAesGcm({ key, iv: wrapIv, additionalData }, dekBytes, wrapped);
  sealAesGcm({ key: dek, iv, additionalData }, plaintext, envelope.subarray(bodyOffset));
  dek.destroy();
  zero(random);
  return envelope;
}

/**
 * The term an envelope says it was sealed under (not yet authenticated), or undefined for what is
 * too short or of another format.
 */
export function envelopeTerm(envelope: Uint8Array): number | undefined {
  if (envelope.length < envelopeOverheadBytes || envelope[0] !== format) return undefined;
  return readUint32(envelope, termOffset);
}

/**
 * Opens an envelope. Throws `crypto.authentication-failed` unless every bit is as it was sealed.
 */
export function openEnvelope(
  key: SecretKey,
  additionalData: Uint8Array,
  envelope: Uint8Array,
): Uint8Array<ArrayBuffer> {
  assert(envelope.length >= envelopeOverheadBytes, 'the length was checked with the term');
  const dekBytes = openAt({ envelope, offset: wrapOffset, end: bodyOffset }, key, additionalData);
  const dek = new SecretKey(dekBytes);
  zero(dekBytes);
  try {
    return openAt({ envelope, offset: bodyOffset, end: envelope.length }, dek, additionalData);
  } finally {
    dek.destroy();
  }
}

interface Span {
  readonly envelope: Uint8Array;
  readonly offset: number;
  readonly end: number;
}

function openAt(
  { envelope, offset, end }: Span,
  key: SecretKey,
  additionalData: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const tagOffset = offset + aesIvBytes;
  const textOffset = tagOffset + aesTagBytes;
  const context: AesContext = { key, iv: envelope.subarray(offset, tagOffset), additionalData };
  const sealed: SealedInput = {
    tag: envelope.subarray(tagOffset, textOffset),
    ciphertext: envelope.subarray(textOffset, end),
  };
  return openAesGcm(context, sealed);
}

function writeUint32(target: Uint8Array, offset: number, value: number): void {
  target[offset] = value >>> 24;
  target[offset + 1] = value >>> 16;
  target[offset + 2] = value >>> 8;
  target[offset + 3] = value;
}

function readUint32(source: Uint8Array, offset: number): number {
  let value = 0;
  for (let index = offset; index < offset + 4; index += 1) {
    value = value * 256 + (source[index] ?? 0);
  }
  return value;
}
