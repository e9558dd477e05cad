/**
 * The digest of the replicated state: the sum, modulo 2^256, of the hashes of its entries. A sum
 * does not depend on the order and is kept up to date entry by entry: what was there is taken off,
 * as it is read back, and what is there now is added. So a row that rots on the disk of one node
 * shows as soon as it is written again.
 *
 * It finds faults, not attackers: whoever can choose entries can find sets with the same sum
 * (Wagner's generalised birthday, Crypto 2002). Snapshots have a chain of hashes besides.
 */
import { assert } from '../../shared/assert.ts';
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { hashBytes } from '../link/peer-frame.ts';
import type { Entry } from '../ports/store.ts';

/** SHA-256 of all bytes at once. */
export type Hash = (bytes: Uint8Array) => Uint8Array;

/** What a row has beside its key and value. */
const rowHeadBytes = 30;

export function emptyDigest(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hashBytes);
}

/** `sum + hash`, as a new array, big-endian. */
export function addHash(sum: Uint8Array, hash: Uint8Array): Uint8Array<ArrayBuffer> {
  return combine(sum, hash, 1);
}

/** `sum - hash`. */
function subtractHash(sum: Uint8Array, hash: Uint8Array): Uint8Array<ArrayBuffer> {
  return combine(sum, hash, -1);
}

/** The digest after an entry was put, replaced or deleted. */
export function changeDigest(
  hash: Hash,
  sum: Uint8Array,
  before: Entry | undefined,
  after: Entry | undefined,
): Uint8Array {
  const without = before === undefined ? sum : subtractHash(sum, hash(entryRow(before)));
  return after === undefined ? without : addHash(without, hash(entryRow(after)));
}

/** key text | create revision u53 | revision u53 | version u53 | value u32 length */
export function entryRow({ key, value, createRevision, modRevision, version }: Entry): Uint8Array {
  const writer = new ByteWriter(rowHeadBytes + utf8Length(key) + value.length);
  writer.text(key).u53(createRevision).u53(modRevision).u53(version);
  return writer.bytes(value).finish();
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, position) => byte === right[position]);
}

function combine(sum: Uint8Array, hash: Uint8Array, sign: 1 | -1): Uint8Array<ArrayBuffer> {
  assert(sum.length === hashBytes, 'a digest has 256 bits');
  assert(hash.length === hashBytes, 'a hash has 256 bits');
  const result = new Uint8Array(hashBytes);
  let carry = 0;
  for (let at = hashBytes - 1; at >= 0; at -= 1) {
    const digit = (sum[at] ?? 0) + sign * (hash[at] ?? 0) + carry;
    // The lowest eight bits stay, of a negative number too; the rest is carried on.
    result[at] = digit;
    carry = digit >> 8;
  }
  return result;
}
