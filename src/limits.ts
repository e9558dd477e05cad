import { assert } from '../shared/assert.ts';
import { pathBytesMax } from '../shared/limits.ts';

/** Limits of the deterministic part. */

/** Compares, then-operations and else-operations of one transaction, each. */
export const transactionOperationsMax = 128;
/** Keys and values of one transaction together. */
export const transactionBytesMax = 1_572_864;
/** A key, as UTF-8. */
export const storeKeyBytesMax = 512;
/** Entries of one page of a range. */
export const rangeEntriesMax = 1_000;
/** Commits waiting to be written before the store answers `overloaded`. */
export const waitingCommitsMax = 2_000;
/** Revisions a watch can reach back. */
export const watchRevisionsMax = 10_000;
/** The note that a commit carries beside its operations. */
export const commitNoteBytesMax = 64;
/** Attempts of one transaction whose compares fail. */
export const transactAttemptsMax = 10;

assert(storeKeyBytesMax - pathBytesMax >= 100, 'a path fits behind the prefix of its mount');
