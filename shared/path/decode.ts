/**
 * The path of an HTTP request target (RFC 9112 section 3.2.1, origin-form) to text: one strict
 * percent-decoding (RFC 3986 section 2.1) of bytes that must be UTF-8. `new URL()` is no help here:
 * it resolves `%2e%2e`, turns `\` into `/` and deletes tabs before anybody could refuse them.
 */
import { utf8Decode } from '../encoding/utf8.ts';
import { failure, type StrongBoxError } from '../errors/failure.ts';
import { pathBytesMax } from '../limits.ts';

const PERCENT = 0x25;
const QUESTION_MARK = 0x3f;
const NUMBER_SIGN = 0x23;
/** Three characters a byte, and room for the `/v1/` or a namespace that the caller cuts off. */
const targetCharactersMax = 3 * (pathBytesMax + 64);

/**
 * Decodes the path part of a request target, exactly once. The caller has cut off the query (a raw
 * `?` or `#` is refused here); what it cuts off the front, before or after, is its own affair.
 * Throws `path.invalid` (bad escape, not UTF-8, NUL, raw byte that is not graphic ASCII) and
 * `path.too-long`.
 */
export function decodeRequestPath(rawTarget: string): string {
  if (rawTarget.length > targetCharactersMax) throw failure('path.too-long', { pathBytesMax });
  return rawTarget.includes('%') ? decodeEscapes(rawTarget) : checkedPlain(rawTarget);
}

function checkedPlain(rawTarget: string): string {
  for (let index = 0; index < rawTarget.length; index += 1) checkRaw(rawTarget.charCodeAt(index));
  return rawTarget;
}

function decodeEscapes(rawTarget: string): string {
  const bytes = new Uint8Array(rawTarget.length);
  let length = 0;
  for (let index = 0; index < rawTarget.length; index += 1) {
    let byte = rawTarget.charCodeAt(index);
    checkRaw(byte);
    if (byte === PERCENT) {
      byte = escapedByte(rawTarget, index);
      index += 2;
    }
    bytes[length] = byte;
    length += 1;
  }
  return decodeUtf8(bytes.subarray(0, length));
}

function checkRaw(unit: number): void {
  if (unit <= 0x20 || unit >= 0x7f) {
    throw invalid('path holds a byte that must be percent-encoded');
  }
  if (unit === QUESTION_MARK || unit === NUMBER_SIGN) {
    throw invalid('path holds a query or fragment delimiter');
  }
}

function escapedByte(text: string, index: number): number {
  const high = hexDigit(text.charCodeAt(index + 1));
  const low = hexDigit(text.charCodeAt(index + 2));
  if (high < 0 || low < 0) throw invalid('path holds a % without two hexadecimal digits');
  const byte = high * 16 + low;
  if (byte === 0) throw invalid('path cannot contain a character that cannot be printed');
  return byte;
}

/** The value of a hexadecimal digit, or -1 (also past the end, where the unit is NaN). */
function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8Decode(bytes);
  } catch {
    throw invalid('path is not UTF-8');
  }
}

function invalid(reason: string): StrongBoxError {
  return failure('path.invalid', { reason });
}
