/** Limits of what an agent takes on at the same time. */
import { assert } from '../../../shared/assert.ts';
import { controlSocketsMax } from '../../../shared/control/limits.ts';
import { requestBytesMax } from '../../../shared/limits.ts';
import { inFlightRequestsMax } from '../../../src/core/limits.ts';
import { connectionsMax } from '../limits.ts';

/**
 * Units of requests under way: one for each, and one more for every so many bytes of its body. A
 * body of 1 MiB keeps the thread busy as long as some thirty small requests.
 */
export const bodyBytesPerUnit = 32_768;

/** Where the limit of each kind may move. Below the least nobody is refused, however slow it is. */
export const readUnitsMost = 512;
export const readUnitsLeast = 64;
export const writeUnitsMost = 512;
export const writeUnitsLeast = 128;
/** Lists: one of thousands of names keeps both threads busy for a tenth of a second. */
export const listUnitsMost = 64;
export const listUnitsLeast = 16;
/** Writes of large bodies: three of the largest at once, and each of them may take its time. */
export const bulkUnitsMost = 128;
export const bulkUnitsLeast = 64;
export const bulkBodyBytesLeast = 65_536;
/** What consoles have to themselves. One that has shown no token has one request of its own. */
export const controlUnitsMax = 64;

/**
 * The quickest of all requests of a window takes longer than this only where all of them wait. A
 * write waits for three syncs of the disk, a read for one.
 */
export const readTargetMs = 10;
export const writeTargetMs = 40;
export const listTargetMs = 200;
export const bulkTargetMs = 200;
export const windowMs = 100;
/** Without requests for so long, what was learned is forgotten. */
export const forgetMs = 1_000;

/** Refusals that are told at once before their connections wait for requests to be served. */
export const refusalsAheadMax = 1_024;
/** Requests that are served for each connection that is read again. */
export const servedRequestsPerRefusal = 4;
/** However little is served, so many are told, so often: all of a listener within ten seconds. */
export const refusalTrickleMs = 100;
export const refusalTrickleConnections = 200;

/** How often it is looked at whether requests are refused; no more often is it recorded. */
export const overloadLookMs = 1_000;
/** An overload that lasts this long is an alarm; one without refusals for so long is over. */
export const overloadLastsMs = 10_000;
export const overloadEndsMs = 5_000;

/** Bytes of all bodies that are being read; above it the oldest is given up. */
export const bodyBytesReadMax = 67_108_864;
/**
 * Of what is always taken on (a share, why somebody seals): nothing else bounds how many of these
 * bodies wait at once, and anybody may send them.
 */
export const alwaysBodyBytesMax = 16_384;
/** A body up to this size is read away before its request is refused: the connection stays. */
export const skippedBodyBytesMax = 65_536;

assert(
  readUnitsMost +
    listUnitsMost +
    writeUnitsMost +
    bulkUnitsMost +
    controlUnitsMax +
    controlSocketsMax <=
    inFlightRequestsMax,
  'the core has room for everything that its edges let in',
);
assert(readUnitsLeast <= readUnitsMost && writeUnitsLeast <= writeUnitsMost, 'a range');
assert(
  (connectionsMax / refusalTrickleConnections) * refusalTrickleMs <= 10_000,
  'a connection rests for ten seconds at most',
);
assert(alwaysBodyBytesMax <= requestBytesMax / 64, 'a flood of them is no flood of large bodies');
assert(bodyBytesReadMax >= 32 * requestBytesMax, 'several of the largest bodies are read at once');
assert(overloadLookMs < overloadEndsMs, 'an overload ends after several looks');
assert(windowMs < forgetMs, 'a limit is moved before it is forgotten');
