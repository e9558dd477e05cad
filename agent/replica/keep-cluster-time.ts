/**
 * Makes cluster time that only reads were told durable while the agent runs, so that a kill loses
 * at most a minute of it (the rule: src/store/cluster-time.ts). The store writes nothing where
 * nothing is owed: a sealed or idle agent leaves its disk alone.
 */
import type { Timers } from '../../src/ports/clock.ts';
import { clusterTimePersistMs } from './limits.ts';
import { repeat } from '../repeat.ts';

export interface TimeOwner {
  /** Rejects only where the store has failed or has too much to do. */
  persistTime(): Promise<void>;
}

/** Starts keeping; returns what ends it. */
export function keepClusterTime(store: TimeOwner, timers: Timers): () => void {
  return repeat(timers, clusterTimePersistMs, () => {
    // A store that failed has told its owner; one that is overloaded commits, and so keeps time.
    void store.persistTime().catch(() => undefined);
  });
}
