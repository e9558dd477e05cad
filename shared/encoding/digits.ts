/**
 * Arithmetic between digits and their characters, without tables and without branches: these
 * functions see unseal shares and tokens, and which cache line of a table was touched, or which
 * branch was taken, tells a neighbour on the same processor what the secret is made of.
 *
 * A mask is -1 (all ones) for "yes" and 0 for "no". Inputs are small non-negative integers.
 */

/** Mask of `low <= value <= high`. */
export function within(value: number, low: number, high: number): number {
  return ((low - 1 - value) & (value - high - 1)) >> 31;
}

/** Mask of `left === right`. */
export function same(left: number, right: number): number {
  return within(left, right, right);
}
