import { assert } from '../../shared/assert.ts';
import { sealedShareTextBytesMax } from '../../shared/control/sealed-share.ts';

/** What bounds the entry of secrets. */

/** Of a share, a pass-phrase or a token as it is typed. */
export const secretFieldBytesMax = 512;
/** What one read of the terminal takes. */
export const terminalReadBytesMax = 4_096;
/** A secret half entered is wiped after so long without a key. */
export const entryIdleMs = 60_000;
/** A secret that is shown is hidden after so long without a key: time to write it down. */
export const shownIdleMs = 600_000;
/** How long a lone Esc waits for the rest of a key's sequence. */
export const escapeWaitMs = 30;
/** How long a paste waits for its end. */
export const pasteWaitMs = 500;
/** Digits of one escape sequence that are looked at. */
export const sequenceDigitsMax = 8;
export const dotColumnsMax = 32;
/** Groups that a holder types again. */
export const custodyGroupsNeeded = 3;
export const custodyGroupCharacters = 4;
/** Processes above this one that are looked at for a recorder. */
export const ancestorProcessesMax = 16;
/** A line of the protocol: a founding of the most shares, sealed. */
export const entryLineBytesMax = 262_144;
/** A process that was told to end is killed after so long. */
export const entryEndMs = 2_000;

assert(secretFieldBytesMax >= sealedShareTextBytesMax, 'every share fits the field');
assert(secretFieldBytesMax <= terminalReadBytesMax, 'a pasted secret comes in one read');
assert(entryIdleMs < shownIdleMs, 'writing takes longer than typing');
