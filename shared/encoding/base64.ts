/**
 * Base64 of RFC 4648: section 4 with padding (Vault's bodies) and section 5 without (JOSE, tokens).
 * Decoding is strict: right alphabet, right padding, unused bits zero, no white space; so one value
 * has one text. Neither direction branches on or indexes by the data (see digits.ts), and decoding
 * works from bytes to bytes, so that a secret never has to become a string.
 */
import { assert } from '../assert.ts';
import { failure } from '../errors/failure.ts';
import { secretBytes } from '../secret-bytes.ts';
import { same, within } from './digits.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

interface Alphabet {
  readonly name: string;
  /** The characters of digits 62 and 63. */
  readonly plus: number;
  readonly slash: number;
  readonly padded: boolean;
}

const STANDARD: Alphabet = { name: 'base64', plus: 0x2b, slash: 0x2f, padded: true };
const URL_SAFE: Alphabet = { name: 'base64url', plus: 0x2d, slash: 0x5f, padded: false };
const PADDING = 0x3d;

/** Padded base64 text. */
export function encodeBase64(bytes: Uint8Array): string {
  return utf8Decode(encodeBytes(bytes, STANDARD));
}

/** Padded base64 as ASCII bytes, for secrets that must stay zeroable. */
export function encodeBase64Bytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeBytes(bytes, STANDARD);
}

/** Bytes of padded base64, given as text or as its ASCII bytes. Throws `encoding.invalid`. */
export function decodeBase64(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return decode(text, STANDARD);
}

/** Unpadded base64url text. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return utf8Decode(encodeBytes(bytes, URL_SAFE));
}

/** Bytes of unpadded base64url, given as text or as its ASCII bytes. Throws `encoding.invalid`. */
export function decodeBase64Url(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return decode(text, URL_SAFE);
}

function encodeBytes(bytes: Uint8Array, alphabet: Alphabet): Uint8Array<ArrayBuffer> {
  const digits = Math.ceil((bytes.length * 4) / 3);
  const length = alphabet.padded ? Math.ceil(bytes.length / 3) * 4 : digits;
  const text = secretBytes(length).fill(PADDING);
  for (let index = 0; index < digits; index += 1) {
    // Digit `index` is bits 6·index to 6·index+5 of the input: in one byte, or across two.
    const at = (index * 6) >> 3;
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    text[index] = characterOf((pair >> (10 - ((index * 6) & 7))) & 63, alphabet);
  }
  return text;
}

function decode(text: string | Uint8Array, alphabet: Alphabet): Uint8Array<ArrayBuffer> {
  const source = typeof text === 'string' ? utf8Encode(text) : text;
  const digits = source.length - paddingLength(source, alphabet);
  const bytes = secretBytes(Math.floor((digits * 3) / 4));
  let bad = badLength(source.length, digits, alphabet);
  let bits = 0;
  for (let index = 0; index < digits; index += 1) {
    const digit = digitOf(source[index] ?? 0, alphabet);
    bad |= digit >> 31;
    bits = ((bits << 6) | (digit & 63)) & 0xffff;
    if (index % 4 !== 0) bytes[(index * 3 - 1) >> 2] = (bits >> (6 - 2 * (index % 4))) & 0xff;
  }
  // The bits of the last digit that belong to no byte must be zero.
  bad |= bits & ((1 << ((digits * 6) % 8)) - 1);
  if (bad !== 0) {
    bytes.fill(0);
    throw failure('encoding.invalid', { encoding: alphabet.name });
  }
  return bytes;
}

function paddingLength(source: Uint8Array, alphabet: Alphabet): number {
  if (!alphabet.padded || source.at(-1) !== PADDING) return 0;
  return source.at(-2) === PADDING ? 2 : 1;
}

/** Non-zero if no bytes have an encoding of that length. */
function badLength(length: number, digits: number, alphabet: Alphabet): number {
  const short = digits % 4 === 1 ? 1 : 0;
  return alphabet.padded && length % 4 !== 0 ? 1 : short;
}

function characterOf(digit: number, alphabet: Alphabet): number {
  assert(digit >= 0 && digit < 64, 'a base64 digit has six bits');
  return (
    (within(digit, 0, 25) & (digit + 0x41)) |
    (within(digit, 26, 51) & (digit + 0x47)) |
    (within(digit, 52, 61) & (digit - 0x04)) |
    (same(digit, 62) & alphabet.plus) |
    (same(digit, 63) & alphabet.slash)
  );
}

/** The digit of a character, or -1. */
function digitOf(character: number, alphabet: Alphabet): number {
  const upper = within(character, 0x41, 0x5a);
  const lower = within(character, 0x61, 0x7a);
  const number = within(character, 0x30, 0x39);
  const plus = same(character, alphabet.plus);
  const slash = same(character, alphabet.slash);
  const digit =
    (upper & (character - 0x41)) |
    (lower & (character - 0x47)) |
    (number & (character + 0x04)) |
    (plus & 62) |
    (slash & 63);
  return digit | ~(upper | lower | number | plus | slash);
}
