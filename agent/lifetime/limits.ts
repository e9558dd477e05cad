/** Limits of what a thread does about itself. */

/**
 * How often a thread is looked at for being idle, the share of that time in which it then was busy
 * at most, and what its heap must have grown for a collection of all of it.
 */
export const idleLookMs = 5_000;
export const idlePercentMost = 2;
export const collectedBytesLeast = 16_777_216;
/**
 * Looks in a row that find a thread idle before it collects. A request thread holds up requests;
 * the storage thread holds up a cluster's heartbeats, too, and waits until a load is surely over.
 */
export const requestIdleLooks = 1;
export const storageIdleLooks = 4;
