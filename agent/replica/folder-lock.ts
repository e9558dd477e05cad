/**
 * An exclusive lock on a file, held until it is let go or the process dies: an open exclusive
 * transaction on an empty SQLite database. Nothing else in the process may open that file: closing
 * any other handle of it would drop the lock (POSIX record locks belong to process and file).
 */
import { systemErrorCode } from '../system-error.ts';
import { connectSqlite } from './sqlite-connection.ts';

/** Takes the lock; undefined when somebody else has it. The file must exist. */
export async function holdLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const connection = await connectSqlite(path);
  try {
    await connection.execute('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    await connection.close();
    if (systemErrorCode(error) === 'SQLITE_BUSY') return undefined;
    throw error;
  }
  let released: Promise<void> | undefined;
  return () => {
    released ??= connection.close();
    return released;
  };
}
