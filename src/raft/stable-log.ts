/**
 * What the core reads of stable storage: the log as far as it is written, never ahead of it. The
 * driver writes it when it handles `MsgStorageAppend`, and not in between. A write may show here
 * before it is durable: the core looks only for what it was told is stable. The log may be cut at
 * the front up to the applied index that the core knows, no further.
 */
import type { ConfState, Entry, HardState, Snapshot } from './types.ts';

export interface StableLog {
  /** Read once, at start. `confState` is the configuration at the applied index. */
  initialState(): { readonly hardState: HardState | undefined; readonly confState: ConfState };
  /** Index of the first entry that is still there; one after the snapshot's, in an empty log. */
  firstIndex(): number;
  /** Index of the last entry; the snapshot's, in an empty log. */
  lastIndex(): number;
  /** Term of the entry; known from `firstIndex() - 1` to `lastIndex()`, else undefined. */
  term(index: number): number | undefined;
  /**
   * Entries from `low` up to, not including, `high`, cut to the size (`limitSize`) but at least
   * one. Undefined if `low` is compacted; asking beyond the end is a fault.
   */
  entries(low: number, high: number, bytesMax: number): readonly Entry[] | undefined;
  /** The newest snapshot; undefined while there is none to send. Then the core asks again. */
  snapshot(): Snapshot | undefined;
}
