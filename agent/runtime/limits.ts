/** Limits of what an agent opens for itself. */
import { assert } from '../../shared/assert.ts';
import { timerDelayMsMax } from '../../src/limits.ts';

/** The pause between two looks at the space of the disks. */
export const diskWatchMs = 5_000;
/** What is left of a certificate when it becomes an alarm; a quarter where it lives for less. */
export const certificateEndMs = 14 * 86_400_000;
/** Random bytes fetched from the kernel at once. */
export const randomPoolBytes = 4_096;

assert(diskWatchMs <= timerDelayMsMax, 'it is one timer');
