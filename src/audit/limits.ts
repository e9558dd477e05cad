import { assert } from '../../shared/assert.ts';
import { auditLineBytesMax } from '../../shared/audit/format.ts';
import { jsonDepthMax, jsonTokensMax, requestBytesMax } from '../../shared/limits.ts';

/** Limits of the audit trail. */

/** Key of the keyed hashes, and key of the records' codes. */
export const auditHashKeyBytes = 32;
/** A hash as it stands in a record: quotes, `hmac-sha256:`, 64 digits, comma. */
const hashTextBytes = 79;
/** Nesting that is walked when strings are replaced by hashes. */
export const auditDepthMax = 128;
/** Items of one list, or keys of one map, that are recorded; of longer ones only the length. */
export const auditListItemsMax = 10_000;

/** Records waiting for the next write before `audit.overloaded`. */
export const waitingEntriesMax = 8_192;
/** The same in bytes of record text. */
export const waitingBytesMax = 33_554_432;
/** Answers of which the keyed hashes are kept, and the length of their text together. */
export const knownAnswersMax = 2_048;
export const knownAnswerUnitsMax = 2_097_152;
/** Names of fields of which the JSON text is kept: records have a few dozen. */
export const keptNamesMax = 256;

/** Bytes of records taken into one write; a write takes at least one record. */
export const batchBytesMax = 4_194_304;
/** Bytes that a device slower than the others may lag behind before it has failed. */
export const deviceQueueBytesMax = 16_777_216;
/** An operation of a device that takes longer has failed: hanging is failing. */
export const deviceDeadlineMs = 5_000;

/** Time from a failure to the first new attempt of that device, and at least between two. */
export const retryMsMin = 250;
/** Time between attempts while no device works: recovery is seen within a second. */
export const retryMsWhenDown = 500;
/** Longest time between attempts while another device works. */
export const retryMsMax = 60_000;
/** A device that worked this long starts again with the shortest time between attempts. */
export const retryResetMs = 300_000;

/**
 * Bytes that a device must be able to write, besides what waits for it, before it is used again.
 */
export const trialBytes = 65_536;

/** Time between two writes of the newest checkpoint to its own file. */
export const checkpointSaveMs = 250;
/** Bytes of records read back at start to bring a device that lags behind up to date. */
export const catchUpBytesMax = 8_388_608;
/** Step of reading a file backwards. */
export const readBackBytes = 65_536;

assert(auditDepthMax > jsonDepthMax, 'every request body is recorded to its last level');
assert(auditListItemsMax >= jsonTokensMax, 'no list of a request body is cut');
assert(
  auditLineBytesMax > requestBytesMax + 2 * jsonTokensMax * hashTextBytes,
  'the record of the largest request and an answer of the same size fits in a line',
);
assert(deviceQueueBytesMax > batchBytesMax + auditLineBytesMax, 'a lagging device holds one batch');
assert(waitingBytesMax > auditLineBytesMax, 'the largest record can wait');
assert(retryMsMin <= retryMsWhenDown && retryMsWhenDown <= 1_000, 'recovery within a second');
