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
  parseAuditKeyFile,
} from '../../shared/audit/key-file.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { type AuditCrypto, createAuditCrypto } from '../../src/audit/crypto.ts';
import { zero } from '../../src/crypto/bytes.ts';
import type { Random } from '../../src/ports/random.ts';
import { replaceFile } from '../replace-file.ts';
import { checkpointPath } from './checkpoint-file.ts';
import { publicKeyPath } from './public-key.ts';
import { closeFile, look, openFile, readSome } from './files.ts';

const keyName = 'audit.key';
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const othersBits = 0o077n;
/** DER in front of the 32 bytes of an Ed25519 public key (SubjectPublicKeyInfo, RFC 8410). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The primitives under the node's audit keys, which are made at the first start. Throws
 * `audit.key-file`: also when the keys are gone although the node has written a log under them.
 */
export async function openAuditKeys(dataFolder: string, random: Random): Promise<AuditCrypto> {
  const path = join(dataFolder, keyName);
  if ((await look(path)) === undefined) await createKeys(dataFolder, random);
  const bytes = await readKeys(path);
  try {
    const keys = parseAuditKeyFile(bytes);
    if (keys?.signingSeed === undefined) throw damaged(path);
    const { macKey, signingSeed } = keys;
    const crypto = createAuditCrypto({ macKey, signingSeed });
    await publish(dataFolder, crypto.publicKey);
    return crypto;
  } finally {
    zero(bytes);
  }
}

/** The PEM text of an Ed25519 public key. */
function publicKeyPem(publicKey: Uint8Array): string {
  const der = Buffer.concat([publicKeyPrefix, publicKey]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;
}

async function createKeys(dataFolder: string, random: Random): Promise<void> {
  const path = join(dataFolder, keyName);
  if ((await look(checkpointPath(dataFolder))) !== undefined) {
    throw keyFailure(path, 'is missing, though an audit log was written with it', {
      cure: 'restore it, or move audit.checkpoint and the audit files away to begin a new log',
    });
  }
  const macKey = random.bytes(auditKeyBytes);
  const signingSeed = random.bytes(auditKeyBytes);
  const bytes = formatAuditKeyFile(macKey, signingSeed);
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
  if (Number(found.size) !== auditKeyFileBytes) throw damaged(path);
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

function damaged(path: string): StrongBoxError {
  return keyFailure(path, 'is damaged', { cure: 'restore it from a backup' });
}

function keyFailure(
  file: string,
  problem: string,
  { cure }: { readonly cure: string },
): StrongBoxError {
  return failure('audit.key-file', { file, problem, cure });
}
