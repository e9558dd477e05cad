/** Stores on SQLite for the conformance suite. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectSqlite } from '../../../agent/replica/sqlite-connection.ts';
import { createEmptyFile, openSqliteFile } from '../../../agent/replica/sqlite-file.ts';
import { SqliteStore } from '../../../agent/replica/sqlite-store.ts';
import type { StoreListener } from '../../../src/store/listener.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import type { StoreFactoryOptions, StoreUnderTest } from './suite.ts';

interface SqliteStoresOptions {
  /** What a store may answer without reading its file. */
  readonly knownEntriesMax?: number;
  /** For one store only. */
  readonly listener?: StoreListener;
}

interface SqliteUnderTest extends StoreUnderTest {
  readonly store: SqliteStore;
}

/** Each store has a file of its own. */
export function sqliteStores(
  kind: SqliteStoresOptions = {},
): (options?: StoreFactoryOptions) => Promise<SqliteUnderTest> {
  return async (options = {}) => {
    const folder = await mkdtemp(join(tmpdir(), 'strongbox-store-'));
    const path = join(folder, 'store.db');
    await createEmptyFile(path);
    const file = await openSqliteFile(await connectSqlite(path), true);
    const clock = new ManualClock();
    const onFatal = (reason: Error): void => {
      throw reason;
    };
    const store = new SqliteStore({ file, clock, onFatal, ...kind, ...options });
    const dispose = async (): Promise<void> => {
      await store.close();
      await rm(folder, { recursive: true });
    };
    return { store, clock, dispose };
  };
}
