/**
 * Headers and checkpoints, parsed: the lines at which a reader may begin. Parsing is strict, and what
 * is signed are the line's bytes, so no two texts mean the same summary.
 */
import { decodeHex } from '../encoding/hex.ts';
import { utf8Decode } from '../encoding/utf8.ts';
import { isFailure } from '../errors/failure.ts';
import {
  auditFormatVersion,
  hashBytes,
  macTailBytes,
  signatureBytes,
  signatureLead,
  signatureTailBytes,
} from './format.ts';
import { layoutOf, matches, type SummaryKind, summaryKindAt } from './layout.ts';
import { MerkleFrontier, onesOf, type Sha256 } from './merkle.ts';

export interface Summary {
  readonly kind: SummaryKind;
  /** The line's own index, which is also the number of lines it sums up. */
  readonly index: number;
  readonly prev: Uint8Array;
  readonly root: Uint8Array;
  /** Hashes of the complete subtrees, largest first. */
  readonly frontier: readonly Uint8Array[];
  readonly signature: Uint8Array;
  /** Who writes this log; only in a header. */
  readonly origin: Origin | undefined;
}

export interface Origin {
  readonly node: string;
  readonly publicKey: Uint8Array;
}

export type SummaryFault = 'malformed' | 'format';

/**
 * Parses the header or checkpoint in `line` (no newline). `format` says that it is of a version this
 * program does not know.
 */
export function parseSummary(line: Uint8Array): Summary | SummaryFault {
  const layout = layoutOf(line, 0, line.length);
  if (layout === undefined) return 'malformed';
  const kind = summaryKindAt(line, layout.bodyAt);
  const fields = kind === undefined ? undefined : parseFields(line);
  if (kind === undefined || fields === undefined) return 'malformed';
  if (kind === 'header' && fields.get('format') !== auditFormatVersion) return 'format';
  if (!matches(line, line.length - macTailBytes - signatureTailBytes, signatureLead)) {
    return 'malformed';
  }
  return summaryOf(kind, layout.index, fields) ?? 'malformed';
}

/** The bytes that a summary's signature covers. */
export function signedPart(line: Uint8Array): Uint8Array {
  return line.subarray(0, line.length - macTailBytes - signatureTailBytes);
}

/** Whether the root is the one that the frontier gives. */
export function rootAgrees(summary: Summary, sha256: Sha256): boolean {
  const frontier = new MerkleFrontier(sha256, summary.index, summary.frontier);
  return equalBytes(frontier.root(), summary.root);
}

/** Equality of public values. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

function summaryOf(
  kind: SummaryKind,
  index: number,
  fields: ReadonlyMap<string, unknown>,
): Summary | undefined {
  const prev = hashOf(fields.get('prev'));
  const root = hashOf(fields.get('root'));
  const signature = bytesOf(fields.get('signature'), signatureBytes);
  const frontier = frontierOf(fields.get('frontier'), index);
  const origin = kind === 'header' ? originOf(fields) : undefined;
  if (prev === undefined || root === undefined || signature === undefined) return undefined;
  if (frontier === undefined || fields.get('size') !== index) return undefined;
  if (kind === 'header' && origin === undefined) return undefined;
  return { kind, index, prev, root, frontier, signature, origin };
}

function originOf(fields: ReadonlyMap<string, unknown>): Origin | undefined {
  const node = fields.get('node');
  const publicKey = hashOf(fields.get('public_key'));
  if (typeof node !== 'string' || publicKey === undefined) return undefined;
  return { node, publicKey };
}

function frontierOf(value: unknown, size: number): readonly Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length !== onesOf(size)) return undefined;
  const hashes = value.map(hashOf).filter((hash) => hash !== undefined);
  return hashes.length === value.length ? hashes : undefined;
}

function hashOf(value: unknown): Uint8Array | undefined {
  return bytesOf(value, hashBytes);
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length !== 2 * length) return undefined;
  try {
    return decodeHex(value);
  } catch (error) {
    if (isFailure(error, 'encoding.invalid')) return undefined;
    throw error;
  }
}

function parseFields(line: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(utf8Decode(line));
    return new Map(Object.entries(value as object));
  } catch {
    // Neither UTF-8 nor JSON: the caller says so, without quoting what stood there.
    return undefined;
  }
}
