/** Key files on disk: of mode 0600, made once and never overwritten. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { readSmallFile, systemCode, systemReason } from '../client/small-file.ts';
import { type KeyFile, parseKeyFile } from './key-file.ts';

const groupAndOthers = 0o077;

/** Where an operator's keys lie unless another file is named. */
export function keyFilePath(home: string): string {
  return join(home, '.strongbox-operator-key');
}

/** Throws `operator.file-exists` before anything is asked for. */
export function requireNoKeyFile(file: string): void {
  try {
    if (readSmallFile(file) === undefined) return;
  } catch {
    // Something is there, even if it cannot be read.
  }
  throw failure('operator.file-exists', { file });
}

/** Throws `operator.file-exists`, `cli.file-unwritable`. */
export function writeKeyFile(file: string, text: string): void {
  let made = false;
  try {
    const descriptor = openSync(file, 'wx', 0o600);
    made = true;
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (made) rmSync(file, { force: true });
    if (systemCode(error) === 'EEXIST') throw failure('operator.file-exists', { file });
    throw failure('cli.file-unwritable', { file, reason: systemReason(error) });
  }
}

/** Throws `client.file-unreadable`, `operator.file-open`, `operator.file-malformed`. */
export function readKeyFile(file: string): KeyFile {
  const unreadable = (reason: string): Error =>
    failure('client.file-unreadable', { what: 'the operator key', file, reason });
  let found: ReturnType<typeof readSmallFile>;
  try {
    found = readSmallFile(file);
  } catch (error) {
    throw unreadable(systemReason(error));
  }
  if (found === undefined) {
    throw unreadable('there is no such file; make it: strongbox operator keygen');
  }
  if ((found.stats.mode & groupAndOthers) !== 0) throw failure('operator.file-open', { file });
  return parseKeyFile(found.bytes, file);
}
