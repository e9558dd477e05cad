/** Strings of RFC 8259 section 7, over bytes. */
import { failure, type StrongBoxError } from '../errors/failure.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** `"`, `\`, `/`, `b`, `f`, `n`, `r`, `t`: what may follow a backslash, besides `u`. */
const SIMPLE_ESCAPES = new Set([0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);

/** Checks the string whose opening quote is at `start`; returns the offset behind its end. */
export function scanString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at = scanEscape(bytes, at);
    else if (byte === undefined) throw invalid(at, 'the end of a string');
    else if (byte < 0x20) throw invalid(at, 'an escape in place of a control character');
    else at += 1;
  }
}

/** Returns the offset behind the escape whose backslash is at `start`. */
function scanEscape(bytes: Uint8Array, start: number): number {
  const byte = bytes[start + 1];
  if (byte !== LETTER_U) {
    if (byte === undefined || !SIMPLE_ESCAPES.has(byte)) throw invalid(start, 'an escape');
    return start + 2;
  }
  const unit = escapedUnit(bytes, start);
  if (unit < 0xd800 || unit > 0xdfff) return start + 6;
  // A half of a surrogate pair is no character: two different strings would become the same bytes.
  const low = unit <= 0xdbff && bytes[start + 7] === LETTER_U ? escapedUnit(bytes, start + 6) : 0;
  if (low < 0xdc00 || low > 0xdfff) throw invalid(start, 'both halves of a surrogate pair');
  return start + 12;
}

/** The code unit of the `\uXXXX` at `start`. */
function escapedUnit(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== BACKSLASH) throw invalid(start, 'both halves of a surrogate pair');
  let unit = 0;
  for (let at = start + 2; at < start + 6; at += 1) {
    const digit = hexDigit(bytes[at] ?? 0);
    if (digit < 0) throw invalid(at, 'a hexadecimal digit');
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function invalid(offset: number, expected: string): StrongBoxError {
  return failure('json.invalid', { offset, expected });
}
