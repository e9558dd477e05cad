import { closeSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../../shared/errors/failure.ts';
import { type Environment, readSetting } from './settings.ts';
import { readSmallFile, type SmallFile, systemReason } from './small-file.ts';
import { checkToken } from './token.ts';

/**
 * Where `strongbox login` keeps the token: one file of mode 0600. Vault's file is read where ours
 * is absent, and never written.
 */

const groupAndOthers = 0o077;

/** A token and where it came from, which is what errors and `status` name. */
export interface StoredToken {
  readonly token: string;
  readonly source: string;
}

function tokenFilePath(environment: Environment, home: string): string {
  return readSetting(environment, 'TOKEN_PATH')?.value ?? join(home, '.strongbox-token');
}

/** Throws `client.token-file-open` for a file that others can read, `client.token-invalid`. */
export function readTokenFile(environment: Environment, home: string): StoredToken | undefined {
  for (const file of [tokenFilePath(environment, home), join(home, '.vault-token')]) {
    const found = readTokenAt(file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Replaces the token file in one step: it holds the old token, or the new one, never a part. */
export function writeTokenFile(environment: Environment, home: string, token: string): string {
  const file = tokenFilePath(environment, home);
  const temporary = `${file}.${process.pid}.new`;
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(descriptor, token);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw failure('client.token-file-unwritable', { file, reason: systemReason(error) });
  }
  return file;
}

/** The token in a file; undefined when there is no file, or nothing in it. Throws as above. */
export function readTokenAt(file: string): StoredToken | undefined {
  let found: SmallFile | undefined;
  try {
    found = readSmallFile(file);
  } catch (error) {
    throw failure('client.token-file-unreadable', { file, reason: systemReason(error) });
  }
  if (found === undefined) return undefined;
  const text = found.bytes.toString('utf8').trim();
  found.bytes.fill(0);
  if (text === '') return undefined;
  if ((found.stats.mode & groupAndOthers) !== 0) throw failure('client.token-file-open', { file });
  return { token: checkToken(text, file), source: file };
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It was never made: what matters is the error that brought us here.
  }
}
