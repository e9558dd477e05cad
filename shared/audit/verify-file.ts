/**
 * Verifies one file of the audit log from its bytes, in one pass and in bounded memory: the chain
 * of hashes, the indexes, the Merkle tree at each checkpoint and header, their signatures, and each
 * record's code when the audit key is given. The bytes may arrive in chunks cut anywhere.
 */
import { equalBytes } from '../equal-bytes.ts';
import { auditLineBytesMax, checkpointLinesMax, macLead, newline } from './format.ts';
import {
  hashMatches,
  type LineLayout,
  layoutOf,
  type SummaryKind,
  summaryKindAt,
} from './layout.ts';
import { lostEndIn } from './lost-end.ts';
import { MerkleFrontier, type Sha256 } from './merkle.ts';
import type { BadRecord, BadWhat } from './report.ts';
import { type Origin, parseSummary, isConsistent, signedPart, type Summary } from './summary.ts';

/** Primitives, injected by the platform that runs the verifier. */
export interface VerifyCrypto {
  readonly sha256: Sha256;
  /** HMAC-SHA-256 under the audit key; undefined when the key is not given. */
  readonly mac: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** Ed25519. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** What a file is checked against and whom it tells. */
export interface FileContext {
  readonly crypto: VerifyCrypto;
  /** The key that the reader trusts, if one was given. */
  readonly trustedKey: Uint8Array | undefined;
  /** Who wrote the files before this one; undefined for the first. */
  readonly origin: Origin | undefined;
  /** The bytes begin inside a file, at a checkpoint: the agent reads back at start. */
  readonly resumes?: boolean;
  /** The smallest size after `size` at which this file is compared with others. */
  nextMark(size: number): number;
  /**
   * Tells the chain as this file has it at a size. Answers what is wrong when another file, or a
   * checkpoint that was kept, says something else.
   */
  mark(size: number, prev: Uint8Array, root: Uint8Array): BadWhat | undefined;
}

const chunkSlack = 65_536;
/** Lost ends of one file that are told. */
const lostEndsMax = 100;

export class FileVerifier {
  readonly #name: string;
  readonly #context: FileContext;
  /** One byte of room in front of the first line, for the prefix of its leaf hash; then bytes. */
  #work = new Uint8Array(1 + chunkSlack);
  #filled = 1;
  /** Offset in the file of `#work[1]`. */
  #base = 0;
  #tree: MerkleFrontier | undefined;
  #prev: Uint8Array = new Uint8Array(0);
  #origin: Origin | undefined;
  #firstIndex: number | undefined;
  #next = 0;
  #nextMark = Number.POSITIVE_INFINITY;
  #uncovered = 0;
  #lostEnds: readonly BadRecord[] = [];
  #bad: BadRecord | undefined;

  constructor(name: string, context: FileContext) {
    this.#name = name;
    this.#context = context;
    this.#origin = context.origin;
  }

  get bad(): BadRecord | undefined {
    return this.#bad;
  }

