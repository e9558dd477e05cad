/**
 * Digests that are no secret (names, codes and links in a log) as bytes. Node hands a digest out as
 * a buffer of its own outside of V8's heap, which costs 0.7 µs, more than the hash of a short text;
 * by way of a string of one character a byte it costs a tenth of that. Never for keys or proofs: a
 * string cannot be zeroed, and V8 moves arrays this small.
 */
export function bytesOfDigest(binary: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
