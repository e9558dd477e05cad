/**
 * Promises around the `sqlite3` package, whose calls run on libuv's threads. One connection runs
 * one statement at a time: the owner waits for each before it starts the next, because two
 * statements in flight have no order between them. Loads a native add-on: main thread only.
 *
 * Statements are read with `all` and never with the package's `get`: that leaves the statement open
 * after its first row, and an open read keeps the write-ahead file from being emptied.
 */
import sqlite3 from 'sqlite3';
import { assert } from '../../shared/assert.ts';

/** Versions that were tried. 3.52.0 is withdrawn: a fault of it needs two connections. */
const testedVersions: readonly string[] = ['3.52.0'];

export type SqliteValue = number | string | Buffer | null;
export type SqliteRow = Readonly<Record<string, SqliteValue>>;

/** A prepared statement. */
export interface SqliteStatement {
  all<Row extends SqliteRow>(...parameters: readonly SqliteValue[]): Promise<Row[]>;
}

/** What the store needs of a connection. Rejections carry SQLite's result code in `code`. */
export interface SqliteConnection {
  /** Runs constant SQL text that needs no parameters and gives no rows. */
  execute(sql: string): Promise<void>;
  prepare(sql: string): Promise<SqliteStatement>;
  /** Waits for the statement in flight, releases statements and file. */
  close(): Promise<void>;
}

/** Opens a file that exists. */
export async function connectSqlite(path: string): Promise<SqliteConnection> {
  assert(testedVersions.includes(sqlite3.VERSION), 'the bundled SQLite is one that was tested');
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, sqlite3.OPEN_READWRITE, (error) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  database.configure('busyTimeout', 0);
  database.configure('limit', sqlite3.LIMIT_ATTACHED, 0);
  return new Connection(database);
}

class Connection implements SqliteConnection {
  readonly #database: sqlite3.Database;
  readonly #statements: sqlite3.Statement[] = [];

  constructor(database: sqlite3.Database) {
    this.#database = database;
  }

  execute(sql: string): Promise<void> {
    return settled((done) => this.#database.exec(sql, done));
  }

  async prepare(sql: string): Promise<SqliteStatement> {
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const prepared: sqlite3.Statement = this.#database.prepare(sql, (error: Error | null) =>
        error === null ? resolve(prepared) : reject(error),
      );
    });
    this.#statements.push(statement);
    return {
      all: <Row extends SqliteRow>(...parameters: readonly SqliteValue[]) =>
        new Promise<Row[]>((resolve, reject) => {
          statement.all<Row>(parameters, (error: Error | null, rows: Row[]) =>
            error === null ? resolve(rows) : reject(error),
          );
        }),
    };
  }

  async close(): Promise<void> {
    for (const statement of this.#statements) {
      await new Promise<void>((resolve) => statement.finalize(() => resolve()));
    }
    await settled((done) => this.#database.close(done));
  }
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null ? resolve() : reject(error)));
  });
}
