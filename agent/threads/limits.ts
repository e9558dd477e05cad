/** Limits of what passes between the storage thread and the request threads. */
import { assert } from '../../shared/assert.ts';
import { commitBatchBytesMax } from '../limits.ts';

/** What a request thread was told of moves and has not heard yet; above it, it begins anew. */
export const unheardBytesMax = 16_777_216;

/** How often the storage thread tells how late its loop was, and what is kept of that: minutes. */
export const loopDelayWindowMs = 1_000;
export const loopDelayWindowsKept = 600;

assert(unheardBytesMax >= 2 * commitBatchBytesMax, 'a thread may be a batch behind');
