/** File operations of the audit log, on plain descriptors: batches need no more, and cost less. */
import { close, fdatasync, fstat, fsync, ftruncate, lstat, open, read, write } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';

import { systemErrorCode } from '../system-error.ts';

export const openFile: (path: string, flags: number, mode: number) => Promise<number> =
  promisify(open);
export const closeFile: (descriptor: number) => Promise<void> = promisify(close);
export const syncData: (descriptor: number) => Promise<void> = promisify(fdatasync);
export const syncAll: (descriptor: number) => Promise<void> = promisify(fsync);
export const cutFile: (descriptor: number, bytes: number) => Promise<void> = promisify(ftruncate);

/** Writes all bytes at the end of a file opened for appending. */
export async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += await writeSome(descriptor, bytes, at);
}

function writeSome(descriptor: number, bytes: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, at, bytes.length - at, null, (error, written) => {
      if (error === null) resolve(written);
      else reject(error);
    });
  });
}

/** Reads up to `length` bytes at `offset`; fewer at the end of the file. */
export async function readSome(
  descriptor: number,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await readOnce(descriptor, bytes, { at, offset: offset + at });
    if (count === 0) break;
    at += count;
  }
  return bytes.subarray(0, at);
}

function readOnce(
  descriptor: number,
  bytes: Uint8Array,
  place: { readonly at: number; readonly offset: number },
): Promise<number> {
  const length = bytes.length - place.at;
  return new Promise((resolve, reject) => {
    read(descriptor, bytes, place.at, length, place.offset, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

/** How many names an open file has: 0 when it was deleted. */
export function nameCount(descriptor: number): Promise<bigint> {
  return new Promise((resolve, reject) => {
    fstat(descriptor, { bigint: true }, (error, found) => {
      if (error === null) resolve(found.nlink);
      else reject(error);
    });
  });
}

/** Closes a file whose end no longer matters: it failed, or is durable already. */
export async function dropFile(descriptor: number): Promise<void> {
  try {
    await closeFile(descriptor);
  } catch {
    // Nothing depends on it: what had to be durable was synced before, under its own error check.
  }
}

/** What lies at a path, links not followed; undefined when nothing does. */
export function look(path: string): Promise<BigIntStats | undefined> {
  return new Promise((resolve, reject) => {
    lstat(path, { bigint: true }, (error, found) => {
      if (error === null) resolve(found);
      else if (systemErrorCode(error) === 'ENOENT') resolve(undefined);
      else reject(error);
    });
  });
}

/** Removes a file; nothing to remove is fine. */
export async function removeFile(path: string): Promise<void> {
  await unlessAbsent(unlink(path));
}

/** Gives a file another name; whether there was one. */
export async function moveFile(from: string, to: string): Promise<boolean> {
  return (await unlessAbsent(rename(from, to).then(() => true))) ?? false;
}

async function unlessAbsent<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
