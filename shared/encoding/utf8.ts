/**
 * UTF-8 (RFC 3629). Bytes that are not well-formed are refused, never repaired. A string may hold
 * half of a surrogate pair; the encoder writes U+FFFD for it, so whoever takes strings from outside
 * checks `isWellFormed` where two spellings must not become one.
 */

/** Bytes that one UTF-16 unit of a well-formed string takes, at most. */
const unitBytesMax = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a string. */
export function utf8Encode(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes. Throws TypeError on bytes that are not UTF-8. */
export function utf8Decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** How many bytes the UTF-8 form of a well-formed string has, without making it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Two surrogates are four bytes together: two more than their two units.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}

/** Whether the UTF-8 form of a well-formed string has more bytes; rarely counts them. */
export function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length * unitBytesMax <= bytesMax) return false;
  return text.length > bytesMax || utf8Length(text) > bytesMax;
}

/** How many bytes at the front are whole UTF-8 characters (RFC 3629): where a bad one starts. */
export function utf8PrefixLength(bytes: Uint8Array): number {
  let at = 0;
  for (;;) {
    const length = characterLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
}

/** Bytes of the character at the offset; 0 at the end or if there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0xff;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // Overlong forms, surrogates and what lies above U+10FFFF show in the second byte.
  const second = bytes[at + 1] ?? 0;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  for (let index = at + 1; index < at + length; index += 1) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * Orders two well-formed strings as their UTF-8 bytes are ordered: by code point. JavaScript's `<`
 * differs above U+FFFF, whose surrogates sort below U+E000.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    if (left.charCodeAt(index) === right.charCodeAt(index)) continue;
    return codePointRank(left, index) - codePointRank(right, index);
  }
  return left.length - right.length;
}

/** A code unit's place in code point order: surrogates behind everything else. */
function codePointRank(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
