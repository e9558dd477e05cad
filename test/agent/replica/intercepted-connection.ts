/** A real connection whose statements a test can make fail, or count, before they run. */
import {
  connectSqlite,
  type SqliteConnection,
  type SqliteRow,
  type SqliteValue,
} from '../../../agent/replica/sqlite-connection.ts';

/** Called with the SQL text before each run of a statement; may throw in its place. */
export type Intercept = (sql: string, parameters: readonly SqliteValue[]) => void;

export async function connectIntercepted(
  path: string,
  intercept: Intercept,
): Promise<SqliteConnection> {
  const connection = await connectSqlite(path);
  return {
    execute: (sql) => connection.execute(sql),
    close: () => connection.close(),
    prepare: async (sql) => {
      const statement = await connection.prepare(sql);
      const all = async <Row extends SqliteRow>(
        ...parameters: readonly SqliteValue[]
      ): Promise<Row[]> => {
        intercept(sql, parameters);
        return statement.all<Row>(...parameters);
      };
      return { all };
    },
  };
}

/** What the sqlite3 package rejects with. */
export function sqliteError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code, errno: 0 });
}
