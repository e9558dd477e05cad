/**
 * Opens the embedded store of a single agent: its data folder and the store in it, as one thing
 * with one end.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Clock, Timers } from '../../src/ports/clock.ts';
import type { Store } from '../../src/ports/store.ts';
import { noListener, type StoreListener } from '../../src/store/listener.ts';
import type { WatchSource } from '../../src/store/watch.ts';
import { keepClusterTime } from './keep-cluster-time.ts';
import { DataFolder } from './data-folder.ts';
import { connectSqlite, type SqliteConnection } from './sqlite-connection.ts';
import { sqliteFailure } from './sqlite-errors.ts';
import { createEmptyFile, openSqliteFile, type SqliteFile } from './sqlite-file.ts';
import { newestNotes } from './sqlite-history.ts';
import { SqliteStore } from './sqlite-store.ts';

const storeName = 'store.db';
const writeAheadName = 'store.db-wal';

export interface EmbeddedStoreOptions {
  /** The data folder; made where there is none. */
  readonly path: string;
  readonly clock: Clock;
  readonly timers: Timers;
  /** The store has failed for good: end the process with this reason, and do not call `close`. */
  readonly onFatal: (reason: StrongBoxError) => void;
  readonly listener?: StoreListener;
  /** The newest revision that is known to have been confirmed. */
  readonly revisionMin?: number;
  /** For tests that want the store's file to be written often: at most the limit of that name. */
  readonly checkpointPages?: number | undefined;
  /** For tests that make the disk fail. */
  readonly connect?: (path: string) => Promise<SqliteConnection>;
}

export interface EmbeddedStore {
  readonly store: Store & WatchSource;
  readonly folder: DataFolder;
  /** Whether the last agent here ended without closing. Nothing acknowledged is lost by it. */
  readonly crashed: boolean;
  /** Notes of the newest commits, the newest first, as far as they can be read. */
  readonly notes: readonly Uint8Array[];
  /** Closes the store (finishing what waits), then lets the next agent in. Idempotent. */
  close(): Promise<void>;
}

/**
 * Throws `data-folder.…`, `store.behind-log`, `store.corrupt`, `store.format-newer`,
 * `store.in-use`, `store.io` or `store.failed`.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const folder = await DataFolder.open(options.path);
  try {
    const connect = options.connect ?? connectSqlite;
    const file = await openFile(folder, async (path) => {
      return connect(path).catch((error: unknown) => {
        throw error instanceof AssertionFailure ? error : sqliteFailure(error);
      });
    });
    refuseOlder(folder, file, options.revisionMin ?? 0);
    const notes = await newestNotes(file.statements);
    await folder.writeHolder(options.clock);
    const { clock, timers, onFatal, checkpointPages, listener = noListener } = options;
    const onEmptied = (): Promise<void> => folder.removeHolder();
    const ports = { file, clock, onFatal, onEmptied, listener };
    const store = new SqliteStore({ ...ports, checkpointPages });
    const stopKeeping = keepClusterTime(store, timers);
    const close = async (): Promise<void> => {
      stopKeeping();
      await store.close();
      await folder.close();
    };
    return { store, folder, crashed: folder.crashed, notes, close };
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/**
 * The connection stays as it is: closing it would move what is left of the write-ahead file into
 * the store's file, and cut what may still be read of it by hand.
 */
function refuseOlder(folder: DataFolder, file: SqliteFile, revisionMin: number): void {
  const { revision } = file.state;
  if (!folder.complete || revision >= revisionMin) return;
  throw failure('store.behind-log', { path: folder.path, revision, recorded: revisionMin });
}

async function openFile(
  folder: DataFolder,
  connect: (path: string) => Promise<SqliteConnection>,
): Promise<SqliteFile> {
  const path = folder.file(storeName);
  const there = await folder.has(storeName);
  if (folder.complete) {
    if (!there) return folder.refuseWithout(storeName);
    // What the last agent had committed may be in the write-ahead file alone.
    const missing = folder.crashed && !(await folder.has(writeAheadName));
    if (missing) return folder.refuseWithout(writeAheadName);
    return openSqliteFile(await connect(path), false);
  }
  if (!there) await createEmptyFile(path);
  const file = await openSqliteFile(await connect(path), true);
  if (file.state.revision > 0) {
    await file.connection.close();
    return folder.refuseWithout('FORMAT');
  }
  await folder.writeFormat();
  return file;
}
