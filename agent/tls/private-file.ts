import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { systemErrorCode } from '../system-error.ts';

/** Files that hold keys: never wider than their mode, never half-written, zeroed when removed. */

/** Replaces a file in one step; a crash leaves the old one or the new one. */
export function writeFileDurably(path: string, bytes: Uint8Array, mode: number): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  const file = openSync(fresh, 'wx', mode);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  syncFolder(folder);
}

/** The file's bytes, or undefined if there is none. Throws `tls.file-unreadable`. */
export function readFileIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = systemErrorCode(error) ?? 'unknown error';
    if (reason === 'ENOENT') return undefined;
    throw failure('tls.file-unreadable', { path, reason }, error);
  }
}

/**
 * Overwrites a file with zeros (which a plain disk keeps, a copying one does not) and removes it.
 */
export function removeSecretFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return;
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(size), 0, size, 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(path);
  syncFolder(dirname(path));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
