/** What the threads of linearizable.test.ts share. */
import type { StoreConnection } from '../../../agent/threads/store-messages.ts';

/** Cells: the newest revision that anybody was answered, and the newest cluster time. */
export const ledgerCells = { revision: 0, timeMs: 1 } as const;
export const ledgerBytes: number = 2 * BigInt64Array.BYTES_PER_ELEMENT;

export interface RacerData {
  readonly connection: StoreConnection;
  readonly ledger: SharedArrayBuffer;
  readonly number: number;
  readonly rounds: number;
}

export interface RacerTold {
  /** What must not have been. */
  readonly faults: readonly string[];
  readonly readsAtOnce: number;
}
