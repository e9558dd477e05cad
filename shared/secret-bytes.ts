/**
 * Memory for key material that can really be zeroed.
 *
 * V8 keeps a typed array of up to 64 bytes inside its own heap, and moves it there: a collection
 * leaves the old bytes behind, where no later `fill(0)` reaches them (seen on Node 24 by a scan of
 * the process's memory; the copies outlive a full collection). The memory of an ArrayBuffer that is
 * made first lies outside of that heap and stays in its place. `new Uint8Array(32)`, `slice` and
 * `Uint8Array.from` are therefore not for secrets.
 */

/** Zeroes, outside of V8's heap. */
export function secretBytes(count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(count));
}

/** A copy of a secret, or of the part from `start` to `end`, outside of V8's heap. */
export function copySecret(
  source: Uint8Array,
  start = 0,
  end = source.length,
): Uint8Array<ArrayBuffer> {
  const part = source.subarray(start, end);
  const copy = secretBytes(part.length);
  copy.set(part);
  return copy;
}
