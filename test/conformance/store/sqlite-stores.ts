/** Stores on SQLite for the conformance suite. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSqlite } from '../../../agent/replica/sqlite-connection.ts';
import { createEmptyFile, openSqliteFile } from '../../../agent/replica/sqlite-file.ts';
import { SqliteStore } from '../../../agent/replica/sqlite-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { StoreFactory } from './suite.ts';

/** Each store has a file of its own. `knownEntriesMax`: what it may answer without reading that. */
export function sqliteStores(knownEntriesMax?: number): StoreFactory {
  return async (options = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'strongbox-store-'));
    const path = join(folder, 'store.db');
    await createEmptyFile(path);
    const file = await openSqliteFile(await connectSqlite(path), true);
    const clock = new ManualClock();
    const onFatal = (reason: Error): void => {
      throw reason;
    };
    const store = new SqliteStore({ file, clock, onFatal, knownEntriesMax, ...options });
    const dispose = async (): Promise<void> => {
      await store.close();
      await rm(folder, { recursive: true });
    };
    return { store, clock, dispose };
  };
}
