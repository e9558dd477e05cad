/**
 * The newest revision of the store that an audit log has recorded. A commit is durable before its
 * response record is, so a store that is older than its own log has lost confirmed writes: its
 * write-ahead file was cut or damaged (SQLite goes on at the last commit that it can read, without
 * a word), or an older copy was put in its place.
 *
 * Reads the ends of the log's files and no key: it is asked for before anything is opened. That the
 * log is this node's is seen by the public key in the header of each file.
 */
import { constants } from 'node:fs';
import { newline } from '../../shared/audit/format.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/value.ts';
import { closedFiles } from './archive.ts';
import { closeFile, look, openFile, readSome } from './files.ts';
import { readPublicKey } from './public-key.ts';
import {
  headerBytesMax,
  revisionFilesMax,
  revisionPieceBytes,
  revisionTailBytesMax,
} from './limits.ts';

const revisionLead = '"revision":';
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The newest recorded revision in the logs at these paths; undefined when their ends hold none.
 * Never throws: what cannot be read is for those to tell who open it.
 */
export async function recordedRevision(
  dataFolder: string,
  paths: readonly string[],
): Promise<number | undefined> {
  const key = await readPublicKey(dataFolder);
  if (key === undefined) return undefined;
  const publicKey = encodeHex(key);
  let newest: number | undefined;
  for (const path of paths) {
    const found = await revisionOfLog(path, publicKey).catch(() => undefined);
    if (found !== undefined) newest = Math.max(found, newest ?? 0);
  }
  return newest;
}

/** The newest files first; in a log that was just rotated the record is in a closed one. */
async function revisionOfLog(path: string, publicKey: string): Promise<number | undefined> {
  const closed = (await closedFiles(path)).map((file) => file.path).toReversed();
  for (const file of [path, ...closed].slice(0, revisionFilesMax)) {
    const found = await look(file);
    if (found?.isFile() !== true) continue;
    const descriptor = await openFile(file, readFlags, 0);
    try {
      const revision = await revisionOfFile(descriptor, Number(found.size), publicKey);
      if (revision !== undefined) return revision;
    } finally {
      await closeFile(descriptor);
    }
  }
  return undefined;
}

async function revisionOfFile(
  descriptor: number,
  size: number,
  publicKey: string,
): Promise<number | undefined> {
  const head = await readSome(descriptor, 0, headerBytesMax);
  const header = recordOf(head.subarray(0, Math.max(0, head.indexOf(newline))));
  if (header?.['public_key'] !== publicKey) return undefined;
  for (let bytes = revisionPieceBytes; bytes <= revisionTailBytesMax; bytes *= 4) {
    const from = Math.max(0, size - bytes);
    const revision = lastRevision(await readSome(descriptor, from, size - from));
    if (revision !== undefined || from === 0) return revision;
  }
  return undefined;
}

/**
 * In the last whole line that has one. What stands before the first newline may be half a line.
 * Most lines of a busy log are reads: only those that name a revision are worth a parser.
 */
function lastRevision(bytes: Uint8Array): number | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let named = text.lastIndexOf(revisionLead, text.lastIndexOf(newline));
  while (named > 0) {
    const end = text.indexOf(newline, named);
    const start = text.lastIndexOf(newline, named) + 1;
    const record = recordOf(text.subarray(start, end));
    const revision = record?.['revision'];
    if (typeof revision === 'number' && isOfCommit(record)) return revision;
    named = start === 0 ? -1 : text.lastIndexOf(revisionLead, start - 1);
  }
  return undefined;
}

function isOfCommit(record: JsonObject | undefined): boolean {
  return record?.['type'] === 'response' || record?.['type'] === 'duty';
}

function recordOf(line: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