  /** Good records that say that the log had lost its end. */
  get lostEnds(): readonly BadRecord[] {
    return this.#lostEnds;
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  get firstIndex(): number | undefined {
    return this.#firstIndex;
  }

  get records(): number {
    return this.#firstIndex === undefined ? 0 : this.#next - this.#firstIndex;
  }

  /** Lines of the whole log up to the end of this file. */
  get size(): number {
    return this.#next;
  }

  /** Offset in the file behind the last whole line. */
  get bytes(): number {
    return this.#base;
  }

  get tornBytes(): number {
    return this.#filled - 1;
  }

  /** Records at the end that neither checkpoint nor header covers. */
  get uncovered(): number {
    return this.#uncovered;
  }

  /** The Merkle tree of all lines up to here; undefined before the first line. */
  get tree(): MerkleFrontier | undefined {
    return this.#tree;
  }

  /** Leaf hash of the last line. */
  get prev(): Uint8Array {
    return this.#prev;
  }

  /** Takes the next bytes of the file; copies what it needs. Does nothing once a record was bad. */
  feed(chunk: Uint8Array): void {
    if (this.#bad !== undefined) return;
    this.#makeRoom(chunk.length);
    this.#work.set(chunk, this.#filled);
    const searched = this.#filled;
    this.#filled += chunk.length;
    // A search for the end of a line stops here, and not at old bytes behind.
    this.#work[this.#filled] = newline;
    this.#lines(searched);
  }

  #makeRoom(count: number): void {
    if (this.#filled + count < this.#work.length) return;
    const larger = new Uint8Array(this.#filled + count + chunkSlack);
    larger.set(this.#work.subarray(0, this.#filled));
    this.#work = larger;
  }

  #lines(searched: number): void {
    let start = 1;
    let end = this.#newlineAfter(searched);
    while (end >= 0 && this.#bad === undefined) {
      this.#line(start, end, this.#base + start - 1);
      if (this.#bad === undefined) start = end + 1;
      end = this.#newlineAfter(start);
    }
    this.#work.copyWithin(1, start, this.#filled);
    this.#filled -= start - 1;
    this.#base += start - 1;
    if (this.#bad === undefined && this.#filled > auditLineBytesMax) {
      this.#fail({ kind: 'too-long' }, this.#base);
    }
  }

  #newlineAfter(from: number): number {
    const end = this.#work.indexOf(newline, from);
    return end < this.#filled ? end : -1;
  }

  #line(start: number, end: number, byte: number): void {
    if (end - start >= auditLineBytesMax) return this.#fail({ kind: 'too-long' }, byte);
    const layout = layoutOf(this.#work, start, end);
    if (layout === undefined) return this.#fail({ kind: 'not-a-record' }, byte);
    const kind = summaryKindAt(this.#work, layout.bodyAt);
    const what =
      this.#tree === undefined
        ? this.#first(start, end, layout)
        : (this.#inside(start, layout, kind, end) ?? this.#covered(kind));
    if (what !== undefined) return this.#fail(what, byte);
    if (kind === undefined) this.#noteLostEnd(start, layout.bodyAt, end);
    this.#take(start, end);
    const clash = this.#next === this.#nextMark ? this.#mark() : undefined;
    if (clash !== undefined) this.#failAt(clash, this.#next - 1, byte);
  }

  /** The line at which the chain of this file begins: a header. */
  #first(start: number, end: number, layout: LineLayout): BadWhat | undefined {
    const kind = summaryKindAt(this.#work, layout.bodyAt);
    const begins = kind === 'header' || (kind === 'checkpoint' && this.#context.resumes === true);
    if (kind === undefined || !begins) return { kind: 'no-header' };
    const line = this.#work.subarray(start, end);
    const summary = parseSummary(line);
    if (summary === 'malformed') return { kind: 'summary-malformed', summary: kind };
    if (summary === 'format') return { kind: 'format' };
    this.#firstIndex = summary.index;
    this.#next = summary.index;
    const { sha256 } = this.#context.crypto;
    const what = this.#stranger(summary) ?? this.#unsigned(summary, line);
    if (what !== undefined) return what;
    if (!isConsistent(summary, sha256)) return { kind: 'summary', summary: kind };
    if (!this.#codeMatches(start, layout)) return { kind: 'audit-key' };
    this.#origin ??= summary.origin;
    this.#tree = new MerkleFrontier(sha256, summary.index, summary.frontier);
    this.#prev = summary.prev;
    return this.#mark();
  }

  #inside(
    start: number,
    layout: LineLayout,
    kind: SummaryKind | undefined,
    end: number,
  ): BadWhat | undefined {
    const summary = kind === undefined ? undefined : parseSummary(this.#work.subarray(start, end));
    const stranger = typeof summary === 'object' ? this.#stranger(summary) : undefined;
    if (stranger !== undefined) return stranger;
    if (!this.#codeMatches(start, layout)) return { kind: 'mac' };
    if (layout.index > this.#next) {
      return { kind: 'missing', from: this.#next, to: layout.index - 1 };
    }
    if (layout.index < this.#next) return { kind: 'repeated', found: layout.index };
    if (!hashMatches(this.#work, layout.prevAt, this.#prev)) return { kind: 'prev' };
    if (kind === undefined || summary === undefined) return undefined;
    if (summary === 'format') return { kind: 'format' };
    if (summary === 'malformed') return { kind: 'summary-malformed', summary: kind };
    return this.#summed(summary, this.#work.subarray(start, end));
  }

  #summed(summary: Summary, line: Uint8Array): BadWhat | undefined {
    const unsigned = this.#unsigned(summary, line);
    if (unsigned !== undefined) return unsigned;
    const agrees =
      sameHashes(summary.frontier, this.#tree?.hashes ?? []) &&
      isConsistent(summary, this.#context.crypto.sha256);
    return agrees ? undefined : { kind: 'summary', summary: summary.kind };
  }

  /** Whether a header names another writer than the one this log has. */
  #stranger(summary: Summary): BadWhat | undefined {
    const { origin } = summary;
    if (origin === undefined) return undefined;
    if (this.#origin !== undefined) {
      const same =
        origin.node === this.#origin.node && equalBytes(origin.publicKey, this.#origin.publicKey);
      return same ? undefined : { kind: 'joined', node: origin.node };
    }
    const { trustedKey } = this.#context;
    const trusted = trustedKey === undefined || equalBytes(origin.publicKey, trustedKey);
    return trusted ? undefined : { kind: 'public-key' };
  }

  #unsigned(summary: Summary, line: Uint8Array): BadWhat | undefined {
    const origin = this.#origin ?? summary.origin;
    const signed =
      origin !== undefined &&
      this.#context.crypto.verify(origin.publicKey, signedPart(line), summary.signature);
    return signed ? undefined : { kind: 'signature', summary: summary.kind };
  }

  #codeMatches(start: number, layout: LineLayout): boolean {
    const { mac } = this.#context.crypto;
    if (mac === undefined) return true;
    const code = mac(this.#work.subarray(start, layout.macAt));
    return hashMatches(this.#work, layout.macAt + macLead.length, code);
  }

  #covered(kind: SummaryKind | undefined): BadWhat | undefined {
    this.#uncovered = kind === undefined ? this.#uncovered + 1 : 0;
    return this.#uncovered > checkpointLinesMax ? { kind: 'uncovered' } : undefined;
  }

  #noteLostEnd(start: number, bodyAt: number, end: number): void {
    const lost = lostEndIn(this.#work, start, bodyAt, end);
    if (lost === undefined || this.#lostEnds.length >= lostEndsMax) return;
    const byte = this.#base + start - 1;
    const what = { kind: 'end-lost', ...lost } as const;
    this.#lostEnds = [...this.#lostEnds, { file: this.#name, index: this.#next, byte, what }];
  }

  /** Makes the line a leaf. The byte in front of it, a newline already used, takes the prefix. */
  #take(start: number, end: number): void {
    this.#work[start - 1] = 0x00;
    this.#prev = this.#context.crypto.sha256(this.#work.subarray(start - 1, end));
    this.#tree?.append(this.#prev);
    this.#next += 1;
  }

  #mark(): BadWhat | undefined {
    const root = this.#tree?.root() ?? new Uint8Array(0);
    const clash = this.#context.mark(this.#next, this.#prev, root);
    this.#nextMark = this.#context.nextMark(this.#next);
    return clash;
  }

  #fail(what: BadWhat, byte: number): void {
    this.#failAt(what, this.#firstIndex === undefined ? undefined : this.#next, byte);
  }

  #failAt(what: BadWhat, index: number | undefined, byte: number): void {
    this.#bad = { file: this.#name, index, byte, what };
  }
}

function sameHashes(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((hash, at) => equalBytes(hash, right[at] as Uint8Array))
  );
}
