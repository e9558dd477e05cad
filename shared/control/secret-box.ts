/**
 * NaCl's `crypto_secretbox` and the key of its `crypto_box` (XSalsa20-Poly1305,
 * https://nacl.cr.yp.to/secretbox.html and https://nacl.cr.yp.to/box.html), put together from their
 * primitives so that every byte that has to be zeroed lies in an array of ours. The primitives come
 * from the caller's library: its own whole functions leave keys and plaintext behind.
 */
import { assert } from '../assert.ts';
import { equalConstantTime } from '../equal-bytes.ts';
import { secretBytes } from '../secret-bytes.ts';
import { boxKeyBytes, boxNonceBytes, boxOverheadBytes } from './sealed-share.ts';

/** Salsa20's block. */
const blockBytes = 64;
/** Where the message begins in the stream: Poly1305's key lies before it. */
const messageStart = 32;
const hsalsaInputBytes = 16;

export interface BoxPrimitives {
  /** HSalsa20 of a 16-byte input under a key, written to the 32 bytes of `out`. */
  hsalsa20(out: Uint8Array, input: Uint8Array, key: Uint8Array): void;
  /** XORs Salsa20's stream from its start into `target`. The nonce has 8 bytes. */
  salsa20Xor(target: Uint8Array, nonce: Uint8Array, key: Uint8Array): void;
  /** Poly1305 of `message` under a one-time key, written to the 16 bytes of `out`. */
  poly1305(out: Uint8Array, message: Uint8Array, key: Uint8Array): void;
}

/** The key of a box, from the X25519 secret of both sides. The caller zeroes both. */
export function boxKeyOf(primitives: BoxPrimitives, agreed: Uint8Array): Uint8Array<ArrayBuffer> {
  assert(agreed.length === boxKeyBytes, 'X25519 agrees on 32 bytes');
  const key = secretBytes(boxKeyBytes);
  primitives.hsalsa20(key, new Uint8Array(hsalsaInputBytes), agreed);
  return key;
}

/** Tag and ciphertext of a message. A nonce serves a key once. */
export function sealSecretBox(
  primitives: BoxPrimitives,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
  plaintext: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const work = workOf(plaintext);
  xorStream(primitives, { key, nonce }, work);
  const box = new Uint8Array(boxOverheadBytes + plaintext.length);
  const ciphertext = work.subarray(messageStart, messageStart + plaintext.length);
  box.set(ciphertext, boxOverheadBytes);
  primitives.poly1305(
    box.subarray(0, boxOverheadBytes),
    box.subarray(boxOverheadBytes),
    work.subarray(0, messageStart),
  );
  work.fill(0);
  return box;
}

/** The message in zeroable memory, or undefined if the tag does not fit. The caller zeroes it. */
export function openSecretBox(
  primitives: BoxPrimitives,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
  box: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  if (box.length < boxOverheadBytes) return undefined;
  const ciphertext = box.subarray(boxOverheadBytes);
  const work = workOf(ciphertext);
  xorStream(primitives, { key, nonce }, work);
  const tag = secretBytes(boxOverheadBytes);
  primitives.poly1305(tag, ciphertext, work.subarray(0, messageStart));
  const fits = equalConstantTime(tag, box.subarray(0, boxOverheadBytes));
  tag.fill(0);
  const message = fits ? secretBytes(ciphertext.length) : undefined;
  message?.set(work.subarray(messageStart, messageStart + ciphertext.length));
  work.fill(0);
  return message;
}

/**
 * The message as the stream takes it: room for Poly1305's key before it, and a whole block behind
 * it. The library keeps the last block of its stream; that one has then covered no byte of ours.
 */
function workOf(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((messageStart + message.length) / blockBytes) + 1;
  const work = secretBytes(blocks * blockBytes);
  work.set(message, messageStart);
  return work;
}

function xorStream(
  primitives: BoxPrimitives,
  { key, nonce }: { readonly key: Uint8Array; readonly nonce: Uint8Array },
  work: Uint8Array,
): void {
  assert(key.length === boxKeyBytes, 'a key has 32 bytes');
  assert(nonce.length === boxNonceBytes, 'a nonce has 24 bytes');
  const subkey = secretBytes(boxKeyBytes);
  primitives.hsalsa20(subkey, nonce.subarray(0, hsalsaInputBytes), key);
  primitives.salsa20Xor(work, nonce.subarray(hsalsaInputBytes), subkey);
  subkey.fill(0);
}
