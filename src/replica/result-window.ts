/**
 * The replicated memory of one proposer: which of its proposals have been applied, and to what
 * result. A proposal that gets lost with a leader is proposed again under the same identity, and a
 * link may repeat it: whatever is in the log twice counts once. The window is part of the state,
 * and so of snapshots: a node that installs one must not apply again what is in it.
 */
import { assert } from '../../shared/assert.ts';
import { ByteReader, frameInvalid } from '../link/byte-reader.ts';
import { ByteWriter } from '../link/byte-writer.ts';
import { incarnationBytes } from '../link/hello.ts';
import type { ProposalHead, ProposalId } from './entry-codec.ts';
import { windowResultsMax } from './limits.ts';

/** What the proposer is told, without what it read. */
export interface WindowResult {
  readonly succeeded: boolean;
  readonly revision: number;
  readonly clusterTimeMs: number;
}

/** What becomes of a proposal. Only `new` is applied. */
export type Judgement =
  | 'new'
  | 'repeated'
  | 'answered'
  | 'older-start'
  /** Two starts have this counter, and the other one was first: of this one nothing counts. */
  | 'other-start'
  | 'out-of-window';

const resultBytes = 25;

export class ResultWindow {
  /** The newest start of the node that was seen. Rises only. */
  #start = 0;
  /** Of the node's data folder; empty until it was told. */
  #incarnation: Uint8Array = new Uint8Array();
  /** Of the start; 0 before the first. */
  #nonce = 0;
  /** Sequences below it are answered: void where they come again. Rises within a start. */
  #lowest = 1;
  /** By sequence. Invariant: each is in [lowest, lowest + windowResultsMax). */
  #results = new Map<number, WindowResult>();
  /** As bytes, until something changes: most windows of a state have not since the last look. */
  #encoded: Uint8Array<ArrayBuffer> | undefined;

  get start(): number {
    return this.#start;
  }

  get incarnation(): Uint8Array {
    return this.#incarnation;
  }

  get nonce(): number {
    return this.#nonce;
  }

  get size(): number {
    return this.#results.size;
  }

  resultOf({ start, nonce, sequence }: Omit<ProposalId, 'node'>): WindowResult | undefined {
    const isThisStart = start === this.#start && nonce === this.#nonce;
    return isThisStart ? this.#results.get(sequence) : undefined;
  }

  /** A copy to change: an apply that fails leaves the window before it. */
  clone(): ResultWindow {
    const copy = new ResultWindow();
    copy.#start = this.#start;
    copy.#incarnation = this.#incarnation;
    copy.#nonce = this.#nonce;
    copy.#lowest = this.#lowest;
    copy.#results = new Map(this.#results);
    copy.#encoded = this.#encoded;
    return copy;
  }

  /** Judges the next proposal of the node in the log, and moves on to its start and lowest. */
  judge({ start, nonce, sequence, lowest }: ProposalHead): Judgement {
    this.#encoded = undefined;
    if (start < this.#start) return 'older-start';
    if (start > this.#start) this.#begin(start, nonce);
    if (nonce !== this.#nonce) return 'other-start';
    this.#raiseLowest(lowest);
    if (sequence < this.#lowest) return 'answered';
    if (this.#results.has(sequence)) return 'repeated';
    return sequence >= this.#lowest + windowResultsMax ? 'out-of-window' : 'new';
  }

  /** Keeps the result of a proposal that was judged `new`. */
  record(sequence: number, result: WindowResult): void {
    this.#encoded = undefined;
    assert(sequence >= this.#lowest, 'what is answered has no result');
    assert(!this.#results.has(sequence), 'a proposal has one result');
    this.#results.set(sequence, result);
    assert(this.#results.size <= windowResultsMax, 'a window has its limit');
  }

  /** Takes down where it started; false if the cluster knows the node with another folder. */
  tellFolder(incarnation: Uint8Array): boolean {
    if (this.#incarnation.some((byte, at) => byte !== incarnation[at])) return false;
    this.#encoded = undefined;
    this.#incarnation = incarnation;
    return true;
  }

  /**
   * start u53 | lowest u53 | incarnation length u8, bytes | nonce u53 | results u32, each:
   * sequence u53, succeeded u8, revision u53, cluster time u53
   *
   * Not to be changed: the bytes are the window's own.
   */
  encode(): Uint8Array<ArrayBuffer> {
    this.#encoded ??= this.#encode();
    return this.#encoded;
  }

  #encode(): Uint8Array<ArrayBuffer> {
    const writer = new ByteWriter(64 + this.#results.size * resultBytes);
    writer.u53(this.#start).u53(this.#lowest);
    writer.u8(this.#incarnation.length).raw(this.#incarnation).u53(this.#nonce);
    writer.u32(this.#results.size);
    // Sorted: every node writes the same bytes, whatever the order in which it came to them.
    for (const [sequence, result] of [...this.#results].toSorted(([a], [b]) => a - b)) {
      writer.u53(sequence).u8(Number(result.succeeded));
      writer.u53(result.revision).u53(result.clusterTimeMs);
    }
    return writer.finish();
  }

  /** Throws `link.frame-invalid` for what is no window. */
  static decode(bytes: Uint8Array): ResultWindow {
    const reader = new ByteReader(bytes);
    const window = new ResultWindow();
    window.#start = reader.u53();
    window.#lowest = reader.u53();
    const length = reader.u8();
    if (length !== 0 && length !== incarnationBytes) throw frameInvalid('an incarnation is cut');
    window.#incarnation = reader.raw(length);
    window.#nonce = reader.u53();
    const results = reader.list(resultBytes, (): readonly [number, WindowResult] => {
      const sequence = reader.u53();
      const [succeeded, revision, clusterTimeMs] = [reader.flag(), reader.u53(), reader.u53()];
      return [sequence, { succeeded, revision, clusterTimeMs }];
    });
    reader.end();
    if (results.length > windowResultsMax) throw frameInvalid('a window has too many results');
    window.#results = new Map(results);
    return window;
  }

  #begin(start: number, nonce: number): void {
    this.#start = start;
    this.#nonce = nonce;
    this.#lowest = 1;
    this.#results = new Map();
  }

  #raiseLowest(lowest: number): void {
    const from = this.#lowest;
    if (lowest <= from) return;
    this.#lowest = lowest;
    // Whichever is shorter: the sequences passed over, or the results.
    if (lowest - from <= this.#results.size) {
      for (let sequence = from; sequence < lowest; sequence += 1) this.#results.delete(sequence);
    } else {
      for (const sequence of this.#results.keys()) {
        if (sequence < lowest) this.#results.delete(sequence);
      }
    }
  }
}
