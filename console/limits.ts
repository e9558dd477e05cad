import { assert } from '../shared/assert.ts';
import { controlAnswerBytesMax } from '../shared/control/limits.ts';
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
/** New audit lines, in UTF-16 units, that wait until older ones are told. */
export const earlyLinesUnitsMax: number = controlAnswerBytesMax;

/** Terminal input. A paste and the pause after which its missing end is not waited for. */
export const pasteBytesMax = 65_536;
export const pasteTimeoutMs = 500;
/** Quiet after which the rest of a broken paste is over. */
export const pasteTailQuietMs = 200;
/** An escape byte that nothing follows for this long is the Esc key. */
export const escapeTimeoutMs = 30;
/** Keys waiting for the application. */
export const inputTokensMax = 4_096;
/** Printable keys in one read: more came too fast to be typed. */
export const burstKeysMax = 8;
/** Characters of an escape sequence; longer ones are no keys. */
export const sequenceUnitsMax = 64;
/** After so long without another size a window is no longer being dragged. */
export const resizeSettleMs = 150;
/** Timer that keeps a suspended console's process. */
export const keepAliveIntervalMs = 1_000;

/** Dialogs and lines. A dialog hears no key so soon after it opened. */
export const dialogDeafMs = 300;
/** How long everything must have been typed before the most dangerous acts can be done. */
export const confirmArmMs = 2_000;
export const modesMax = 8;
export const lineGraphemesMax = 1_024;
/** Letters of a value that is pasted into a masked field: a certificate with its chain. */
export const valueGraphemesMax = 16_384;
export const paletteHistoryEntriesMax = 100;
export const paletteSuggestionsMax = 64;
export const footerKeysMax = 8;

/** The editor, and the smallest screen. */
export const editorUnitsMax = 262_144;
export const editorLinesMax = 10_000;
export const undoStepsMax = 200;
/** Secrets whose text from `$EDITOR` is kept until it can be saved, and the size of one. */
export const keptEditsMax = 8;
export const editedSecretBytesMax: number = 16 * requestBytesMax;
/** Changed lines of a diff; more are shown as one text replaced by the other. */
export const diffChangesMax = 1_000;
export const screenColumnsMin = 60;
export const screenRowsMin = 16;

assert(retryWaitMs <= retryWaitMsMax, 'the first wait is not the longest');
assert(retriesDefault <= retriesMax, 'the default is allowed');
assert(exchangeTimeoutMsDefault <= exchangeTimeoutMsMax, 'the default is allowed');
assert(exchangeTimeoutMsMax <= 3_600_000, 'no timer is longer than an hour');
assert(promptBytesMax < inputBytesMax, 'a prompt asks for less than a file may hold');
