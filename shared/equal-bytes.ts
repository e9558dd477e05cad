/** Whether two byte strings are the same: of public values, and of what must not be guessed. */

/** Of public values: digests, public keys. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/**
 * Takes the same time wherever they differ, as far as a language can promise that. Where there is
 * the platform's own (`timingSafeEqual`), it is taken in place of this.
 */
export function equalConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (const [index, byte] of left.entries()) difference |= byte ^ (right[index] ?? 0);
  return difference === 0;
}
