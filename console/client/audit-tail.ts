/**
 * Follows an audit log on this host, like `tail -F`: across rotation (the file at the path is
 * another one: the old one is read to its end first) and when the file is cut. It looks at the file
 * instead of being told, because not every file system tells.
 */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

import { auditLineBytesMax, newline } from '../../shared/audit/format.ts';
import { failure } from '../../shared/errors/failure.ts';
import { auditReadBytes, auditTailPollMs } from '../limits.ts';
import { systemCode, systemReason } from './small-file.ts';

export interface TailOptions {
  /** Ends the following; what was read is told first. */
  readonly signal: AbortSignal;
  /** Whole lines of the file that are told at first; all of them by default. */
  readonly lines?: number;
}

/**
 * Tells each whole line (without its newline, as it stands in the file: not safe for a terminal) as
 * soon as it is there. Resolves when the signal aborts. Throws `client.file-unreadable` when there
 * is no such file at first.
 */
export async function tailAuditFile(
  path: string,
  onLine: (line: string) => void,
  options: TailOptions,
): Promise<void> {
  const { signal } = options;
  let file = await openFirst(path);
  const splitter = new LineSplitter(onLine);
  let offset = await startOf(file, options.lines);
  try {
    for (;;) {
      offset = await readOn(file, offset, splitter);
      if (signal.aborted) return;
      const next = await successor(path, file);
      if (next === undefined) {
        offset = await afterCut(file, offset, splitter);
        await pause(signal);
        continue;
      }
      await readOn(file, offset, splitter);
      splitter.forget();
      await file.close();
      file = next;
      offset = 0;
    }
  } finally {
    await file.close();
  }
}

/** A folder can be opened, too, and says only when it is read that it is none. */
async function openFirst(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    if (!(await file.stat()).isDirectory()) return file;
    await file.close();
  } catch (error) {
    throw unreadable(path, systemReason(error));
  }
  throw unreadable(path, 'it is a folder');
}

function unreadable(file: string, reason: string): Error {
  return failure('client.file-unreadable', { what: 'audit log', file, reason });
}

/** Reads from `offset` to the present end; returns where that is. */
async function readOn(file: FileHandle, offset: number, splitter: LineSplitter): Promise<number> {
  const buffer = Buffer.allocUnsafe(auditReadBytes);
  let at = offset;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return at;
    splitter.feed(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** The file that has taken the place of the one that is followed. */
async function successor(path: string, current: FileHandle): Promise<FileHandle | undefined> {
  try {
    const [there, here] = [await stat(path), await current.stat()];
    if (there.dev === here.dev && there.ino === here.ino) return undefined;
    return await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw failure('client.file-unreadable', {
      what: 'audit log',
      file: path,
      reason: systemReason(error),
    });
  }
}

/** A file that became shorter than what was read of it is read from its beginning. */
async function afterCut(file: FileHandle, offset: number, splitter: LineSplitter): Promise<number> {
  const { size } = await file.stat();
  if (size >= offset) return offset;
  splitter.forget();
  return 0;
}

/** Offset of the last `lines` whole lines. */
async function startOf(file: FileHandle, lines: number | undefined): Promise<number> {
  if (lines === undefined) return 0;
  const buffer = Buffer.allocUnsafe(auditReadBytes);
  let end = (await file.stat()).size;
  let found = 0;
  while (end > 0) {
    const from = Math.max(0, end - buffer.length);
    const { bytesRead } = await file.read(buffer, 0, end - from, from);
    for (let at = bytesRead - 1; at >= 0; at -= 1) {
      if (buffer[at] === newline) found += 1;
      if (found > lines) return from + at + 1;
    }
    end = from;
  }
  return 0;
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(auditTailPollMs, undefined, { signal });
  } catch {
    // Aborted: the loop sees it.
  }
}

class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = Buffer.alloc(0);

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  feed(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#onLine(Buffer.concat([this.#rest, chunk.subarray(start, end)]).toString('utf8'));
      this.#rest = Buffer.alloc(0);
      start = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(start)]);
    // No record is so long: what comes is no audit log, and is not collected.
    if (this.#rest.length > auditLineBytesMax) this.forget();
  }

  /** What is unfinished will not be finished. */
  forget(): void {
    this.#rest = Buffer.alloc(0);
  }
}
