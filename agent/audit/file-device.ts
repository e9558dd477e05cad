/**
 * An audit device that is a file: appended to, synced, rotated by size. It never writes through a
 * symbolic link, into a file that others may write, or over anything it finds. That its file was
 * deleted or cut under it is noticed before a record counts as written.
 */
import { constants } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssertionFailure, assert } from '../../shared/assert.ts';
import { indexDigitsMax, indexLead } from '../../shared/audit/format.ts';
import { claimedIndex } from '../../shared/audit/layout.ts';
import { type DeviceFault, deviceFailure } from '../../src/audit/fault.ts';
import type { AuditDevice, OpenedLog } from '../../src/ports/audit-device.ts';
import type { Log } from '../../src/ports/log.ts';
import { syncFolder } from '../replace-file.ts';
import { archivePath, asidePath, newFilePath, removeOldest } from './archive.ts';
import { deviceError } from './device-errors.ts';
import {
  closeFile,
  cutFile,
  dropFile,
  look,
  moveFile,
  nameCount,
  openFile,
  readSome,
  removeFile,
  syncAll,
  syncData,
  writeAll,
} from './files.ts';
import { type FileIdentity, identityOf, sameFile, unsafePlace } from './file-place.ts';
import { placeCheckMs } from './limits.ts';

export interface FileDeviceOptions {
  readonly name: string;
  readonly path: string;
  /** `always`: a record counts when it is on the disk; `write`: when the kernel has it. */
  readonly sync: 'always' | 'write';
  /** A file that has reached this size is closed. */
  readonly rotateBytes: number;
  /** Closed files that stay; the oldest beyond are deleted. */
  readonly keep: number;
  readonly log: Log;
}

const appendFlags =
  constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const createFlags = appendFlags | constants.O_CREAT | constants.O_EXCL;
/**
 * With `sync: always` each write returns as fdatasync after it would (open(2), O_DSYNC): one turn
 * through the pool less for every batch, 0.1 ms and 20 µs of CPU.
 */
const syncFlags = { always: constants.O_DSYNC, write: 0 } as const;
const fileMode = 0o600;
const folderMode = 0o700;
/** Enough of a file to read its first index. */
const headBytes = indexLead.length + indexDigitsMax + 1;

const changedFault: DeviceFault = {
  kind: 'changed',
  reason: 'somebody else wrote to the file or cut it',
  cure: 'keep the file as it is and find out who; a new one is begun',
};
const deletedFault: DeviceFault = {
  kind: 'deleted',
  reason: 'the file was deleted',
  cure: 'find out who deleted it; a new one is begun',
};

export class FileDevice implements AuditDevice {
  readonly name: string;
  readonly #options: FileDeviceOptions;
  #descriptor: number | undefined;
  #identity: FileIdentity | undefined;
  #firstIndex: number | undefined;
  /** Bytes of the active file that are ours. */
  #bytes = 0;
  #due: 'full' | 'moved' | undefined;
  #placeCheckedMs = 0;

