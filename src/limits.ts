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
/** Keys and values of the changes kept for watches: large values shorten the reach. */
export const watchHistoryBytesMax = 67_108_864;
/** Gets, ranges and history pages that wait, together, before the answer `overloaded`. */
export const waitingReadsMax = 10_000;
/** Keys and values of one page of a range: larger entries make shorter pages, of at least one. */
export const rangeBytesMax = 4_194_304;
/** A prefix or `after` of a range, as UTF-8: a key, or `afterSubtree` of one. */
export const rangeBoundBytesMax = storeKeyBytesMax + 4;
/** Events that a watch takes from the store at once. */
export const watchPageEventsMax = 256;
/** How far one stamp may move cluster time beyond the time that has passed; the rest follows. */
export const clusterTimeJumpMsMax = 86_400_000;
/**
 * Longest delay of a timer: Node's overflow from 2^31 ms on and fire at once, so longer waits are
 * armed anew.
 */
export const timerDelayMsMax = 3_600_000;
/** Steps of one intent: a step that never ends is a fault. */
export const intentStepsMax = 1_000_000;
/** The note that a commit carries beside its operations. */
export const commitNoteBytesMax = 64;
/** Attempts of one transaction whose compares fail. */
export const transactAttemptsMax = 10;
/** Attempts of a transaction that only reads before it takes turns with those who write. */
export const transactReadsAloneMax = 3;
/** Transactions that wait for their turn at one key before the answer `overloaded`. */
export const turnsWaitingMax = 1_000;

/** Decoded values that are kept by revision, and bytes of their keys and plaintexts. */
export const decodedValuesMax = 4_096;
export const decodedBytesMax = 4_194_304;

/** Versions that a secret of KV version 2 can keep; all of them go in one transaction. */
export const kvVersionsMax = 100;
/** Versions kept where neither mount nor secret says more (Vault's default). */
export const kvVersionsDefault = 10;
/** Longest `delete_version_after` (a century): its moment can still be written as a date. */
export const kvDeleteAfterSecondsMax = 3_155_760_000;
/** Names of one LIST or SCAN; more are read in parts. */
export const kvListNamesMax = 100_000;
/** Names of one list with metadata. */
export const kvDetailedNamesMax = 500;
/** Entries of a LIST's first page, and of the pages in the midst of large sub-folders. */
export const kvListPageEntriesMin = 32;
/** Entries of `custom_metadata`, and UTF-8 bytes of each name and value (Vault's limits). */
export const kvCustomMetadataEntriesMax = 64;
export const kvCustomMetadataNameBytesMax = 128;
export const kvCustomMetadataValueBytesMax = 512;

assert(transactReadsAloneMax < transactAttemptsMax, 'a reader comes to take its turn');
assert(kvVersionsMax + 4 <= transactionOperationsMax, 'a write may prune all versions at once');
assert(2 * kvDetailedNamesMax <= rangeEntriesMax, 'the metadata of a list is one read');
assert(kvListPageEntriesMin <= rangeEntriesMax, 'the first page is a page');
assert(rangeBytesMax >= rangeEntriesMax * storeKeyBytesMax, 'a page of keys is never cut short');
assert(rangeBytesMax >= transactionBytesMax + storeKeyBytesMax, 'every entry fits in a page');
assert(watchHistoryBytesMax >= transactionBytesMax, 'the newest change is always kept');
assert(decodedBytesMax / 2 > transactionBytesMax, 'the largest value can be kept decoded');
assert(storeKeyBytesMax - pathBytesMax >= 100, 'a path fits behind the prefix of its mount');
