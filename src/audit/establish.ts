/**
 * Finds out at start where the chain stands: reads every device back, takes the one that has come
 * furthest (or the checkpoint kept apart, if even that one has lost its tail), and tells for each
 * device whether it goes on where it is, is brought up to date, or begins a new file.
 */
import { macLead, macTailBytes, newline } from '../../shared/audit/format.ts';
import { hashMatches } from '../../shared/audit/layout.ts';
import { leafHash, MerkleFrontier } from '../../shared/audit/merkle.ts';
import { isConsistent, parseSummary } from '../../shared/audit/summary.ts';
import { equalBytes } from '../../shared/equal-bytes.ts';
import type { ChainState } from './chain-writer.ts';
import type { AuditCrypto } from './crypto.ts';
import { catchUpBytesMax } from './limits.ts';
import type { DeviceLane, Piece } from './lane.ts';
import { emptyChain, type LogTail, readBack } from './read-back.ts';

/** A device that could be opened, and what it holds. */
export interface OpenedLane {
  readonly lane: DeviceLane;
  readonly tail: LogTail;
}

/**
 * Opens a device (after a trial, if that is not 0) and reads it back. Rejects with `audit.device`.
 */
export async function openLane(
  lane: DeviceLane,
  crypto: AuditCrypto,
  node: string,
  trialBytes = 0,
): Promise<OpenedLane> {
  const { bytes } = await lane.call((device) => device.open(trialBytes));
  const log = {
    name: lane.name,
    read: (offset: number, length: number) => lane.call((device) => device.read(offset, length)),
  };
  const tail = await readBack(log, bytes, crypto, node);
  if (tail.torn !== undefined) await lane.call((device) => device.truncate(tail.bytes));
  return { lane, tail };
}

export interface Standing {
  readonly chain: ChainState;
  /** The device whose chain it is; undefined when it comes from the kept checkpoint, or is new. */
  readonly from: OpenedLane | undefined;
  /** Index of the kept checkpoint, when no device holds the log up to it. */
  readonly lostTo: number | undefined;
  /** Where the furthest device ends. */
  readonly endsBefore: number;
  /** Why the kept checkpoint is of no use, in a sentence; undefined when it is, or none is due. */
  readonly keptProblem: string | undefined;
}

/** Where the chain stands, from all opened devices and the line kept apart. */
export function standingOf(
  opened: readonly OpenedLane[],
  kept: Uint8Array | undefined,
  crypto: AuditCrypto,
): Standing {
  let from: OpenedLane | undefined;
  for (const candidate of opened) {
    if (sizeOf(candidate) > sizeOf(from)) from = candidate;
  }
  const endsBefore = sizeOf(from);
  const keptChain = kept === undefined ? undefined : chainBehind(kept, crypto);
  const keptProblem = problemOf(kept, keptChain, from);
  if (keptChain !== undefined && keptChain.tree.size > endsBefore) {
    const lostTo = keptChain.tree.size - 1;
    return { chain: keptChain, from: undefined, lostTo, endsBefore, keptProblem };
  }
  const chain = from?.tail.chain ?? emptyChain(crypto);
  return { chain, from, lostTo: undefined, endsBefore, keptProblem };
}

/**
 * Who cuts the log and spoils the kept checkpoint as well would otherwise not be noticed. A log
 * that begins behind a checkpoint has had one, so one was kept, unless the agent died in between.
 */
function problemOf(
  kept: Uint8Array | undefined,
  keptChain: ChainState | undefined,
  from: OpenedLane | undefined,
): string | undefined {
  if (kept !== undefined) {
    return keptChain === undefined ? 'is not one that this node has made' : undefined;
  }
  return (from?.tail.base?.index ?? 0) > 0 ? 'is gone, though the log has had one' : undefined;
}

/** How a device goes on. */
export type Course =
  | { readonly kind: 'continue' }
  /** With the lines that it lacks. */
  | { readonly kind: 'catch-up'; readonly piece: Piece }
  | { readonly kind: 'new-file'; readonly problem: string | undefined };

/** The course of one device. */
export async function courseOf(
  { lane, tail }: OpenedLane,
  { chain, from }: Standing,
  crypto: AuditCrypto,
): Promise<Course> {
  if (tail.problem !== undefined) return { kind: 'new-file', problem: tail.problem };
  if (tail.chain === undefined) return { kind: 'new-file', problem: undefined };
  if (tail.chain.tree.size === chain.tree.size) {
    if (equalBytes(tail.chain.prev, chain.prev)) return { kind: 'continue' };
    return { kind: 'new-file', problem: `${lane.name} holds other records than the other devices` };
  }
  const piece = from === undefined ? undefined : await missingLines(tail.chain, from, crypto);
  return piece === undefined
    ? { kind: 'new-file', problem: undefined }
    : { kind: 'catch-up', piece };
}

/** Whether a kept checkpoint was made under these keys, and is as it was made. */
export function isOwnCheckpoint(line: Uint8Array, crypto: AuditCrypto): boolean {
  return chainBehind(line, crypto) !== undefined;
}

/** The chain right behind a kept checkpoint; undefined when the line is not one of this node. */
function chainBehind(line: Uint8Array, crypto: AuditCrypto): ChainState | undefined {
  const summary = parseSummary(line);
  if (typeof summary !== 'object' || !isConsistent(summary, crypto.sha256)) return undefined;
  const macAt = line.length - macTailBytes;
  const code = crypto.mac(line.subarray(0, macAt));
  if (!hashMatches(line, macAt + macLead.length, code)) return undefined;
  const tree = new MerkleFrontier(crypto.sha256, summary.index, summary.frontier);
  const prev = leafHash(crypto.sha256, line);
  tree.append(prev);
  return { prev, tree, uncovered: 0 };
}

function sizeOf(opened: OpenedLane | undefined): number {
  return opened?.tail.chain?.tree.size ?? 0;
}

/**
 * The lines of the furthest device that a lagging one lacks, if they are few and it agrees. Only
 * the active file is looked at: after a crash in the middle of a rotation the lagging device begins
 * a new file, and its gap is filled by the other.
 */
async function missingLines(
  lagging: ChainState,
  furthest: OpenedLane,
  crypto: AuditCrypto,
): Promise<Piece | undefined> {
  const { tail, lane } = furthest;
  const size = lagging.tree.size;
  if (tail.base === undefined || tail.chain === undefined || size <= tail.base.index) {
    return undefined;
  }
  const length = tail.bytes - tail.base.offset;
  if (length > catchUpBytesMax) return undefined;
  const { offset } = tail.base;
  const bytes = await lane.call((device) => device.read(offset, length));
  const last = lineOffset(bytes, size - 1 - tail.base.index);
  const next = lineOffset(bytes, size - tail.base.index);
  const leaf = leafHash(crypto.sha256, bytes.subarray(last, next - 1));
  if (!equalBytes(leaf, lagging.prev)) return undefined;
  const to = tail.chain.tree.size;
  return { bytes: bytes.slice(next), from: size, to, startsFile: false };
}

/** Offset of the line that stands behind `count` others. */
function lineOffset(bytes: Uint8Array, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line += 1) at = bytes.indexOf(newline, at) + 1;
  return at;
}