  constructor(options: FileDeviceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get due(): 'full' | 'moved' | undefined {
    return this.#due;
  }

  open(trialBytes: number): Promise<OpenedLog> {
    return this.#guard(() => this.#open(trialBytes));
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#guard(() => {
      const readable = Math.max(0, Math.min(length, this.#bytes - offset));
      return readSome(this.#opened(), offset, readable);
    });
  }

  truncate(bytes: number): Promise<void> {
    return this.#guard(async () => {
      await cutFile(this.#opened(), bytes);
      await syncAll(this.#opened());
      this.#bytes = bytes;
    });
  }

  append(lines: Uint8Array): Promise<void> {
    return this.#guard(async () => {
      const after = this.#bytes + lines.length;
      const writing = writeAll(this.#opened(), lines);
      if (this.#placeCheckDue()) await allOf([writing, this.#checkPlace(after, writing)]);
      else await writing;
      this.#bytes = after;
      if (after >= this.#options.rotateBytes) this.#due ??= 'full';
    });
  }

  startFile(firstIndex: number, lines: Uint8Array): Promise<void> {
    return this.#guard(() => this.#startFile(firstIndex, lines));
  }

  /** A file operation cannot be taken back: its thread of the pool is lost until it returns. */
  abandon(): void {}

  close(): Promise<void> {
    return this.#guard(() => this.#close());
  }

  async #open(trialBytes: number): Promise<OpenedLog> {
    const { path } = this.#options;
    await this.#drop();
    await mkdir(dirname(path), { recursive: true, mode: folderMode });
    await this.#finishNewFile();
    if (trialBytes > 0) await this.#tryToWrite(trialBytes);
    const found = await look(path);
    if (found === undefined) {
      this.#forget();
      return { bytes: 0, continues: false };
    }
    const unsafe = await unsafePlace(path, found);
    if (unsafe !== undefined) throw deviceFailure(this.name, unsafe);
    const descriptor = await this.#openFile(path, appendFlags);
    this.#descriptor = descriptor;
    const continues = this.#isOurs(found) && Number(found.size) >= this.#bytes;
    this.#forget();
    this.#identity = identityOf(found);
    this.#bytes = Number(found.size);
    this.#firstIndex = claimedIndex(await readSome(descriptor, 0, headBytes));
    return { bytes: this.#bytes, continues };
  }

  async #tryToWrite(bytes: number): Promise<void> {
    const trial = newFilePath(this.#options.path);
    const descriptor = await this.#openFile(trial, createFlags);
    try {
      await writeAll(descriptor, new Uint8Array(bytes));
    } finally {
      await dropFile(descriptor);
      await removeFile(trial);
    }
  }

  /** A crash between the two renames of `#startFile` leaves the new file without its place. */
  async #finishNewFile(): Promise<void> {
    const { path } = this.#options;
    const begun = newFilePath(path);
    if ((await look(begun)) === undefined) return;
    if ((await look(path)) === undefined) await moveFile(begun, path);
    else await removeFile(begun);
    await syncFolder(dirname(path));
  }

  /** Makes the new file complete beside the old one, then lets them change places. */
  async #startFile(firstIndex: number, lines: Uint8Array): Promise<void> {
    const { path } = this.#options;
    const begun = newFilePath(path);
    await mkdir(dirname(path), { recursive: true, mode: folderMode });
    await removeFile(begun);
    // With `sync: write` the file that is left may not be on the disk yet.
    if (this.#descriptor !== undefined) await syncData(this.#descriptor);
    const descriptor = await this.#openFile(begun, createFlags);
    try {
      await writeAll(descriptor, lines);
      await this.#putAway(firstIndex);
      await moveFile(begun, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await dropFile(descriptor);
      await removeFile(begun);
      throw error;
    }
    await this.#adopt(descriptor, firstIndex, lines.length);
    await this.#removeOldest();
  }

  /** The new file is there already: that old ones stay is told, and no reason to fail. */
  async #removeOldest(): Promise<void> {
    try {
      await removeOldest(this.#options.path, this.#options.keep);
    } catch (error) {
      this.#options.log.warn('old audit files could not be removed', { device: this.name, error });
    }
  }

  async #adopt(descriptor: number, firstIndex: number, bytes: number): Promise<void> {
    await this.#drop();
    this.#forget();
    this.#descriptor = descriptor;
    this.#firstIndex = firstIndex;
    this.#bytes = bytes;
    const found = await look(this.#options.path);
    this.#identity = found === undefined ? undefined : identityOf(found);
  }

  /** Moves what lies at the path to a name of its own: our file, or whatever else is in the way. */
  async #putAway(nextIndex: number): Promise<void> {
    const { path } = this.#options;
    const found = await look(path);
    if (found === undefined) return;
    const ours = this.#isOurs(found);
    if (found.isFile() && found.size === 0n) return removeFile(path);
    const away =
      ours && this.#firstIndex !== undefined
        ? archivePath(path, this.#firstIndex)
        : asidePath(path, nextIndex);
    await moveFile(path, await away);
  }

  #openFile(path: string, flags: number): Promise<number> {
    return openFile(path, flags | syncFlags[this.#options.sync], fileMode);
  }

  /** Whether the next write is to be accompanied by a look at its file. */
  #placeCheckDue(): boolean {
    const now = performance.now();
    if (this.#options.sync === 'write' && now - this.#placeCheckedMs < placeCheckMs) return false;
    this.#placeCheckedMs = now;
    return true;
  }

  /**
   * Whether the file still lies where it was, and holds what we wrote and nothing else. It looks
   * while the write runs, and again when that is over if it has seen the middle of it.
   */
  async #checkPlace(after: number, writing: Promise<void>): Promise<void> {
    const found = await look(this.#options.path);
    if (found !== undefined && this.#isOurs(found)) {
      const size = Number(found.size);
      if (size === this.#bytes || size === after) return;
      await writing;
      const again = await look(this.#options.path);
      if (again !== undefined && Number(again.size) === after) return;
      throw deviceFailure(this.name, changedFault);
    }
    // Moved away by a rotator: what was just written is in the moved file. Deleted: it is nowhere.
    if ((await nameCount(this.#opened())) === 0n) throw deviceFailure(this.name, deletedFault);
    this.#due = 'moved';
  }

  #isOurs(found: BigIntStats): boolean {
    return this.#identity !== undefined && sameFile(this.#identity, identityOf(found));
  }

  #opened(): number {
    const descriptor = this.#descriptor;
    assert(descriptor !== undefined, 'the audit file is open');
    return descriptor;
  }

  #forget(): void {
    this.#identity = undefined;
    this.#firstIndex = undefined;
    this.#bytes = 0;
    this.#due = undefined;
  }

  async #close(): Promise<void> {
    if (this.#descriptor === undefined) return;
    await syncData(this.#descriptor);
    await closeFile(this.#descriptor);
    this.#descriptor = undefined;
  }

  async #drop(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) await dropFile(descriptor);
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AssertionFailure) throw error;
      throw deviceError(this.name, error);
    }
  }
}

/** Waits for all, also when one fails: what still runs would meet a descriptor that is closed. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
