/** What bounds the control channel on both ends. */
import { assert } from '../assert.ts';
import { requestBytesMax } from '../limits.ts';

/** A message to the agent: a request's body and what is around it. */
export const controlMessageBytesMax = requestBytesMax + 4_096;
/** A message to a console: the largest answer, or a page of audit lines. */
export const controlAnswerBytesMax = 4_194_304;
/** Requests of one socket that wait for their answers. */
export const controlPendingRequestsMax = 64;
export const controlSocketsMax = 256;
/** Sockets without a token: enough for every holder of a ceremony. */
export const controlAnonymousSocketsMax = 64;
export const auditReadLinesMax = 2_000;
export const auditReadBytesMax = 1_048_576;
/** Lines that wait for one slow console before the oldest are dropped. */
export const auditTailLinesMax = 1_000;
export const ceremonyEventsMax = 50;
export const participantsMax = 64;
export const controlPingIntervalMs = 5_000;
/** A peer that answers no ping for so long is gone. */
export const controlSilenceMsMax = 15_000;

assert(auditReadBytesMax * 2 <= controlAnswerBytesMax, 'a page of audit lines fits an answer');
assert(controlAnonymousSocketsMax < controlSocketsMax, 'operators get in beside anonymous callers');
assert(controlPingIntervalMs * 2 < controlSilenceMsMax, 'one lost ping is no end');
