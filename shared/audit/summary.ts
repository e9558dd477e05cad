/**
 * Headers and checkpoints, parsed: the lines at which a reader may begin. Parsing is strict, and
 * what is signed are the line's bytes, so no two texts mean the same summary.
 */
import { decodeHex } from '../encoding/hex.ts';
import { utf8Decode } from '../encoding/utf8.ts';
import { equalBytes } from '../equal-bytes.ts';
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
  /** The number of lines that it says it sums up. */
  readonly size: number;
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

/** A node's id is printed in sentences: no control characters, nothing a terminal obeys. */
const nodePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export type SummaryFault = 'malformed' | 'format';

/**
 * Parses the header or checkpoint in `line` (no newline). `format` says that it is of a version
 * this program does not know.
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

/** Whether size, frontier and root are of one tree, that of the lines before this one. */
export function isConsistent(summary: Summary, sha256: Sha256): boolean {
  const { index, size, frontier, root } = summary;
  if (size !== index || frontier.length !== onesOf(index)) return false;
  return equalBytes(new MerkleFrontier(sha256, index, frontier).root(), root);
}

function summaryOf(
  kind: SummaryKind,
  index: number,
  fields: ReadonlyMap<string, unknown>,
): Summary | undefined {
  const prev = hashOf(fields.get('prev'));
  const root = hashOf(fields.get('root'));
  const signature = bytesOf(fields.get('signature'), signatureBytes);
  const frontier = frontierOf(fields.get('frontier'));
  const size = fields.get('size');
  const origin = kind === 'header' ? originOf(fields) : undefined;
  if (prev === undefined || root === undefined || signature === undefined) return undefined;
  if (frontier === undefined || typeof size !== 'number') return undefined;
  if (kind === 'header' && origin === undefined) return undefined;
  return { kind, index, prev, size, root, frontier, signature, origin };
}

function originOf(fields: ReadonlyMap<string, unknown>): Origin | undefined {
  const node = fields.get('node');
  const publicKey = hashOf(fields.get('public_key'));
  if (typeof node !== 'string' || !nodePattern.test(node)) return undefined;
  if (publicKey === undefined) return undefined;
  return { node, publicKey };
}

function frontierOf(value: unknown): readonly Uint8Array[] | undefined {
  if (!Array.isArray(value)) return undefined;
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
