/** The storage plane as the request plane has it. */
import type { Store } from '../../src/ports/store.ts';

/** What is told of the storage besides its entries. */
export interface StorageFacts {
  /** As told by seal-status. */
  readonly type: 'embedded' | 'memory';
  /** Whether the last agent on this data ended without closing. */
  readonly crashed: boolean;
  /**
   * Notes of the newest commits when it was opened, the newest first; the storage plane does not
   * know what they say.
   */
  readonly notes: readonly Uint8Array[];
  /** Memory of its thread's SharedLoopDelay; undefined where it has no thread of its own. */
  readonly loopDelay: SharedArrayBuffer | undefined;
}

export interface Storage extends StorageFacts {
  readonly store: Store;
  close(): Promise<void>;
}
