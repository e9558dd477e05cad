import { assert } from '../shared/assert.ts';
import { requestBytesMax } from '../shared/limits.ts';

/** Limits of the console. Times that an operator may change are defaults and say so. */

/** An answer of the server: a list of 100,000 long names fits. */
export const answerBytesMax = 33_554_432;
/** Keys and values in an answer's JSON. */
export const answerTokensMax = 1_000_000;
/** Time for one exchange, connecting included, unless CLIENT_TIMEOUT says otherwise. */
export const exchangeTimeoutMsDefault = 60_000;
export const exchangeTimeoutMsMax = 3_600_000;
/** Repetitions after 429, 502, 503 and 504, unless MAX_RETRIES says otherwise. */
export const retriesDefault = 2;
export const retriesMax = 10;
/** Wait before the first repetition; doubled for each further one, or what Retry-After says. */
export const retryWaitMs = 500;
export const retryWaitMsMax = 5_000;
/** Files that are read whole: certificates, keys, token files. */
export const smallFileBytesMax = 1_048_576;
/** Certificates in a folder of authorities. */
export const authorityFilesMax = 256;
/** Standard input, and files whose content becomes a value or a body. */
export const inputBytesMax: number = requestBytesMax;
/** A secret typed at a prompt. */
export const promptBytesMax = 4_096;
/** Shares that one run of a command asks for. */
export const sharesPerRunMax = 255;
/** How often a progress bar is drawn anew. */
export const progressIntervalMs = 100;
/** Columns of a progress bar's own part. */
export const progressColumns = 20;

/** Bytes of an audit log that are read at once, and those of its ends that are looked at first. */
export const auditReadBytes = 1_048_576;
export const auditPeekBytes = 65_536;
/** How often a followed audit log is looked at. */
export const auditTailPollMs = 200;

assert(retryWaitMs <= retryWaitMsMax, 'the first wait is not the longest');
assert(retriesDefault <= retriesMax, 'the default is allowed');
assert(exchangeTimeoutMsDefault <= exchangeTimeoutMsMax, 'the default is allowed');
assert(exchangeTimeoutMsMax <= 3_600_000, 'no timer is longer than an hour');
assert(promptBytesMax < inputBytesMax, 'a prompt asks for less than a file may hold');
