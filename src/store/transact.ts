import type { Barrier } from '../barrier/barrier.ts';
import type { Store } from '../ports/store.ts';
import type { Attempt } from './view.ts';

/** What a transaction's function runs against. */
export interface TransactionRoom {
  readonly store: Store;
  readonly barrier: Barrier;
}

export interface TransactOptions {
  /** Kept with the commit (the audit index). */
  readonly note?: Uint8Array;
}

/** The outcome of a transaction: the function's result and when it became true. */
export interface Transacted<Result> {
  readonly result: Result;
  readonly revision: number;
  readonly clusterTimeMs: number;
}

/**
 * Runs `work` as one optimistic transaction: records what it reads, buffers what it writes, commits
 * with compares on everything read by key, and runs it again (at most `transactAttemptsMax` times,
 * then `store.contended`) when something changed in between. Without writes nothing is committed.
 */
export type Transact = <Result>(
  room: TransactionRoom,
  work: (attempt: Attempt) => Promise<Result>,
  options?: TransactOptions,
) => Promise<Transacted<Result>>;
