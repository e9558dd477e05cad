/** Limits of what an agent takes on at the same time. */
import { assert } from '../../../shared/assert.ts';
import { inFlightRequestsMax } from '../../../src/core/limits.ts';

/**
 * Units of requests under way: one for each, and one more for every so many bytes of its body. A
 * body of 1 MiB keeps the thread busy as long as some thirty small requests.
 */
export const bodyBytesPerUnit = 32_768;

/** Where the limit of each kind may move. Below the least nobody is refused, however slow it is. */
export const readUnitsMost = 1_024;
export const readUnitsLeast = 64;
export const writeUnitsMost = 512;
export const writeUnitsLeast = 128;
/** What consoles have to themselves. */
export const controlUnitsMax = 64;

/**
 * The quickest of all requests of a window takes longer than this only where all of them wait. A
 * write waits for three syncs of the disk, a read for one.
 */
export const readTargetMs = 50;
export const writeTargetMs = 100;
export const windowMs = 100;
/** Without requests for so long, what was learned is forgotten. */
export const forgetMs = 1_000;

/** How often it is looked at whether requests are refused; no more often is it recorded. */
export const overloadLookMs = 1_000;
/** An overload that lasts this long is an alarm; one without refusals for so long is over. */
export const overloadLastsMs = 10_000;
export const overloadEndsMs = 5_000;

/** A body up to this size is read away before its request is refused: the connection stays. */
export const skippedBodyBytesMax = 65_536;

assert(
  readUnitsMost + writeUnitsMost + controlUnitsMax <= inFlightRequestsMax,
  'the core has room for everything that its edges let in',
);
assert(readUnitsLeast <= readUnitsMost && writeUnitsLeast <= writeUnitsMost, 'a range');
assert(overloadLookMs < overloadEndsMs, 'an overload ends after several looks');
assert(windowMs < forgetMs, 'a limit is moved before it is forgotten');
