/**
 * Base62 (0-9, A-Z, a-z) for tokens: letters and digits alone survive every shell, URL and
 * double-click. The bytes are one big-endian number written with a fixed count of digits, so the
 * encoding is injective: a token has the entropy of its bytes, and the length tells nothing.
 */
import { within } from './digits.ts';
import { utf8Decode } from './utf8.ts';

/** Digits that `byteCount` bytes need: 24 bytes give 33 digits. */
export function base62Length(byteCount: number): number {
  return Math.ceil((byteCount * 8) / Math.log2(62));
}

/** The bytes in base62, `base62Length(bytes.length)` digits. */
export function encodeBase62(bytes: Uint8Array): string {
  const number = Uint8Array.from(bytes);
  const text = new Uint8Array(base62Length(bytes.length));
  for (let index = text.length - 1; index >= 0; index -= 1) {
    text[index] = characterOf(divideBy62(number));
  }
  number.fill(0);
  const encoded = utf8Decode(text);
  text.fill(0);
  return encoded;
}

/** Divides the big-endian number in place and returns the remainder. */
function divideBy62(number: Uint8Array): number {
  let remainder = 0;
  for (let index = 0; index < number.length; index += 1) {
    const value = remainder * 256 + (number[index] ?? 0);
    // Exact for values below 62 * 256 (checked for each of them by a test): no division
    // instruction, whose time depends on its operands on some processors.
    const quotient = (value * 33_826) >>> 21;
    number[index] = quotient;
    remainder = value - quotient * 62;
  }
  return remainder;
}

function characterOf(digit: number): number {
  return digit + 0x30 + (within(digit, 10, 61) & 0x07) + (within(digit, 36, 61) & 0x06);
}
