/**
 * Reads an audit file back at start: only from its last checkpoint (or header) on, so the time does
 * not depend on the file's size. What lies behind it is verified like by `audit verify`, and bytes
 * behind the last newline (a line torn by a crash) are reported, to be cut.
 */
import { auditLineBytesMax, hashBytes, newline } from '../../shared/audit/format.ts';
import { beginsSummary } from '../../shared/audit/layout.ts';
import { MerkleFrontier } from '../../shared/audit/merkle.ts';
import { badSentence } from '../../shared/audit/sentences.ts';
import type { Origin } from '../../shared/audit/summary.ts';
import { FileVerifier } from '../../shared/audit/verify-file.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import type { AuditDevice } from '../ports/audit-device.ts';
import type { ChainState } from './chain-writer.ts';
import type { AuditCrypto } from './crypto.ts';
import { batchBytesMax, readBackBytes } from './limits.ts';

/** What a device holds. */
export interface LogTail {
  /** Where its chain ends; undefined when no line could be read. */
  readonly chain: ChainState | undefined;
  /** Bytes of whole, good lines. */
  readonly bytes: number;
  /** Offset and index of the checkpoint or header at which the reading began. */
  readonly base: { readonly offset: number; readonly index: number } | undefined;
  /** Bytes behind the last newline. */
  readonly torn: { readonly bytes: number; readonly sha256: string } | undefined;
  /** What is wrong with the file, in a sentence; it must not be appended to. */
  readonly problem: string | undefined;
}

const emptyTail = { chain: undefined, bytes: 0, base: undefined, problem: undefined } as const;

/** The part of a device that is read. */
export type ReadableLog = Pick<AuditDevice, 'name' | 'read'>;

export const emptyChain = (crypto: AuditCrypto): ChainState => ({
  prev: new Uint8Array(hashBytes),
  tree: new MerkleFrontier(crypto.sha256),
  uncovered: 0,
});

/** Reads the tail of the first `bytes` bytes of a device's active file. */
export async function readBack(
  log: ReadableLog,
  bytes: number,
  crypto: AuditCrypto,
  node: string,
): Promise<LogTail> {
  const wholeEnd = await wholeLinesEnd(log, bytes);
  const torn = await tornPart(log, wholeEnd, bytes, crypto);
  if (wholeEnd === 0) return { ...emptyTail, torn };
  const offset = await lastSummaryOffset(log, wholeEnd);
  if (offset === undefined) return notOurs(log, wholeEnd, torn);
  const verifier = await replay(log, { offset, end: wholeEnd }, crypto, {
    node,
    publicKey: crypto.publicKey,
  });
  const { bad, tree, prev, uncovered, firstIndex } = verifier;
  const good = verifier.records > 0 && tree !== undefined;
  const end = offset + verifier.bytes;
  return {
    chain: good ? { prev, tree, uncovered } : undefined,
    bytes: end,
    base: good && firstIndex !== undefined ? { offset, index: firstIndex } : undefined,
    torn: bad === undefined ? torn : undefined,
    problem: bad === undefined ? undefined : badSentence({ ...bad, byte: bad.byte + offset }),
  };
}

function notOurs(log: ReadableLog, bytes: number, torn: LogTail['torn']): LogTail {
  const problem = `${log.name} holds no checkpoint and no header of an audit log`;
  return { chain: undefined, bytes, base: undefined, torn, problem };
}

/** Bytes behind the last newline. More than a line can have are not hashed: no write tore them. */
async function tornPart(
  log: ReadableLog,
  from: number,
  to: number,
  crypto: AuditCrypto,
): Promise<LogTail['torn']> {
  if (from >= to) return undefined;
  const bytes = await log.read(from, Math.min(to - from, batchBytesMax + auditLineBytesMax));
  return { bytes: to - from, sha256: encodeHex(crypto.sha256(bytes)) };
}

async function replay(
  log: ReadableLog,
  part: { readonly offset: number; readonly end: number },
  crypto: AuditCrypto,
  origin: Origin,
): Promise<FileVerifier> {
  const verifier = new FileVerifier(log.name, {
    crypto,
    trustedKey: crypto.publicKey,
    origin,
    resumes: true,
    nextMark: () => Number.POSITIVE_INFINITY,
    mark: () => undefined,
  });
  let at = part.offset;
  while (at < part.end && verifier.bad === undefined) {
    const chunk = await log.read(at, Math.min(readBackBytes, part.end - at));
    if (chunk.length === 0) break;
    verifier.feed(chunk);
    at += chunk.length;
  }
  return verifier;
}

/** Offset behind the last newline; 0 when there is none. */
async function wholeLinesEnd(log: ReadableLog, bytes: number): Promise<number> {
  let end = bytes;
  while (end > 0) {
    const from = Math.max(0, end - readBackBytes);
    const found = (await log.read(from, end - from)).lastIndexOf(newline);
    if (found >= 0) return from + found + 1;
    end = from;
  }
  return 0;
}

/** Enough of a line to see its kind: index, link, type. */
const kindBytes = 160;

/** Offset of the last of the whole lines that looks like a checkpoint or header. */
async function lastSummaryOffset(log: ReadableLog, wholeEnd: number): Promise<number | undefined> {
  let end = wholeEnd - 1;
  while (end > 0) {
    const from = Math.max(0, end - readBackBytes);
    const chunk = await log.read(from, Math.min(wholeEnd - from, end - from + kindBytes));
    const found = lastSummaryIn(chunk, end - from);
    if (found !== undefined) return from + found;
    if (from === 0) return beginsSummary(chunk, 0) ? 0 : undefined;
    end = from;
  }
  return undefined;
}

/** The last line that begins a summary, behind a newline among the first `within` bytes. */
function lastSummaryIn(chunk: Uint8Array, within: number): number | undefined {
  let before = chunk.lastIndexOf(newline, within - 1);
  while (before >= 0) {
    if (beginsSummary(chunk, before + 1)) return before + 1;
    before = before === 0 ? -1 : chunk.lastIndexOf(newline, before - 1);
  }
  return undefined;
}
