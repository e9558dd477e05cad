/**
 * The store contract as tests: every implementation runs all of them (`storeConformance`).
 * `model-commands.ts` compares random sequences with the model, one call after another;
 * `concurrency.ts` lets calls overlap and judges the answers by their revisions.
 */
import type { Store } from '../../../src/ports/store.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { concurrencyCases } from './concurrency.ts';
import { entryCases } from './entries.ts';
import { limitCases } from './limits.ts';
import { modelCases } from './model-commands.ts';
import { watchCases } from './watches.ts';

export interface StoreUnderTest {
  readonly store: Store;
  readonly clock: ManualClock;
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>;
}

export interface StoreFactoryOptions {
  /** Revisions that the store keeps for watches, where a test wants to see compaction. */
  readonly historyRevisionsMax?: number;
}

/** Makes a new, empty store. */
export type StoreFactory = (options?: StoreFactoryOptions) => Promise<StoreUnderTest>;

/** Registers the contract's tests for one implementation. */
export function storeConformance(name: string, makeStore: StoreFactory): void {
  for (const cases of [entryCases, limitCases, watchCases, modelCases, concurrencyCases]) {
    cases(name, makeStore);
  }
}
