/**
 * How a write to disk ended, for the ports of the storage plane. Completions are callbacks, called
 * once and never from inside the call that they complete: the driver relies on its own turn ending
 * first.
 */

/**
 * - `done`: as durable as the port promises.
 * - `full`: there is no room; nothing of it counts, and the same write may be tried again.
 * - `failed`: any other error. Whether it is there is unknown, and it is never tried again: after a
 *   failed sync the kernel may call pages clean that it has lost ("fsyncgate"). The node stops.
 */
export type WriteOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'full' }
  | { readonly kind: 'failed'; readonly reason: unknown };

export type WriteDone = (outcome: WriteOutcome) => void;

export const writeDone: WriteOutcome = { kind: 'done' };
