/** Limits of logs, metrics and samples of the host. */
import { assert } from '../../shared/assert.ts';

/** Nested objects of one log line. */
export const logDepthMax = 8;
/** Time series of one metric; further label values are counted under `other`. */
export const seriesPerMetricMax = 200;
/** How often the event loop's delay is sampled, and how long a window it is reported over. */
export const loopDelayResolutionMs = 10;

/** Samples of the host: one per interval at most, whatever happens (0.2 Hz). */
export const hostSampleIntervalMs = 5_000;
/** A child that has not answered by then hangs: `df` does on a dead network mount. */
export const hostSampleMsMax = 10_000;
export const hostSampleBytesMax = 16_384;
export const hostDisksMax = 16;
export const hostMountCharactersMax = 256;
/** How long the child stays when the last watcher has left: consoles come back. */
export const hostSamplerLingerMs = 10_000;
/** Children that are started anew after a failure, before it is given up. */
export const hostSamplerRestartsMax = 5;
/** Wait before the first restart; it doubles with each. */
export const hostSamplerBackoffMs = 5_000;
/** A child that lived this long was well: failures before it no longer count. */
export const hostSamplerSteadyMs = 600_000;
/** What the child may allocate for its objects. */
export const hostSamplerHeapMegabytes = 64;

assert(hostSamplerBackoffMs >= hostSampleIntervalMs, 'restarts do not sample more often');
assert(
  hostSamplerBackoffMs * 2 ** hostSamplerRestartsMax < hostSamplerSteadyMs,
  'a child that always fails is given up before its failures are forgotten',
);
