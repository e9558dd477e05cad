/** The store on a file whose statements a test makes fail. */
import { createEmptyFile, openSqliteFile } from '../../../agent/replica/sqlite-file.ts';
import { SqliteStore, type SqliteStoreOptions } from '../../../agent/replica/sqlite-store.ts';
import type { StrongBoxError } from '../../../shared/errors/failure.ts';
import { put, write } from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { connectIntercepted, type Intercept, sqliteError } from './intercepted-connection.ts';
import { withFolder } from './store-folder.ts';

export interface Opened {
  readonly store: SqliteStore;
  readonly fatal: StrongBoxError[];
}

export async function openStore(
  path: string,
  intercept: Intercept = () => {},
  options: Partial<SqliteStoreOptions> = {},
): Promise<Opened> {
  const file = await openSqliteFile(await connectIntercepted(path, intercept), true);
  const fatal: StrongBoxError[] = [];
  const onFatal = (reason: StrongBoxError): void => {
    fatal.push(reason);
  };
  const clock = new ManualClock();
  return { fatal, store: new SqliteStore({ file, clock, onFatal, ...options }) };
}

/** A path of an empty file. */
export async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (path) => {
    await createEmptyFile(path);
    await body(path);
  });
}

/** Fails each run of one statement with a result code, while it is `on`. */
export const failOn = (failing: string, code: string): Intercept & { on: boolean } => {
  const intercept = Object.assign(
    (sql: string) => {
      if (intercept.on && sql === failing) throw sqliteError(code);
    },
    { on: false },
  );
  return intercept;
};

/** Commits that wait together. */
export const burst = (store: SqliteStore, count: number): Promise<number>[] =>
  Array.from({ length: count }, (_, index) => write(store, put(`k${index}`)));
