/**
 * Verifies an audit log that lies in one or many files, of one or several devices: each file by
 * itself (`verify-file.ts`), then what lies between them. Files come in the order of their first
 * records. Where two files begin, end or overlap, their chains are compared; equal hashes there
 * mean equal records before, so nothing but the hashes at those few places is remembered.
 *
 * Use: make it with a look at the head and tail of each file; for each position in `order`,
 * `begin`, `feed` the file's bytes, `end`; then `finish`.
 */
import { assert } from '../assert.ts';
import { encodeHex } from '../encoding/hex.ts';
import { equalBytes } from '../equal-bytes.ts';
import { newline } from './format.ts';
import { claimedIndex } from './layout.ts';
import { leafHash } from './merkle.ts';
import type { BadRecord, BadWhat, Gap, VerifiedFile, VerifyReport } from './report.ts';
import { badSentence, goodSentence, noteSentences } from './sentences.ts';
import { type Origin, parseSummary, isConsistent, signedPart, type Summary } from './summary.ts';
import { type FileContext, FileVerifier, type VerifyCrypto } from './verify-file.ts';

/** A first look at a file: enough of both ends to see the first and the last index. */
export interface FilePeek {
  readonly name: string;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

export interface LogOptions {
  readonly crypto: VerifyCrypto;
  /** Ed25519 public key that the reader trusts (32 bytes). */
  readonly trustedKey?: Uint8Array;
  /** A checkpoint (or header) line kept elsewhere, without newline. */
  readonly kept?: { readonly name: string; readonly line: Uint8Array };
}

/** The chain at a size: hash of the line before, root of all lines before. */
interface Mark {
  readonly prev: Uint8Array;
  readonly root: Uint8Array;
  readonly file: string;
}

export class LogVerifier {
  readonly #options: LogOptions;
  readonly #peeks: readonly FilePeek[];
  /** Positions in the list of peeks, in the order in which the files must be fed. */
  readonly order: readonly number[];
  /** Sizes at which files are compared, ascending. */
  readonly #points: readonly number[];
  readonly #marks = new Map<number, Mark>();
  readonly #kept: Summary | undefined;
  readonly #done: Done[] = [];
  #current: FileVerifier | undefined;
  #name = '';
  #origin: Origin | undefined;
  #bad: BadRecord | undefined;

  constructor(peeks: readonly FilePeek[], options: LogOptions) {
    this.#options = options;
    this.#peeks = peeks;
    this.order = orderOf(peeks);
    const kept = options.kept === undefined ? undefined : parseSummary(options.kept.line);
    this.#kept = typeof kept === 'object' ? kept : undefined;
    this.#points = pointsOf(peeks, this.#kept);
  }

