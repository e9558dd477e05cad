/**
 * Writes the lines of the chain (shared/audit/format.ts) into memory: numbers, links, codes and
 * summaries. It keeps what the next line needs (index, hash of the last line, Merkle frontier) and
 * forgets the lines as soon as they are taken.
 */
import { assert } from '../../shared/assert.ts';
import {
  auditFormatVersion,
  auditLineBytesMax,
  hashHexBytes,
  indexDigitsMax,
  indexLead,
  lineTail,
  macLead,
  macTailBytes,
  newline,
  prevLead,
  signatureLead,
  signatureTailBytes,
} from '../../shared/audit/format.ts';
import { writeHash } from '../../shared/audit/layout.ts';
import type { MerkleFrontier } from '../../shared/audit/merkle.ts';
import { encodeHex } from '../../shared/encoding/hex.ts';
import { utf8Length } from '../../shared/encoding/utf8.ts';
import type { AuditCrypto } from './crypto.ts';

/** Where a chain stands: everything the next line depends on. */
export interface ChainState {
  /** Leaf hash of the last line; 32 zeros before the first. */
  readonly prev: Uint8Array;
  /** The tree of all lines so far; its size is the next index. The writer takes it over. */
  readonly tree: MerkleFrontier;
  /** Lines at the end that no summary covers. */
  readonly uncovered: number;
}

/** Bytes of a line besides its own fields, at most. */
const lineFrameBytes =
  indexLead.length + indexDigitsMax + prevLead.length + hashHexBytes + 2 + macTailBytes + 1;

const utf8BytesPerUnitMax = 3;
const comma = 0x2c;
const firstWorkBytes = 65_536;
/** A larger work area, grown for one large record, is given back. */
const keptWorkBytes = 1_048_576;
const encoder = new TextEncoder();

/** Whether the JSON text of a record's fields fits in a line that a reader takes. */
export function fitsInLine(text: string): boolean {
  const roomBytes = auditLineBytesMax - lineFrameBytes;
  if (text.length * utf8BytesPerUnitMax <= roomBytes) return true;
  return text.length <= roomBytes && utf8Length(text) <= roomBytes;
}

export class ChainWriter {
  readonly #crypto: AuditCrypto;
  readonly #node: string;
  readonly #tree: MerkleFrontier;
  #prev: Uint8Array;
  #uncovered: number;
  /** One byte of room in front of the first line, for the prefix of its leaf hash; then lines. */
  #work = new Uint8Array(firstWorkBytes);
  #filled = 1;
  #summary: Uint8Array | undefined;

  constructor(crypto: AuditCrypto, node: string, state: ChainState) {
    this.#crypto = crypto;
    this.#node = node;
    this.#tree = state.tree;
    this.#prev = state.prev;
    this.#uncovered = state.uncovered;
  }

  /** Index of the next line. */
  get next(): number {
    return this.#tree.size;
  }

  /** Lines at the end that no checkpoint or header covers. */
  get uncovered(): number {
    return this.#uncovered;
  }

  /** Bytes of the lines that were not taken yet. */
  get bytes(): number {
    return this.#filled - 1;
  }

  /** Adds a record from the JSON text of its fields, with the braces. Returns its index. */
  record(text: string): number {
    const start = this.#begin(text.length);
    this.#fields(text);
    this.#uncovered += 1;
    return this.#end(start);
  }

  /** Adds a checkpoint over all lines so far. `time` is RFC 3339. */
  checkpoint(time: string): number {
    return this.#summarize({ type: 'checkpoint', time });
  }

  /** Adds a header: a checkpoint that says who writes, at which a file may begin. */
  header(time: string): number {
    return this.#summarize({
      type: 'header',
      time,
      format: auditFormatVersion,
      node: this.#node,
      public_key: encodeHex(this.#crypto.publicKey),
    });
  }

  /** The lines since the last call, in an array of their own. */
  take(): Uint8Array<ArrayBuffer> {
    const lines = this.#work.slice(1, this.#filled);
    this.#filled = 1;
    if (this.#work.length > keptWorkBytes) this.#work = new Uint8Array(firstWorkBytes);
    return lines;
  }

  /** The newest checkpoint or header written since the last call, without newline. */
  takeSummary(): Uint8Array | undefined {
    const summary = this.#summary;
    this.#summary = undefined;
    return summary;
  }

  #summarize(lead: object): number {
    const { size, hashes } = this.#tree;
    const body = {
      ...lead,
      size,
      root: encodeHex(this.#tree.root()),
      frontier: hashes.map(encodeHex),
    };
    const text = JSON.stringify(body);
    const start = this.#begin(text.length + signatureTailBytes);
    this.#fields(text);
    const signature = this.#crypto.sign(this.#work.subarray(start, this.#filled));
    this.#ascii(signatureLead);
    this.#hash(signature);
    this.#ascii('"');
    this.#uncovered = 0;
    const index = this.#end(start);
    this.#summary = this.#work.slice(start, this.#filled - 1);
    return index;
  }

  /** Makes room, writes index and link; returns where the line begins. */
  #begin(textUnits: number): number {
    this.#makeRoom(lineFrameBytes + textUnits * utf8BytesPerUnitMax);
    const start = this.#filled;
    this.#ascii(indexLead);
    this.#ascii(String(this.#tree.size));
    this.#ascii(prevLead);
    this.#hash(this.#prev);
    this.#ascii('"');
    return start;
  }

  /** Writes code and newline, and makes the line a leaf. Returns its index. */
  #end(start: number): number {
    const code = this.#crypto.mac(this.#work.subarray(start, this.#filled));
    this.#ascii(macLead);
    this.#hash(code);
    this.#ascii(lineTail);
    const end = this.#filled;
    assert(end + 1 - start <= auditLineBytesMax, 'a line is not longer than a reader takes');
    this.#work[end] = newline;
    this.#filled = end + 1;
    return this.#link(start, end);
  }

  #link(start: number, end: number): number {
    const index = this.#tree.size;
    // The byte in front of the line is the newline before it (or the spare byte): for a moment it
    // is the prefix of a leaf, so that nothing is copied.
    this.#work[start - 1] = 0x00;
    this.#prev = this.#crypto.sha256(this.#work.subarray(start - 1, end));
    this.#work[start - 1] = newline;
    this.#tree.append(this.#prev);
    return index;
  }

  /** The fields of a record from its JSON text, as further fields of the line. */
  #fields(text: string): void {
    const start = this.#filled;
    this.#filled += encoder.encodeInto(text, this.#work.subarray(start)).written - 1;
    this.#work[start] = comma;
  }

  /** A few characters: one by one they cost less than a call of the encoder. */
  #ascii(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      this.#work[this.#filled + index] = text.charCodeAt(index);
    }
    this.#filled += text.length;
  }

  #hash(hash: Uint8Array): void {
    writeHash(this.#work, this.#filled, hash);
    this.#filled += 2 * hash.length;
  }

  #makeRoom(bytes: number): void {
    if (this.#filled + bytes <= this.#work.length) return;
    const larger = new Uint8Array(2 * (this.#filled + bytes));
    larger.set(this.#work.subarray(0, this.#filled));
    this.#work = larger;
  }
}
