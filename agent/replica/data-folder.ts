/**
 * The data folder of one agent: who may use it, whether it is whole, and of which format.
 *
 *     FORMAT       format of the folder and all in it; written last when the folder is made
 *     lock         locked while an agent runs, by the kernel, which lets go when the process dies
 *     holder.json  process and start time of the agent that runs, or that ended without closing
 *     store.db     the store; store.db-wal beside it while it is open, and after a crash
 *
 * The format is a file, and not a key of the store, so that a folder made by a newer version is
 * recognised before anything of it is opened. The lock is SQLite's exclusive lock on an empty
 * database: Node has no flock, and a lock file with a process id would be left behind by a crash.
 *
 * Folder 0700 and files 0600, whatever the umask; anything wider, or another owner's, is refused
 * with the command that puts it right, and never put right silently: somebody may have read it.
 */
import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { dataFolderFilesMax } from './limits.ts';
import { replaceFile, syncFolder } from '../replace-file.ts';
import { systemErrorCode } from '../system-error.ts';
import { holdLock } from './folder-lock.ts';
import { createEmptyFile } from './sqlite-file.ts';

/** Format of the folder. A newer one is refused. */
const dataFormat = 1;

const formatName = 'FORMAT';
const lockName = 'lock';
const holderName = 'holder.json';
/** What must be a file where it is there. */
const fileNames: ReadonlySet<string> = new Set([
  formatName,
  lockName,
  holderName,
  'store.db',
  'store.db-wal',
]);

/** A data folder that this process holds. */
export class DataFolder {
  readonly path: string;
  /** Whether the folder has its FORMAT: all of it was made before. */
  readonly complete: boolean;
  /** Whether the last agent here ended without closing the store. */
  readonly crashed: boolean;
  readonly #unlock: () => Promise<void>;

  private constructor(
    path: string,
    facts: { readonly complete: boolean; readonly crashed: boolean },
    unlock: () => Promise<void>,
  ) {
    this.path = path;
    this.complete = facts.complete;
    this.crashed = facts.crashed;
    this.#unlock = unlock;
  }

  /** Makes the folder where there is none, locks it and checks it. Throws `data-folder.…`. */
  static async open(path: string): Promise<DataFolder> {
    await makeFolder(path);
    await checkFolder(path);
    const unlock = await lockFolder(path);
    try {
      await checkFiles(path);
      const complete = await checkFormat(path);
      return new DataFolder(path, { complete, crashed: await exists(path, holderName) }, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  file(name: string): string {
    return join(this.path, name);
  }

  has(name: string): Promise<boolean> {
    return exists(this.path, name);
  }

  /** Throws the failure that names a missing file. */
  refuseWithout(name: string): never {
    throw failure('data-folder.file-missing', { path: this.file(name) });
  }

  /** Everything that belongs to a new folder is there. */
  async writeFormat(): Promise<void> {
    await this.#replace(formatName, formatText(dataFormat));
  }

  /** From here on the store may hold what only its write-ahead file has. */
  async writeHolder(clock: Clock): Promise<void> {
    const startedAt = new Date(clock.wallMs()).toISOString();
    await this.#replace(holderName, `${JSON.stringify({ pid: process.pid, startedAt })}\n`);
  }

  /** The store's file has everything. */
  async removeHolder(): Promise<void> {
    await rm(this.file(holderName), { force: true });
    await syncFolder(this.path);
  }

  /** Lets the next agent in. */
  close(): Promise<void> {
    return this.#unlock();
  }

  #replace(name: string, text: string): Promise<void> {
    return replaceFile(this.file(name), Buffer.from(text));
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await chmod(path, 0o700);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || systemErrorCode(error) === 'ENOTDIR') {
      throw failure('data-folder.wrong-type', { path, expected: 'a folder' }, error);
    }
    throw unusable(path, 'made', error);
  }
}

async function checkFolder(path: string): Promise<void> {
  const facts = await stat(path);
  if (!facts.isDirectory()) {
    throw failure('data-folder.wrong-type', { path, expected: 'a folder' });
  }
  checkOwner(path, path, facts.uid);
  checkMode(path, facts.mode, '700');
  await access(path, constants.W_OK).catch((error: unknown) => {
    throw unusable(path, 'written', error);
  });
}

async function lockFolder(path: string): Promise<() => Promise<void>> {
  const lock = join(path, lockName);
  try {
    if (!(await exists(path, lockName))) await createEmptyFile(lock);
    const unlock = await holdLock(lock);
    if (unlock !== undefined) return unlock;
  } catch (error) {
    throw unusable(lock, 'locked', error);
  }
  throw failure('data-folder.locked', { path, ...(await readHolder(path)) });
}

/** Every file in the folder; folders in it (audit logs, sockets) are their owners' business. */
async function checkFiles(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length > dataFolderFilesMax) {
    throw failure('data-folder.files', { path: folder, filesMax: dataFolderFilesMax });
  }
  for (const name of names) {
    const path = join(folder, name);
    const facts = await lstat(path);
    const isOurs = fileNames.has(name);
    if (!isOurs && (facts.isDirectory() || facts.isSocket())) continue;
    if (!facts.isFile()) {
      throw failure('data-folder.wrong-type', { path, expected: 'a regular file' });
    }
    checkOwner(folder, path, facts.uid);
    checkMode(path, facts.mode, '600');
  }
}

function checkOwner(folder: string, path: string, owner: number): void {
  const user = process.geteuid?.();
  if (user === undefined || user === owner) return;
  throw failure('data-folder.owner', { path, owner, user, folder });
}

function checkMode(path: string, mode: number, wanted: string): void {
  if ((mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  throw failure('data-folder.mode', { path, mode: octal, wanted });
}

/** Whether there is a FORMAT; throws unless it is one we know. */
async function checkFormat(folder: string): Promise<boolean> {
  if (!(await exists(folder, formatName))) return false;
  const path = join(folder, formatName);
  const [, digits] = /^strongbox data folder, format (\d{1,6})\n$/.exec(await readText(path)) ?? [];
  if (digits === undefined) throw failure('data-folder.format-invalid', { path });
  const version = Number(digits);
  if (version > dataFormat) {
    throw failure('data-folder.format-newer', { path: folder, version, known: dataFormat });
  }
  return true;
}

function formatText(version: number): string {
  return `strongbox data folder, format ${version}\n`;
}

/** Who holds the folder, as far as the holder says so. */
async function readHolder(folder: string): Promise<{ pid: string; startedAt: string }> {
  const text = await readText(join(folder, holderName)).catch(() => '');
  const [, pid = 'unknown', startedAt = 'a moment ago'] =
    /^\{"pid":(\d{1,10}),"startedAt":"([\d:.TZ-]{10,30})"\}\n$/.exec(text) ?? [];
  return { pid, startedAt };
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8');
  return text.slice(0, 1_000);
}

async function exists(folder: string, name: string): Promise<boolean> {
  try {
    await lstat(join(folder, name));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw unusable(join(folder, name), 'read', error);
  }
}

function unusable(path: string, action: string, error: unknown): Error {
  return failure(
    'data-folder.unusable',
    { path, action, code: systemErrorCode(error) ?? 'unknown' },
    error,
  );
}
