import { timingSafeEqual } from 'node:crypto';

/** Compares two byte strings without telling by time where they differ; false for other lengths. */
export function equalConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.length > 0 && timingSafeEqual(left, right);
}
