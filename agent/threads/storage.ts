/** The storage plane as the request plane has it. */
import type { Store } from '../../src/ports/store.ts';

/** What is told of the storage besides its entries. */
export interface StorageFacts {
  /** As told by seal-status. */
  readonly type: 'embedded' | 'memory';
  /** Whether the last agent on this data ended without closing. */
  readonly crashed: boolean;
}

export interface Storage extends StorageFacts {
  readonly store: Store;
  close(): Promise<void>;
}
