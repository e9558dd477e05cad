/**
 * Keys of the store: UTF-8 strings without lone surrogates (two of them would encode to the same
 * bytes), ordered by their UTF-8 bytes, which is not JavaScript's order above U+FFFF.
 */
import { compareUtf8, isLongerThan, utf8Encode } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import { rangeBoundBytesMax, storeKeyBytesMax } from '../limits.ts';

/** The last code point. No key holds it, so it sorts behind everything in a sub-tree. */
const lastCodePoint = '\u{10FFFF}';

/** Order of two keys by their UTF-8 bytes: negative, zero or positive. */
export const compareKeys: (left: string, right: string) => number = compareUtf8;

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
  if (isLongerThan(text, maximum)) throw failure('store.limit', { limit, maximum });
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

/**
 * What a key begins with, its NUL included, if it has one: things of several entries have a name
 * that ends there, and lie side by side. No more than a hint of what is read together.
 */
export function nameOfKey(key: string): string | undefined {
  const end = key.indexOf('\u0000');
  return end < 0 ? undefined : key.slice(0, end + 1);
}
