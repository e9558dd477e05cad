/**
 * The node's audit keys: `audit.key` in the data folder (0600, shared/audit/key-file.ts), outside
 * the barrier, because events of a sealed node are chained too; and `audit.pub` beside it, the
 * public half as PEM (RFC 8410), for verifiers.
 */
import { constants } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  auditKeyBytes,
  auditKeyFileBytes,
  formatAuditKeyFile,
  isOlderAuditKeyFile,
  parseAuditKeyFile,
} from '../../shared/audit/key-file.ts';
import { equalBytes } from '../../shared/equal-bytes.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { type AuditCrypto, createAuditCrypto } from '../../src/audit/crypto.ts';
import { isOwnCheckpoint } from '../../src/audit/establish.ts';
import { zero } from '../../src/crypto/bytes.ts';
import { Sha256 } from '../../src/crypto/sha256.ts';
import type { Random } from '../../src/ports/random.ts';
import { replaceFile } from '../replace-file.ts';
import { CheckpointFile, checkpointPath } from './checkpoint-file.ts';
import { publicKeyPath, publicKeyPem, readPublicKey } from './public-key.ts';
import { closeFile, look, openFile, readSome } from './files.ts';

const keyName = 'audit.key';
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const othersBits = 0o077n;

/** What an operator does at night, and what it costs. */
const beginAnew =
  'move audit.key, audit.pub, audit.checkpoint and the audit files to another place together and ' +
  'keep them: the agent begins a new log and serves every secret as before (runbooks.md, ' +
  'audit-log-begun)';
const withoutCopy = `or, where there is none, ${beginAnew}`;

/**
 * The primitives under the node's audit keys, which are made at the first start. Throws
 * `audit.key-file`: also when the keys are gone although the node has written a log under them, and
 * when they are others than those; nothing is changed then.
 */
export async function openAuditKeys(dataFolder: string, random: Random): Promise<AuditCrypto> {
  const path = join(dataFolder, keyName);
  if ((await look(path)) === undefined) await createKeys(dataFolder, random);
  const bytes = await readKeys(path);
  try {
    const keys = parseAuditKeyFile(bytes, keyDigest);
    if (keys?.signingSeed === undefined) throw unreadable(path, bytes);
    const { macKey, signingSeed } = keys;
    const crypto = createAuditCrypto({ macKey, signingSeed });
    await refuseOthers(dataFolder, crypto);
    await publish(dataFolder, crypto.publicKey);
    return crypto;
  } finally {
    zero(bytes);
  }
}

/**
 * A log that went on under other keys would be broken from there on, and the only copy of the old
 * public key overwritten. If the kept checkpoint is of these keys, it is `audit.pub` that is
 * damaged, and is made again.
 */
async function refuseOthers(dataFolder: string, crypto: AuditCrypto): Promise<void> {
  const published = await readPublicKey(dataFolder);
  if (published === undefined || equalBytes(published, crypto.publicKey)) return;
  const kept = await new CheckpointFile(dataFolder).load().catch(() => undefined);
  if (kept !== undefined && isOwnCheckpoint(kept, crypto)) return;
  throw keyFailure(join(dataFolder, keyName), 'does not belong to audit.pub beside it', {
    cure: `restore the one that does ${withoutCopy}`,
  });
}

/** Of keys, so never by way of a string. */
function keyDigest(bytes: Uint8Array): Uint8Array {
  return new Sha256().update(bytes).digest();
}

async function createKeys(dataFolder: string, random: Random): Promise<void> {
  const path = join(dataFolder, keyName);
  for (const trace of [checkpointPath(dataFolder), publicKeyPath(dataFolder)]) {
    if ((await look(trace)) === undefined) continue;
    throw keyFailure(path, 'is missing, though an audit log was written with it', {
      cure: `restore it from a backup ${withoutCopy}`,
    });
  }
  const macKey = random.bytes(auditKeyBytes);
  const signingSeed = random.bytes(auditKeyBytes);
  const bytes = formatAuditKeyFile(macKey, signingSeed, keyDigest);
  try {
    await replaceFile(path, bytes);
  } finally {
    zero(macKey, signingSeed, bytes);
  }
}

async function readKeys(path: string): Promise<Uint8Array> {
  const found = await look(path);
  if (found?.isFile() !== true) throw keyFailure(path, 'is not a file', { cure: 'restore it' });
  if ((found.mode & othersBits) !== 0n) {
    throw keyFailure(path, 'can be read or written by others', {
      cure: 'run chmod 600 on it; if somebody may have read it, begin a new log with new keys',
    });
  }
  if (Number(found.size) > auditKeyFileBytes) throw damaged(path);
  const descriptor = await openFile(path, readFlags, 0);
  try {
    return await readSome(descriptor, 0, auditKeyFileBytes);
  } finally {
    await closeFile(descriptor);
  }
}

/** Writes `audit.pub` when it is not there or is that of other keys. */
async function publish(dataFolder: string, publicKey: Uint8Array): Promise<void> {
  const pem = publicKeyPem(publicKey);
  const path = publicKeyPath(dataFolder);
  const found = await look(path);
  if (found?.isDirectory() === true) {
    throw keyFailure(path, 'is a folder', { cure: 'move it away: the file is made again' });
  }
  const same = found?.isFile() === true && (await readFile(path, 'latin1')) === pem;
  if (!same) await replaceFile(path, Buffer.from(pem, 'latin1'));
}

function unreadable(path: string, bytes: Uint8Array): StrongBoxError {
  if (!isOlderAuditKeyFile(bytes)) return damaged(path);
  return keyFailure(path, 'has format 1, of an older version, which this one does not read', {
    cure: `go back to that version, or ${beginAnew}`,
  });
}

function damaged(path: string): StrongBoxError {
  return keyFailure(path, 'is damaged', { cure: `restore it from a backup ${withoutCopy}` });
}

function keyFailure(
  file: string,
  problem: string,
  { cure }: { readonly cure: string },
): StrongBoxError {
  return failure('audit.key-file', { file, problem, cure });
}
