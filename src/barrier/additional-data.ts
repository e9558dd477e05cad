import { assert } from '../../shared/assert.ts';

/**
 * Memory that small arrays are cut from, one behind the other and each used once: an array of its
 * own outside of V8's heap costs 0.7 µs, which every value that is opened or sealed would pay.
 */
const pieceBytes = 8_192;
const utf8BytesPerUnitMax = 3;
const encoder = new TextEncoder();
let piece = new Uint8Array(0);

/**
 * What every sealed value is bound to: the format, its namespace and its store key, so that a value
 * moved to another key does not open. A namespace holds no NUL, so no two pairs give the same bytes
 * (keys may hold one), and neither holds half of a surrogate pair: they would all encode alike.
 */
export function additionalData(namespace: string, key: string): Uint8Array<ArrayBuffer> {
  assert(!namespace.includes('\0'), 'a namespace holds no NUL');
  assert(namespace.isWellFormed() && key.isWellFormed(), 'names are UTF-8');
  return encoded(`strongbox/1\0${namespace}\0${key}`);
}

function encoded(text: string): Uint8Array<ArrayBuffer> {
  const bytesMax = text.length * utf8BytesPerUnitMax;
  if (piece.length < bytesMax) piece = new Uint8Array(Math.max(pieceBytes, bytesMax));
  const { written } = encoder.encodeInto(text, piece);
  const bytes = piece.subarray(0, written);
  piece = piece.subarray(written);
  return bytes;
}
