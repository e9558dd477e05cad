import type { Barrier } from '../barrier/barrier.ts';

/**
 * Opens values, and once more with the keyring as it is stored now if one is of a term that was not
 * known here. Nothing is awaited where all terms are known. Throws what `open` and `learn` throw.
 */
export function withNewestTerm<Result>(
  barrier: Barrier,
  open: () => Result,
): Result | Promise<Result> {
  try {
    return open();
  } catch (error) {
    return barrier.learn(error).then(open);
  }
}
