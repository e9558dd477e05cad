/**
 * `audit verify` on files of this host: reads them in large pieces and gives them to the verifier
 * (shared/audit/verify.ts), which knows neither files nor OpenSSL.
 */
import {
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  type KeyObject,
  verify as verifySignature,
} from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

import { newline } from '../../shared/audit/format.ts';
import { isOlderAuditKeyFile, parseAuditKeyFile } from '../../shared/audit/key-file.ts';
import type { VerifyReport } from '../../shared/audit/report.ts';
import { type FilePeek, type LogOptions, LogVerifier } from '../../shared/audit/verify.ts';
import type { VerifyCrypto } from '../../shared/audit/verify-file.ts';
import { failure } from '../../shared/errors/failure.ts';
import { auditPeekBytes, auditReadBytes } from '../limits.ts';
import { requireSmallFile, systemReason } from './small-file.ts';

export interface VerifyFilesOptions {
  /** PEM of the node's Ed25519 public key (`audit.pub`). */
  readonly publicKeyFile?: string;
  /** The node's `audit.key`, whole or without its seed: also checks each record's code. */
  readonly auditKeyFile?: string;
  /** A checkpoint kept elsewhere (`audit.checkpoint`): also finds a lost tail. */
  readonly checkpointFile?: string;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

export interface VerifyProgress {
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly records: number;
}

/** DER in front of the 32 bytes of an Ed25519 public key (SubjectPublicKeyInfo, RFC 8410). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Verifies an audit log that lies in these files, in any order. What is wrong with the log stands
 * in the report; throws `client.file-unreadable` and `audit.input` for files that cannot be used.
 */
export async function verifyAuditFiles(
  paths: readonly string[],
  options: VerifyFilesOptions = {},
): Promise<VerifyReport> {
  const logOptions = readOptions(options);
  const peeks: PeekedFile[] = [];
  for (const path of paths) peeks.push(await peekAt(path));
  const verifier = new LogVerifier(peeks, logOptions);
  const bytesTotal = peeks.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  const onChunk = (count: number): void => {
    bytes += count;
    options.onProgress?.({ bytes, bytesTotal, records: verifier.records });
  };
  for (const position of verifier.order) {
    if (verifier.failed) break;
    verifier.begin(position);
    await feedFile(verifier, paths[position] ?? '', onChunk);
    verifier.end();
  }
  return verifier.finish();
}

function readOptions(options: VerifyFilesOptions): LogOptions {
  const { publicKeyFile, auditKeyFile, checkpointFile } = options;
  const trustedKey = publicKeyFile === undefined ? undefined : readPublicKey(publicKeyFile);
  const kept = checkpointFile === undefined ? undefined : readCheckpoint(checkpointFile);
  const macKey = auditKeyFile === undefined ? undefined : readMacKey(auditKeyFile);
  return {
    crypto: cryptoOf(macKey),
    ...(trustedKey === undefined ? {} : { trustedKey }),
    ...(kept === undefined ? {} : { kept }),
  };
}

/** The primitives of a verification; with `macKey` the code of each record is checked, too. */
export function cryptoOf(macKey: KeyObject | undefined): VerifyCrypto {
  const keys = new Map<string, KeyObject>();
  return {
    sha256: (bytes) => digestBytes(hash('sha256', bytes, 'binary')),
    mac:
      macKey === undefined
        ? undefined
        : (bytes) => digestBytes(createHmac('sha256', macKey).update(bytes).digest('binary')),
    verify: (publicKey, message, signature) => {
      const name = Buffer.from(publicKey).toString('hex');
      const key = keys.get(name) ?? publicKeyOf(publicKey);
      keys.set(name, key);
      return verifySignature(null, message, key, signature);
    },
  };
}

/**
 * The bytes of a digest of public data. Two or three are made for each record, and one that comes
 * as a `Buffer` costs twice as much as one that comes as a string and is copied.
 */
function digestBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

function publicKeyOf(publicKey: Uint8Array): KeyObject {
  const der = Buffer.concat([publicKeyPrefix, publicKey]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

function readPublicKey(file: string): Uint8Array {
  const pem = requireSmallFile(file, 'public key');
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') {
      return key.export({ format: 'der', type: 'spki' }).subarray(publicKeyPrefix.length);
    }
  } catch {
    // Told below, without a word of what stood in the file.
  }
  throw failure('audit.input', {
    file,
    problem: 'is not the PEM of an Ed25519 public key',
    cure: "give the node's audit.pub",
  });
}

function readMacKey(file: string): KeyObject {
  const bytes = requireSmallFile(file, 'audit key');
  try {
    const keys = parseAuditKeyFile(bytes, (part) => hash('sha256', part, 'buffer'));
    if (keys !== undefined) return createSecretKey(keys.macKey);
    if (isOlderAuditKeyFile(bytes)) {
      throw failure('audit.input', {
        file,
        problem: 'is an audit key file of format 1, of an older version',
        cure: 'verify with that version, or without --audit-key',
      });
    }
  } finally {
    bytes.fill(0);
  }
  throw failure('audit.input', {
    file,
    problem: 'is not an audit key file, or is damaged',
    cure: "give the node's audit.key",
  });
}

function readCheckpoint(file: string): LogOptions['kept'] {
  const bytes = requireSmallFile(file, 'checkpoint');
  const end = bytes.indexOf(newline);
  return { name: file, line: end < 0 ? bytes : bytes.subarray(0, end) };
}

interface PeekedFile extends FilePeek {
  readonly size: number;
}

async function peekAt(path: string): Promise<PeekedFile> {
  const file = await openLog(path);
  try {
    const { size } = await file.stat();
    const head = await readPart(file, 0, auditPeekBytes);
    const tail = await readPart(file, Math.max(0, size - auditPeekBytes), auditPeekBytes);
    return { name: path, head, tail, size };
  } finally {
    await file.close();
  }
}

async function feedFile(
  verifier: LogVerifier,
  path: string,
  onChunk: (count: number) => void,
): Promise<void> {
  const file = await openLog(path);
  const buffer = Buffer.allocUnsafe(auditReadBytes);
  try {
    while (!verifier.failed) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      verifier.feed(buffer.subarray(0, bytesRead));
      onChunk(bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function openLog(path: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isFile()) return file;
    await file.close();
  } catch (error) {
    throw unreadable(path, systemReason(error));
  }
  throw unreadable(path, 'it is no plain file');
}

async function readPart(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, from);
  return buffer.subarray(0, bytesRead);
}

function unreadable(file: string, reason: string): Error {
  return failure('client.file-unreadable', { what: 'audit log', file, reason });
}
