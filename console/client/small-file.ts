import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { failure } from '../../shared/errors/failure.ts';
import { smallFileBytesMax } from '../limits.ts';

/** A file of bounded size and what the system says of it. */
export interface SmallFile {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

/**
 * Reads a file whole, or undefined when there is none. Size and owner are asked of the open file,
 * so that what is checked is what is read. Throws the system's error, or a RangeError for a file
 * that is no plain one or larger than `smallFileBytesMax`; only their `code` is fit to be shown.
 */
export function readSmallFile(path: string): SmallFile | undefined {
  let descriptor: number;
  try {
    // Without this a pipe at the path would hold us until somebody writes to it.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(descriptor);
    const usable = stats.isFile() && stats.size <= smallFileBytesMax;
    if (!usable) {
      const code = stats.isFile() ? 'EFBIG' : 'EINVAL';
      throw Object.assign(new RangeError('not a small file'), { code });
    }
    const bytes = Buffer.alloc(stats.size);
    const length = readSync(descriptor, bytes, 0, stats.size, 0);
    return { bytes: bytes.subarray(0, length), stats };
  } finally {
    closeSync(descriptor);
  }
}

/** The same for a file that must be there. Throws `client.file-unreadable`. */
export function requireSmallFile(path: string, what: string): Buffer {
  let file: SmallFile | undefined;
  try {
    file = readSmallFile(path);
  } catch (error) {
    throw failure('client.file-unreadable', { what, file: path, reason: systemReason(error) });
  }
  if (file !== undefined) return file.bytes;
  throw failure('client.file-unreadable', { what, file: path, reason: 'there is no such file' });
}

/** The code of a system error (`ENOENT`); undefined for others. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission'],
  ['EPERM', 'no permission'],
  ['EISDIR', 'it is a folder'],
  ['EINVAL', 'it is no plain file'],
  ['EFBIG', `it is larger than ${smallFileBytesMax} bytes`],
  ['ENOENT', 'there is no such file or folder'],
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'the file system is read-only'],
]);

/** A system error in words that hold nothing of the file. */
export function systemReason(error: unknown): string {
  const code = systemCode(error) ?? 'unknown error';
  return reasons.get(code) ?? code;
}
