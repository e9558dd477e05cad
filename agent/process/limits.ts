/** Limits of what the main thread does beside the store. */
import { assert } from '../../shared/assert.ts';

/**
 * Slow jobs (password hashes, RSA keys) that run at the same time, and that wait for their turn.
 */
export const slowJobsRunningMax = 2;
export const slowJobsWaitingMax = 64;
/** Threads of libuv's pool, which file reads and syncs share with slow jobs. */
const poolThreads = 4;

assert(slowJobsRunningMax <= poolThreads / 2, 'slow jobs leave threads to the files');
