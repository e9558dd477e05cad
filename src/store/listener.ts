/**
 * What a store tells whoever keeps copies of its entries elsewhere (another thread), in the very
 * step in which something becomes visible to its readers, and before any commit of it is answered.
 */
import type { Entry } from '../ports/store.ts';

export interface StoreListener {
  /**
   * The revision is now this one, and these are all entries that differ from what the last call
   * left (undefined: there is none any more). The first call tells where the store stands.
   */
  moved(revision: number, written: ReadonlyMap<string, Entry | undefined>): void;
  /**
   * Cluster time was stamped: from here on it is `timeMs` plus what has passed since `monotonicMs`,
   * until the next stamp. Both are whole numbers.
   */
  stamped(timeMs: number, monotonicMs: number): void;
  /** Whether anybody was told a time elsewhere since the last call: it has to be kept, too. */
  takeTold(): boolean;
}

/** For a store whose entries are copied nowhere. */
export const noListener: StoreListener = {
  moved: () => undefined,
  stamped: () => undefined,
  takeTold: () => false,
};
