/**
 * Pages of this node's audit log as raw lines, from its files. Where a record lies is found by
 * bisection: indexes ascend, and each line begins with its own. Nothing is judged here: a verifier
 * wants the bytes as they are, tampered ones too.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { indexDigitsMax, indexLead, newline } from '../../shared/audit/format.ts';
import { claimedIndex } from '../../shared/audit/layout.ts';
import { auditReadBytesMax } from '../../shared/control/limits.ts';
import { utf8Decode } from '../../shared/encoding/utf8.ts';
import { failure } from '../../shared/errors/failure.ts';
import { closedFiles } from '../audit/archive.ts';
import { systemErrorCode } from '../system-error.ts';
import { auditReadChunkBytes, auditUnclaimedLinesMax } from './limits.ts';

/** Opening a FIFO waits for who writes to it, unless told otherwise. */
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Enough of a line to read its index. */
const headBytes = indexLead.length + indexDigitsMax + 1;

export interface AuditPage {
  /** Without their newlines; empty at the end of the log. */
  readonly lines: readonly string[];
  /** Index after the last line given. */
  readonly next: number;
}

export interface PageRequest {
  /** Index of the first record that is wanted. */
  readonly from: number;
  readonly lines: number;
}

/** Whole lines from that record on, as many as asked for and as one page holds. */
export async function readAuditPage(path: string, request: PageRequest): Promise<AuditPage> {
  const page = new PageBuilder(request);
  for (const file of await logFiles(path, request.from)) {
    if (page.full) break;
    await readFile(file, page);
  }
  return page.finish();
}

/**
 * Takes lines in the order of the log. Where a line stands is told by the lines before it, not by
 * what it claims: a record that was given another number is shown in its place, once.
 */
class PageBuilder {
  readonly #linesMax: number;
  readonly #lines: string[] = [];
  #bytes = 0;
  /** Of the next line that comes; undefined until one has claimed its own. */
  #position: number | undefined;
  next: number;
  full = false;

  constructor({ from, lines }: PageRequest) {
    this.next = from;
    this.#linesMax = lines;
    this.#position = from === 0 ? 0 : undefined;
  }

  /** Takes a line unless it lies before what is wanted, or the page is full. */
  add(line: Uint8Array): void {
    if (this.full) return;
    const position = this.#positionOf(line);
    if (position === undefined || position < this.next) return;
    if (line.length > auditReadBytesMax) return this.endBefore(position);
    this.full = this.#bytes + line.length > auditReadBytesMax;
    if (this.full) return;
    this.#bytes += line.length;
    this.#lines.push(text(line));
    this.next = position + 1;
    this.full = this.#lines.length >= this.#linesMax;
  }

  /** No page holds what follows. Throws `control.audit-line-too-large` if nothing comes before. */
  endBefore(index: number): void {
    if (this.#lines.length === 0) throw failure('control.audit-line-too-large', { index });
    this.full = true;
  }

  finish(): AuditPage {
    return { lines: this.#lines, next: this.next };
  }

  /** Indexes may be missing where no device could write; none goes back. */
  #positionOf(line: Uint8Array): number | undefined {
    const claimed = claimedIndex(line);
    const position =
      this.#position === undefined ? claimed : Math.max(this.#position, claimed ?? 0);
    if (position !== undefined) this.#position = position + 1;
    return position;
  }
}

/** A tampered line may be no UTF-8: it is shown with replacements, and fails its verification. */
function text(line: Uint8Array): string {
  try {
    return utf8Decode(line);
  } catch {
    return Buffer.from(line).toString('utf8');
  }
}

/** The files that may hold records from that index on, in order; the active one is the last. */
async function logFiles(path: string, from: number): Promise<readonly string[]> {
  const closed = await closedFiles(path);
  const start = closed.findLastIndex(({ firstIndex }) => firstIndex <= from);
  return [...closed.slice(Math.max(0, start)).map((file) => file.path), path];
}

/**
 * A file that was removed or renamed meanwhile is looked for by whoever asks next. A link or a FIFO
 * in its place is no file of ours: a verifier names the gap.
 */
async function readFile(path: string, page: PageBuilder): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, readFlags);
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes(systemErrorCode(error) ?? '')) return;
    throw error;
  }
  try {
    if (!(await file.stat()).isFile()) return;
    await readLines(file, await findStart(file, page.next), page);
  } finally {
    await file.close();
  }
}

/** Offset of a line at or before the first one with that index. */
async function findStart(file: FileHandle, index: number): Promise<number> {
  let low = 0;
  let high = (await file.stat()).size;
  while (high - low > auditReadChunkBytes) {
    const middle = low + Math.floor((high - low) / 2);
    const line = await lineAfter(file, middle, high);
    if (line === undefined || line.index >= index) high = middle;
    else low = line.start;
  }
  return low;
}

interface FoundLine {
  readonly start: number;
  readonly index: number;
}

/**
 * The first line that begins after an offset, before `end`, and claims an index. Undefined also
 * where too many in a row claim none: then the search goes on before them.
 */
async function lineAfter(
  file: FileHandle,
  offset: number,
  end: number,
): Promise<FoundLine | undefined> {
  const chunk = Buffer.alloc(auditReadChunkBytes);
  let unclaimed = 0;
  for (let at = offset; at < end && unclaimed <= auditUnclaimedLinesMax; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return undefined;
    const lineEnd = chunk.subarray(0, bytesRead).indexOf(newline);
    at += lineEnd < 0 ? bytesRead : lineEnd + 1;
    if (lineEnd < 0) continue;
    const index = at < end ? await indexAt(file, at) : undefined;
    if (index !== undefined) return { start: at, index };
    unclaimed += 1;
  }
  return undefined;
}

async function indexAt(file: FileHandle, start: number): Promise<number | undefined> {
  const head = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(head, 0, head.length, start);
  return claimedIndex(head.subarray(0, bytesRead));
}

/** Adds whole lines from an offset on; what stands behind the last newline is being written. */
async function readLines(file: FileHandle, offset: number, page: PageBuilder): Promise<void> {
  let rest: Uint8Array = new Uint8Array();
  for (let at = offset; !page.full; ) {
    const chunk = Buffer.alloc(auditReadChunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    rest = addLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]), page);
    // A file that has lost its newlines must not be read whole into memory.
    if (rest.length > auditReadBytesMax && !page.full) page.endBefore(page.next);
  }
}

/** Returns what is no whole line yet. */
function addLines(bytes: Uint8Array, page: PageBuilder): Uint8Array {
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    page.add(bytes.subarray(start, end));
    start = end + 1;
  }
  return bytes.subarray(start);
}
