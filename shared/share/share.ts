/**
 * One share of the unseal key, in the two encodings people hold.
 *
 * Raw, as Vault has it: 32 bytes of the share and its index (1 to 255) in the last byte, written as
 * hex or base64. With one share in all it is the unseal key itself, 32 bytes. Nothing in it tells
 * a typing mistake.
 *
 * Framed: Bech32m with the prefix `sbx`, 81 characters, of
 *
 *   format u8 = 1 | set id 8 | threshold u8 | count u8 | index u8 | share 32
 *
 * It says which set it belongs to and how many are needed, and its checksum finds any mistake in up
 * to four characters.
 */
import { assert } from '../assert.ts';
import { decodeBase64, decodeBase64Url } from '../encoding/base64.ts';
import { decodeHex } from '../encoding/hex.ts';
import { utf8Encode } from '../encoding/utf8.ts';
import { failure, isFailure } from '../errors/failure.ts';
import { copySecret, secretBytes } from '../secret-bytes.ts';
import { checksumCharacters, dataCharacters, decodeBech32m, encodeBech32m } from './bech32m.ts';

export const shareSecretBytes = 32;
export const setIdBytes = 8;
export const sharesMax = 255;
/** Longest text looked at; white space around a share counts. */
const shareTextBytesMax = 256;

/** How every framed share begins. */
export const framedSharePrefix = 'sbx1';

const prefix = utf8Encode('sbx');
const format = 1;
const frameBytes = 1 + setIdBytes + 3 + shareSecretBytes;
const framedCharacters = prefix.length + 1 + dataCharacters(frameBytes) + checksumCharacters;
const rawBytes = shareSecretBytes + 1;
const base64Characters = Math.ceil(rawBytes / 3) * 4;

/** A share of which only the index is known; the index is undefined for a whole key. */
export interface RawShare {
  readonly kind: 'raw';
  /** 32 bytes; whoever holds the share zeroes them after use. */
  readonly secret: Uint8Array<ArrayBuffer>;
  readonly index: number | undefined;
}

/** A share that says where it belongs. */
export interface FramedShare {
  readonly kind: 'framed';
  /** 32 bytes; whoever holds the share zeroes them after use. */
  readonly secret: Uint8Array<ArrayBuffer>;
  /** 1 to `count`. */
  readonly index: number;
  readonly setId: Uint8Array;
  readonly threshold: number;
  readonly count: number;
}

export type Share = RawShare | FramedShare;

/** The ASCII text of a framed share, 81 characters in lower case. */
export function encodeFramedShare(share: FramedShare): Uint8Array<ArrayBuffer> {
  const { secret, setId, threshold, count, index } = share;
  assert(secret.length === shareSecretBytes, 'a share has 32 bytes');
  assert(setId.length === setIdBytes, 'a set id has 8 bytes');
  assert(numbersFit(share), 'index and threshold are at most the count');
  const frame = secretBytes(frameBytes);
  frame[0] = format;
  frame.set(setId, 1);
  frame.set([threshold, count, index], 1 + setIdBytes);
  frame.set(secret, frameBytes - shareSecretBytes);
  const text = encodeBech32m(prefix, frame);
  frame.fill(0);
  assert(text.length === framedCharacters, 'a framed share has one length');
  return text;
}

/** Vault's bytes of a share: 33, or 32 for a whole key. */
export function encodeRawShare({ secret, index }: RawShare): Uint8Array<ArrayBuffer> {
  assert(secret.length === shareSecretBytes, 'a share has 32 bytes');
  if (index === undefined) return copySecret(secret);
  assert(index >= 1 && index <= sharesMax, 'an index is 1 to 255');
  const bytes = secretBytes(rawBytes);
  bytes.set(secret);
  bytes[shareSecretBytes] = index;
  return bytes;
}

/**
 * Reads a share from ASCII bytes: framed, or raw as hex or base64, with white space around it. No
 * string is made of it, and every copy but the result is zeroed. Throws `share.malformed`,
 * `share.checksum` or `share.zero-index`.
 */
export function decodeShare(text: Uint8Array): Share {
  if (text.length > shareTextBytesMax) throw malformed('it is too long');
  const trimmed = trim(text);
  if (trimmed.length === 0) throw malformed('it is empty');
  return looksFramed(trimmed) ? decodeFramed(trimmed) : decodeRaw(trimmed);
}

/**
 * Of the length of a framed share, or with its prefix: so a mistyped prefix is told as a mistake.
 * One raw share in two million starts with that prefix in base64, too, with and without padding.
 */
function looksFramed(text: Uint8Array): boolean {
  if (text.length === framedCharacters) return true;
  if (text.length === base64Characters || text.length === base64Characters - 1) return false;
  const [s, b, x, one] = text;
  const lower = (byte: number | undefined): number => (byte ?? 0) | 0x20;
  return lower(s) === prefix[0] && lower(b) === prefix[1] && lower(x) === prefix[2] && one === 0x31;
}

function decodeFramed(text: Uint8Array): FramedShare {
  if (text.length !== framedCharacters) {
    throw malformed(`it has ${text.length} characters instead of ${framedCharacters}`);
  }
  const result = decodeBech32m(prefix, text);
  if (result.kind === 'alphabet') throw malformed('it has a character no share is written with');
  if (result.kind === 'case') throw malformed('it mixes upper and lower case');
  if (result.kind === 'checksum') throw failure('share.checksum');
  const frame = result.bytes;
  const share = readFrame(frame);
  const known = frame[0] === format;
  frame.fill(0);
  if (known && numbersFit(share)) return share;
  share.secret.fill(0);
  throw malformed(known ? 'its numbers contradict each other' : 'it is of an unknown format');
}

function readFrame(frame: Uint8Array<ArrayBuffer>): FramedShare {
  const [threshold = 0, count = 0, index = 0] = frame.subarray(1 + setIdBytes);
  return {
    kind: 'framed',
    secret: copySecret(frame, frameBytes - shareSecretBytes),
    setId: frame.slice(1, 1 + setIdBytes),
    threshold,
    count,
    index,
  };
}

function numbersFit({ threshold, count, index }: FramedShare): boolean {
  return threshold >= 1 && threshold <= count && index >= 1 && index <= count && count <= sharesMax;
}

function decodeRaw(text: Uint8Array): RawShare {
  const bytes = decodeRawText(text);
  if (bytes === undefined) throw malformed('it is neither framed (sbx1…), nor hex, nor base64');
  const secret = copySecret(bytes, 0, shareSecretBytes);
  const { length } = bytes;
  const index = bytes[shareSecretBytes];
  bytes.fill(0);
  if (length === shareSecretBytes) return { kind: 'raw', secret, index: undefined };
  if (length === rawBytes && index !== 0) return { kind: 'raw', secret, index };
  secret.fill(0);
  if (length === rawBytes) throw failure('share.zero-index');
  throw malformed(`it has ${length} bytes instead of ${rawBytes} (or ${shareSecretBytes})`);
}

/** By length: a text that is longer than a share in base64 can only be one in hex. */
function decodeRawText(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const isHex = text.length > base64Characters;
  for (const decode of isHex ? [decodeHex] : [decodeBase64, decodeBase64Url]) {
    try {
      return decode(text);
    } catch (error) {
      if (!isFailure(error, 'encoding.invalid')) throw error;
    }
  }
  return undefined;
}

function trim(text: Uint8Array): Uint8Array {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start += 1;
  while (end > start && isSpace(text[end - 1])) end -= 1;
  return text.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function malformed(reason: string): Error {
  return failure('share.malformed', { reason });
}
