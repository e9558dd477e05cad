import { assert } from '../../shared/assert.ts';
import { utf8Encode } from '../../shared/encoding/utf8.ts';

/**
 * What every sealed value is bound to: the format, its namespace and its store key, so that a value
 * moved to another key does not open. A namespace holds no NUL, so no two pairs give the same bytes
 * (keys may hold one), and neither holds half of a surrogate pair: they would all encode alike.
 */
export function additionalData(namespace: string, key: string): Uint8Array<ArrayBuffer> {
  assert(!namespace.includes('\0'), 'a namespace holds no NUL');
  assert(namespace.isWellFormed() && key.isWellFormed(), 'names are UTF-8');
  return utf8Encode(`strongbox/1\0${namespace}\0${key}`);
}
