/**
 * Keys of the store: UTF-8 strings without lone surrogates (two of them would encode to the same
 * bytes), ordered by their UTF-8 bytes. JavaScript orders strings by UTF-16 code units, which
 * differs above U+FFFF: there a surrogate (0xD800-0xDFFF) must sort behind 0xE000-0xFFFF.
 */
import { utf8Encode } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import { rangeBoundBytesMax, storeKeyBytesMax } from '../limits.ts';

/** The last code point. No key holds it, so it sorts behind everything in a sub-tree. */
const lastCodePoint = '\u{10FFFF}';

/** Order of two keys by their UTF-8 bytes: negative, zero or positive. */
export function compareKeys(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const leftUnit = left.charCodeAt(index);
    const rightUnit = right.charCodeAt(index);
    if (leftUnit !== rightUnit) return byteOrder(leftUnit) - byteOrder(rightUnit);
  }
  return left.length - right.length;
}

/** Moves surrogates behind the rest of the basic plane, where UTF-8 has what they stand for. */
function byteOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** Length in UTF-8 bytes of a string without lone surrogates. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // A surrogate is half of a code point of four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** Throws `store.key-invalid` or `store.limit` unless the store can hold an entry of this key. */
export function checkKey(key: string): void {
  if (key === '') throw failure('store.key-invalid', { reason: 'it is empty' });
  checkText(key, 'storeKeyBytesMax', storeKeyBytesMax);
  if (key.includes(lastCodePoint)) {
    throw failure('store.key-invalid', { reason: 'it holds the code point U+10FFFF' });
  }
}

/** The same for a prefix or the `after` of a range, which may be empty or `afterSubtree`. */
export function checkRangeBound(bound: string): void {
  checkText(bound, 'rangeBoundBytesMax', rangeBoundBytesMax);
}

function checkText(text: string, limit: string, maximum: number): void {
  if (!text.isWellFormed()) {
    throw failure('store.key-invalid', { reason: 'it holds half of a surrogate pair' });
  }
  if (text.length > maximum || utf8Length(text) > maximum) {
    throw failure('store.limit', { limit, maximum });
  }
}

/**
 * A bound above every key that starts with `prefix` and below every later key that does not: pass
 * it as `after` to jump over a sub-tree.
 */
export function afterSubtree(prefix: string): string {
  return prefix + lastCodePoint;
}

/** Bytes above those of every key that starts with `prefix`: UTF-8 never holds 0xFF. */
export function prefixUpperBound(prefix: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8Encode(prefix);
  const bound = new Uint8Array(bytes.length + 1);
  bound.set(bytes);
  bound[bytes.length] = 0xff;
  return bound;
}
