/** Overwrites key material after its last use. */
export function zero(...arrays: readonly Uint8Array[]): void {
  for (const array of arrays) array.fill(0);
}

/** Node's buffers as plain arrays over the same memory, so that no `Buffer` method leaks out. */
export function plainBytes(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
}