  /** Records that were good so far, in all files. */
  get records(): number {
    const done = this.#done.reduce((sum, { file }) => sum + file.records, 0);
    return done + (this.#current?.records ?? 0);
  }

  /** Whether a record was bad: the rest of the files need not be read. */
  get failed(): boolean {
    return this.#bad !== undefined;
  }

  /** Begins the file at a position of the list of peeks. Files behind a bad record are not read. */
  begin(position: number): void {
    assert(this.#current === undefined, 'one file at a time');
    if (this.failed) return;
    this.#name = this.#peeks[position]?.name ?? '';
    this.#current = new FileVerifier(this.#name, this.#context());
  }

  /** The next bytes of the file; they are copied. */
  feed(chunk: Uint8Array): void {
    this.#current?.feed(chunk);
    this.#bad ??= this.#current?.bad;
  }

  end(): void {
    const verifier = this.#current;
    if (verifier === undefined) return;
    const { firstIndex, records, bytes } = verifier;
    const tornBytes = this.failed ? 0 : verifier.tornBytes;
    const file = { name: this.#name, firstIndex, records, bytes: bytes + tornBytes, tornBytes };
    this.#done.push({ file, verifier });
    this.#origin ??= verifier.origin;
    this.#current = undefined;
  }

  finish(): VerifyReport {
    const read = this.#done.filter(({ file }) => file.records > 0);
    const last = furthest(read);
    const gaps = gapsOf(read);
    const problems = [...this.#problems(last, gaps)].sort(
      (left, right) => (left.index ?? -1) - (right.index ?? -1),
    );
    const firstBad = problems[0];
    const files = this.#done.map(({ file }) => file);
    const head = firstBad === undefined && last !== undefined ? this.#head(last) : undefined;
    const sentence =
      firstBad === undefined && head !== undefined
        ? goodSentence(firstOf(read), head, files.length)
        : badSentence(firstBad ?? nothing);
    return {
      ok: firstBad === undefined,
      sentence,
      notes: [...problems.slice(1).map(badSentence), ...this.#notes(read, last, gaps)],
      records: files.reduce((sum, { records }) => sum + records, 0),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      files,
      firstBad,
      gaps,
      unsignedTail: last?.uncovered ?? 0,
      head,
    };
  }

  #context(): FileContext {
    const points = this.#points;
    return {
      crypto: this.#options.crypto,
      trustedKey: this.#options.trustedKey,
      origin: this.#origin,
      nextMark: (size) => firstAbove(points, size),
      mark: (size, prev, root) => this.#mark(size, { prev, root, file: this.#name }),
    };
  }

  #mark(size: number, mark: Mark): BadWhat | undefined {
    if (this.#kept !== undefined && size === this.#kept.index + 1 && this.#keptSigned()) {
      if (!equalBytes(mark.prev, this.#keptLeaf())) return { kind: 'kept-differs' };
    }
    const other = this.#marks.get(size);
    if (other === undefined) this.#marks.set(size, mark);
    if (other === undefined) return undefined;
    if (equalBytes(other.prev, mark.prev) && equalBytes(other.root, mark.root)) return undefined;
    const ended = this.#done.find(({ file }) => file.name === other.file)?.verifier.size === size;
    const begins = this.#current?.firstIndex === size && this.#current.records === 0;
    return ended && begins ? { kind: 'prev' } : { kind: 'fork', other: other.file };
  }

  *#problems(last: FileVerifier | undefined, gaps: readonly Gap[]): Iterable<BadRecord> {
    if (this.#bad !== undefined) yield this.#bad;
    else if (last === undefined) yield nothing;
    for (const { from, to, before, after } of gaps) {
      const what = { kind: 'gap', from, to, next: after.name } as const;
      yield { file: before.name, index: from, byte: before.bytes - before.tornBytes, what };
    }
    yield* this.#lostEnds();
    if (last === undefined || this.#options.kept === undefined) return;
    if (this.#kept === undefined || !this.#keptSigned()) {
      const file = this.#options.kept.name;
      yield { file, index: undefined, byte: 0, what: { kind: 'kept-bad' } };
    } else if (this.#bad === undefined && this.#kept.index >= last.size) {
      const what = { kind: 'kept-lost', kept: this.#kept.index } as const;
      const file = this.#done.find(({ verifier }) => verifier === last)?.file.name ?? '';
      yield { file, index: last.size, byte: last.bytes, what };
    }
  }

  /** Each once, however many devices have the record. */
  *#lostEnds(): Iterable<BadRecord> {
    const told = new Set<number | undefined>();
    for (const bad of this.#done.flatMap(({ verifier }) => verifier.lostEnds)) {
      if (!told.has(bad.index)) yield bad;
      told.add(bad.index);
    }
  }

  *#notes(
    read: readonly Done[],
    last: FileVerifier | undefined,
    gaps: readonly Gap[],
  ): Iterable<string> {
    if (this.failed) return;
    for (const { file } of this.#done) {
      if (file.tornBytes > 0) yield noteSentences.torn(file.name, file.tornBytes);
      else if (file.records === 0) yield noteSentences.empty(file.name);
    }
    if (last === undefined) return;
    for (const { before } of gaps) {
      const count = this.#done.find(({ file }) => file === before)?.verifier.uncovered ?? 0;
      if (count > 0) yield noteSentences.unsignedBeforeGap(before.name, count);
    }
    const first = firstOf(read);
    if (first > 0) yield noteSentences.older(first);
    yield* this.#keptNotes(first);
    if (last.uncovered > 0) yield noteSentences.unsigned(last.uncovered);
    const { trustedKey, crypto } = this.#options;
    if (trustedKey === undefined && this.#origin !== undefined) {
      yield noteSentences.ownKey(encodeHex(this.#origin.publicKey));
    }
    if (crypto.mac === undefined) yield noteSentences.noAuditKey;
  }

  *#keptNotes(first: number): Iterable<string> {
    if (this.#kept === undefined || !this.#keptSigned()) return;
    const { index } = this.#kept;
    if (index < first) yield noteSentences.keptOlder(index);
    else if (this.#marks.has(index + 1)) yield noteSentences.keptFound(index);
  }

  #head(last: FileVerifier): VerifyReport['head'] {
    const origin = this.#origin;
    assert(origin !== undefined && last.tree !== undefined, 'a file with records has an origin');
    return {
      node: origin.node,
      size: last.size,
      root: encodeHex(last.tree.root()),
      publicKey: encodeHex(origin.publicKey),
    };
  }

  #keptSigned(): boolean {
    const origin = this.#origin ?? this.#current?.origin;
    const line = this.#options.kept?.line;
    if (origin === undefined || this.#kept === undefined || line === undefined) return false;
    const { crypto } = this.#options;
    return (
      isConsistent(this.#kept, crypto.sha256) &&
      crypto.verify(origin.publicKey, signedPart(line), this.#kept.signature)
    );
  }

  #keptLeaf(): Uint8Array {
    const line = this.#options.kept?.line ?? new Uint8Array(0);
    return leafHash(this.#options.crypto.sha256, line);
  }
}

function orderOf(peeks: readonly FilePeek[]): readonly number[] {
  const firsts = peeks.map(({ head }) => claimedIndex(head) ?? Number.POSITIVE_INFINITY);
  return peeks
    .map((_, position) => position)
    .sort((left, right) => {
      const [a, b] = [firsts[left] ?? 0, firsts[right] ?? 0];
      return a === b ? left - right : a - b;
    });
}

function pointsOf(peeks: readonly FilePeek[], kept: Summary | undefined): readonly number[] {
  const points = new Set<number>();
  for (const { head, tail } of peeks) {
    const first = claimedIndex(head);
    if (first !== undefined) points.add(first);
    const last = lastIndexIn(tail);
    if (last !== undefined) points.add(last + 1);
  }
  if (kept !== undefined) points.add(kept.index + 1);
  return [...points].sort((left, right) => left - right);
}

/** The index of the last whole line that lies in `tail` with the newline before it. */
function lastIndexIn(tail: Uint8Array): number | undefined {
  const end = tail.lastIndexOf(newline);
  const before = end <= 0 ? -1 : tail.lastIndexOf(newline, end - 1);
  return before < 0 ? undefined : claimedIndex(tail.subarray(before + 1, end));
}

function firstAbove(points: readonly number[], size: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] ?? 0) > size) high = middle;
    else low = middle + 1;
  }
  return points[low] ?? Number.POSITIVE_INFINITY;
}

const nothing: BadRecord = { file: '', index: undefined, byte: 0, what: { kind: 'nothing' } };

function firstOf(read: readonly Done[]): number {
  return read[0]?.file.firstIndex ?? 0;
}

type Done = { readonly file: VerifiedFile; readonly verifier: FileVerifier };

function furthest(read: readonly Done[]): FileVerifier | undefined {
  let last: FileVerifier | undefined;
  for (const { verifier } of read) {
    if (last === undefined || verifier.size > last.size) last = verifier;
  }
  return last;
}

function gapsOf(read: readonly Done[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let reach: Done | undefined;
  for (const done of read) {
    const first = done.file.firstIndex ?? 0;
    if (reach !== undefined && first > reach.verifier.size) {
      const [from, to] = [reach.verifier.size, first - 1];
      gaps.push({ from, to, before: reach.file, after: done.file });
    }
    if (reach === undefined || done.verifier.size > reach.verifier.size) reach = done;
  }
  return gaps;
}
