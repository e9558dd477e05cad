/**
 * What a result code of SQLite means for the store.
 *
 * A full disk is met while pages are written, before the sync: SQLite takes the statement back, so
 * nothing of it is there and the next one may be tried. Every other failure of a write leaves open
 * whether it is on the disk: after a failed sync the kernel may have dropped the dirty pages, and a
 * second sync that succeeds would prove nothing (the PostgreSQL "fsyncgate" of 2018). So such a
 * store never acknowledges anything again; only the next start, which reads the files anew, knows.
 */
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { systemErrorCode } from '../system-error.ts';

/**
 * The failure that an error of SQLite stands for. The library's own message goes no further. An
 * error without a code is a fault of the driver or our own: `store.failed`, the end of the store.
 */
export function sqliteFailure(error: unknown): StrongBoxError {
  if (error instanceof StrongBoxError) return error;
  switch (systemErrorCode(error)) {
    case 'SQLITE_FULL':
      return failure('store.disk-full', {}, error);
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'SQLITE_CANTOPEN':
      return failure('store.read-only', {}, error);
    case 'SQLITE_CORRUPT':
      return failure('store.corrupt', { reason: 'a page of it is not what was written' }, error);
    case 'SQLITE_NOTADB':
      return failure('store.corrupt', { reason: 'it is not a database' }, error);
    case undefined:
      return failure('store.failed', {}, error);
    default:
      return failure('store.io', {}, error);
  }
}

/** Whether the store may go on after a write that failed so: certainly nothing was written. */
export function isHarmless(error: StrongBoxError): boolean {
  return error.code === 'store.disk-full' || error.code === 'store.read-only';
}
