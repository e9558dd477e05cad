/**
 * Hexadecimal (RFC 4648 section 8): lower case out, both cases in. Unlike `Buffer.from(x, 'hex')`,
 * which stops in silence at the first bad digit, everything else is refused. Without branches or
 * tables on the data (see digits.ts), and from bytes to bytes where a secret must not be a string.
 */
import { failure } from '../errors/failure.ts';
import { secretBytes } from '../secret-bytes.ts';
import { within } from './digits.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

/** Lower-case hexadecimal text. */
export function encodeHex(bytes: Uint8Array): string {
  return utf8Decode(encodeHexBytes(bytes));
}

/** Lower-case hexadecimal as ASCII bytes, for secrets that must stay zeroable. */
export function encodeHexBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = secretBytes(bytes.length * 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    text[2 * index] = characterOf(byte >> 4);
    text[2 * index + 1] = characterOf(byte & 15);
  }
  return text;
}

/** Bytes of hexadecimal, given as text or as its ASCII bytes. Throws `encoding.invalid`. */
export function decodeHex(text: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const source = typeof text === 'string' ? utf8Encode(text) : text;
  const bytes = secretBytes(source.length >> 1);
  let bad = source.length & 1;
  for (let index = 0; index < bytes.length; index += 1) {
    const high = digitOf(source[2 * index] ?? 0);
    const low = digitOf(source[2 * index + 1] ?? 0);
    bad |= (high | low) >> 31;
    bytes[index] = (high << 4) | low;
  }
  if (bad !== 0) {
    bytes.fill(0);
    throw failure('encoding.invalid', { encoding: 'hexadecimal' });
  }
  return bytes;
}

function characterOf(digit: number): number {
  return digit + 0x30 + (within(digit, 10, 15) & 0x27);
}

/** The digit of a character, or -1. */
function digitOf(character: number): number {
  const number = within(character, 0x30, 0x39);
  const upper = within(character, 0x41, 0x46);
  const lower = within(character, 0x61, 0x66);
  const digit =
    (number & (character - 0x30)) | (upper & (character - 0x37)) | (lower & (character - 0x57));
  return digit | ~(number | upper | lower);
}
