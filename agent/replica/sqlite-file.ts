/**
 * Opens the store's file: creates it, or checks that it is ours, of a version we know, and holds
 * exactly our tables. The checks read a few pages, whatever the size of the file; damage elsewhere
 * is met where it is read, and sealed values authenticate themselves.
 */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { syncFolder } from '../replace-file.ts';
import { systemErrorCode } from '../system-error.ts';
import type { SqliteConnection, SqliteStatement } from './sqlite-connection.ts';
import { sqliteFailure } from './sqlite-errors.ts';
import * as schema from './sqlite-schema.ts';

/** What holds at the newest revision, and the newest cluster time that is kept. */
export interface StoredState {
  readonly revision: number;
  /** Undefined in a store that is new. */
  readonly clusterTimeMs: number | undefined;
  readonly historyFrom: number;
  readonly historyBytes: number;
}

export interface SqliteFile {
  readonly connection: SqliteConnection;
  readonly statements: SqliteStatements;
  readonly state: StoredState;
}

export interface SqliteStatements {
  readonly writeSteps: SqliteStatement;
  readonly writeTime: SqliteStatement;
  readonly readKeys: SqliteStatement;
  readonly readPage: SqliteStatement;
  readonly readHistory: SqliteStatement;
  readonly readHistorySizes: SqliteStatement;
  readonly readHistoryBefore: SqliteStatement;
  readonly checkpoint: SqliteStatement;
  readonly emptyWal: SqliteStatement;
}

/** Makes an empty file of mode 0600, whatever the umask, and makes its name durable. */
export async function createEmptyFile(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}

/**
 * Makes a connection ready. `mayBeNew` allows an empty file, which is given its tables; an empty
 * file where there was a store is a lost one. Throws `store.corrupt`, `store.format-newer`,
 * `store.in-use` and what `sqliteFailure` makes; the connection is then closed.
 */
export async function openSqliteFile(
  connection: SqliteConnection,
  mayBeNew: boolean,
): Promise<SqliteFile> {
  try {
    await connection.execute(schema.connectionSettings);
    await checkOrCreate(connection, mayBeNew);
    await connection.execute(schema.writeAheadMode);
    await checkSettings(connection);
    await connection.execute(schema.stepView);
    const state = await readState(connection);
    return { connection, statements: await prepareAll(connection), state };
  } catch (error) {
    await connection.close().catch(() => {});
    throw systemErrorCode(error) === 'SQLITE_BUSY'
      ? failure('store.in-use', {}, error)
      : sqliteFailure(error);
  }
}

async function checkSettings(connection: SqliteConnection): Promise<void> {
  for (const [sql, expected] of schema.checkedSettings) {
    if ((await readSetting(connection, sql)) === expected) continue;
    throw failure('store.corrupt', { reason: `a setting does not hold: ${sql}` });
  }
}

async function checkOrCreate(connection: SqliteConnection, mayBeNew: boolean): Promise<void> {
  const found = await readSchema(connection);
  const owner = await readSetting(connection, schema.readApplicationId);
  if (mayBeNew && found.size === 0 && owner === 0) {
    await connection.execute(schema.createFile);
    return;
  }
  if (owner !== schema.applicationId) {
    throw failure('store.corrupt', { reason: 'it was not made by StrongBox, or is empty' });
  }
  const version = await readSetting(connection, schema.readSchemaVersion);
  if (typeof version === 'number' && version > schema.schemaVersion) {
    throw failure('store.format-newer', { version, known: schema.schemaVersion });
  }
  const same = [...schema.tables].every(([name, sql]) => found.get(name) === sql);
  if (!same || found.size !== schema.tables.size) {
    throw failure('store.corrupt', { reason: 'its tables are not those of StrongBox' });
  }
}

async function readSetting(connection: SqliteConnection, sql: string): Promise<unknown> {
  const statement = await connection.prepare(sql);
  const [row] = await statement.all();
  return row && Object.values(row)[0];
}

async function readSchema(connection: SqliteConnection): Promise<Map<string, string>> {
  const statement = await connection.prepare(schema.readSchema);
  const rows = await statement.all<{ name: string; sql: string }>();
  return new Map(rows.map((row) => [row.name, row.sql]));
}

async function readState(connection: SqliteConnection): Promise<StoredState> {
  const statement = await connection.prepare(schema.readState);
  const [row] = await statement.all<{
    revision: number;
    cluster_time: number;
    history_from: number;
    history_bytes: number;
  }>();
  if (row === undefined) throw failure('store.corrupt', { reason: 'its state is missing' });
  return {
    revision: row.revision,
    clusterTimeMs: row.cluster_time === 0 ? undefined : row.cluster_time,
    historyFrom: row.history_from,
    historyBytes: row.history_bytes,
  };
}

async function prepareAll(connection: SqliteConnection): Promise<SqliteStatements> {
  return {
    writeSteps: await connection.prepare(schema.writeSteps),
    writeTime: await connection.prepare(schema.writeTime),
    readKeys: await connection.prepare(schema.readKeys),
    readPage: await connection.prepare(schema.readPage),
    readHistory: await connection.prepare(schema.readHistory),
    readHistorySizes: await connection.prepare(schema.readHistorySizes),
    readHistoryBefore: await connection.prepare(schema.readHistoryBefore),
    checkpoint: await connection.prepare(schema.checkpoint),
    emptyWal: await connection.prepare(schema.emptyWal),
  };
}
