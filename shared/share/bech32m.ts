/**
 * Bech32m (BIP 350 over BIP 173): text for bytes that people copy. 32 letters and digits without
 * those that look alike, one case, and a 30-bit BCH checksum that finds any mistake in up to four
 * characters of a text of at most 90.
 *
 * Written for secrets: no table is indexed and nothing branches by a data character.
 */
import { assert } from '../assert.ts';
import { same, within } from '../encoding/digits.ts';
import { utf8Encode } from '../encoding/utf8.ts';
import { secretBytes } from '../secret-bytes.ts';

const alphabet = utf8Encode('qpzry9x8gf2tvdw0s3jn54khce6mua7l');
const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const finalConstant = 0x2bc830a3;
export const checksumCharacters = 6;
const separator = 0x31;

/** Data characters that `byteCount` bytes take, without the checksum. */
export function dataCharacters(byteCount: number): number {
  return Math.ceil((byteCount * 8) / 5);
}

/** The text of bytes: prefix, `1`, data, checksum, in lower case. */
export function encodeBech32m(prefix: Uint8Array, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = dataCharacters(bytes.length);
  const values = secretBytes(count + checksumCharacters);
  regroup(bytes, { fromBits: 8, toBits: 5 }, values.subarray(0, count));
  const checksum = polymod(prefix, values) ^ finalConstant;
  for (let index = 0; index < checksumCharacters; index += 1) {
    values[count + index] = (checksum >>> (5 * (checksumCharacters - 1 - index))) & 31;
  }
  const text = secretBytes(prefix.length + 1 + values.length);
  text.set(prefix);
  text[prefix.length] = separator;
  for (const [index, value] of values.entries()) {
    text[prefix.length + 1 + index] = select(alphabet, value);
  }
  values.fill(0);
  return text;
}

/** What a text turned out to be; bytes only when everything fits. */
export type Bech32mResult =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'alphabet' }
  | { readonly kind: 'case' }
  | { readonly kind: 'checksum' };

/**
 * The bytes of a text that starts with `prefix` and `1`, in either case (not mixed). The caller has
 * checked the length.
 */
export function decodeBech32m(prefix: Uint8Array, text: Uint8Array): Bech32mResult {
  const head = prefix.length + 1;
  assert(text.length >= head + checksumCharacters, 'the caller has checked the length');
  const folded = foldCase(text);
  if (folded === undefined) return { kind: 'case' };
  const values = secretBytes(text.length - head);
  const known = readValues(folded.subarray(head), values);
  const headFits = folded.subarray(0, head).every((byte, at) => byte === (prefix[at] ?? separator));
  folded.fill(0);
  const count = values.length - checksumCharacters;
  const bytes = secretBytes(Math.floor((count * 5) / 8));
  const padding = regroup(values.subarray(0, count), { fromBits: 5, toBits: 8 }, bytes);
  const fits = headFits && polymod(prefix, values) === finalConstant && padding === 0;
  values.fill(0);
  if (known && fits) return { kind: 'ok', bytes };
  bytes.fill(0);
  return { kind: known ? 'checksum' : 'alphabet' };
}

/** The text in lower case, or undefined if both cases occur in it. */
function foldCase(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const folded = secretBytes(text.length);
  let upper = 0;
  let lower = 0;
  for (const [index, byte] of text.entries()) {
    const isUpper = within(byte, 0x41, 0x5a);
    upper |= isUpper;
    lower |= within(byte, 0x61, 0x7a);
    folded[index] = byte | (isUpper & 0x20);
  }
  if ((upper & lower) === 0) return folded;
  folded.fill(0);
  return undefined;
}

/** Writes the value of each character; false if one is outside of the alphabet. */
function readValues(characters: Uint8Array, values: Uint8Array): boolean {
  let unknown = 0;
  for (const [index, character] of characters.entries()) {
    let value = 0;
    let found = 0;
    for (const [candidate, letter] of alphabet.entries()) {
      const equal = same(character, letter);
      value |= equal & candidate;
      found |= equal;
    }
    values[index] = value;
    unknown |= ~found;
  }
  return unknown === 0;
}

/**
 * Cuts groups of bits anew. Returns the bits left over at the end, which must be 0 for decoding.
 */
function regroup(
  source: Uint8Array,
  { fromBits, toBits }: { readonly fromBits: number; readonly toBits: number },
  target: Uint8Array,
): number {
  let pending = 0;
  let bits = 0;
  let written = 0;
  for (const group of source) {
    pending = ((pending << fromBits) | group) & 0xfff;
    bits += fromBits;
    for (; bits >= toBits; written += 1) {
      bits -= toBits;
      target[written] = (pending >>> bits) & ((1 << toBits) - 1);
    }
  }
  const rest = pending & ((1 << bits) - 1);
  if (written < target.length) target[written] = rest << (toBits - bits);
  return rest;
}

/** The BCH code over the expanded prefix and the values. */
function polymod(prefix: Uint8Array, values: Uint8Array): number {
  let checksum = 1;
  for (const byte of prefix) checksum = step(checksum, byte >>> 5);
  checksum = step(checksum, 0);
  for (const byte of prefix) checksum = step(checksum, byte & 31);
  for (const value of values) checksum = step(checksum, value);
  return checksum;
}

function step(checksum: number, value: number): number {
  const top = checksum >>> 25;
  let next = ((checksum & 0x1ff_ffff) << 5) ^ value;
  for (const [bit, generator] of generators.entries()) {
    next ^= -((top >>> bit) & 1) & generator;
  }
  return next;
}

/** `table[index]` without a memory access that depends on the index. */
function select(table: Uint8Array, index: number): number {
  let result = 0;
  for (const [candidate, entry] of table.entries()) {
    result |= same(candidate, index) & entry;
  }
  return result;
}
