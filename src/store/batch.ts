/**
 * Several transactions evaluated one after another, each seeing those before it: what a store does
 * that makes a batch of waiting commits durable with one sync.
 */
import type { CommitAnswer, Entry, Transaction, WatchEvent } from '../ports/store.ts';
import { applyTransaction, type ReadEntry } from './apply.ts';

export interface AppliedBatch {
  /** One answer for each transaction, in their order. */
  readonly answers: readonly Omit<CommitAnswer, 'clusterTimeMs'>[];
  /** One event for each revision taken. */
  readonly events: readonly WatchEvent[];
  /** The last state of every entry that was written; undefined where it was deleted. */
  readonly written: ReadonlyMap<string, Entry | undefined>;
  /** The revision after the batch. */
  readonly revision: number;
}

/** Evaluates transactions against entries as they are at `revision`. */
export function applyBatch(
  read: ReadEntry,
  transactions: readonly Transaction[],
  revision: number,
): AppliedBatch {
  const written = new Map<string, Entry | undefined>();
  const events: WatchEvent[] = [];
  const current = (key: string): Entry | undefined =>
    written.has(key) ? written.get(key) : read(key);
  let newest = revision;
  const answers = transactions.map((transaction) => {
    const { succeeded, reads, changes } = applyTransaction(current, transaction, newest + 1);
    if (changes.length > 0) {
      newest += 1;
      events.push({ revision: newest, changes });
      for (const change of changes) {
        if (change.kind === 'put') written.set(change.entry.key, change.entry);
        else written.set(change.key, undefined);
      }
    }
    return { succeeded, reads, revision: newest };
  });
  return { answers, events, written, revision: newest };
}
