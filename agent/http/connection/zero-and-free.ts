/**
 * The end of memory that held what a client sent. Each large body passes through three pieces of it
 * (the socket's, the parser's, ours), and V8 collects what lies outside of its heap after some
 * 60 MB only: a flood of bodies left 180 MB in small pieces, which malloc then kept.
 */

/** Less is left to the collector, which is quicker with it. */
const freedBytesLeast = 16_384;

/**
 * Zeroes bytes that nobody uses any more, and frees their memory at once where it is large and
 * theirs alone. Afterwards they may have no length.
 */
export function zeroAndFree(bytes: Uint8Array): void {
  if (bytes.byteLength === 0) return;
  bytes.fill(0);
  const { buffer } = bytes;
  const isAlone = bytes.byteLength === buffer.byteLength;
  if (isAlone && bytes.byteLength >= freedBytesLeast && buffer instanceof ArrayBuffer) {
    buffer.transfer(0);
  }
}
