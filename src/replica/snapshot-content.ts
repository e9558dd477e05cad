/**
 * The sender's side of a snapshot's bytes: chunks of an open export, one after another. The chunk
 * that was made last can be had again; for anything before it, the content begins anew.
 */
import { assert } from '../../shared/assert.ts';
import { hashBytes } from '../link/peer-frame.ts';
import type { StateExport } from '../ports/state-storage.ts';
import type { Hash } from './digest.ts';
import { snapshotChunkBytes, snapshotPageBytesMax } from './limits.ts';
import { encodeItem } from './snapshot-codec.ts';

export interface Chunk {
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly last: boolean;
  readonly chain: Uint8Array;
}

export type ChunkDone = (
  made: { readonly ok: true; readonly chunk: Chunk } | { readonly ok: false; reason: unknown },
) => void;

/** The hash of the chain before the first chunk. */
export const chainStart: Uint8Array = new Uint8Array(hashBytes);

/** The chain goes on with a chunk: it depends on every byte so far. */
export function nextChain(hash: Hash, chain: Uint8Array, bytes: Uint8Array): Uint8Array {
  const joined = new Uint8Array(chain.length + bytes.length);
  joined.set(chain);
  joined.set(bytes, chain.length);
  return hash(joined);
}

export class SnapshotContent {
  readonly #source: StateExport;
  readonly #hash: Hash;
  /** Encoded and not yet in a chunk. */
  #buffer: Uint8Array[] = [];
  #bufferBytes = 0;
  #after: string | undefined;
  #isComplete = false;
  #nextOffset = 0;
  #chain = chainStart;
  #lastChunk: Chunk | undefined;
  #isBusy = false;

  constructor(source: StateExport, hash: Hash) {
    this.#source = source;
    this.#hash = hash;
  }

  /** Makes the chunk at the offset; one at a time. Offsets in between begin the content anew. */
  chunkAt(offset: number, done: ChunkDone): void {
    assert(!this.#isBusy, 'one chunk is made at a time');
    if (this.#lastChunk?.offset === offset) return done({ ok: true, chunk: this.#lastChunk });
    if (offset !== this.#nextOffset) this.#beginAnew();
    this.#isBusy = true;
    this.#fill(done);
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  #beginAnew(): void {
    this.#buffer = [];
    this.#bufferBytes = 0;
    this.#after = undefined;
    this.#isComplete = false;
    this.#nextOffset = 0;
    this.#chain = chainStart;
    this.#lastChunk = undefined;
  }

  #fill(done: ChunkDone): void {
    if (this.#isComplete || this.#bufferBytes >= snapshotChunkBytes) return this.#cut(done);
    this.#source.entriesAfter(this.#after, snapshotPageBytesMax, (read) => {
      if (!read.ok) {
        this.#isBusy = false;
        return done({ ok: false, reason: read.reason });
      }
      const { entries, more } = read.value;
      for (const entry of entries) this.#push(encodeItem({ kind: 'entry', entry }));
      this.#after = entries.at(-1)?.key ?? this.#after;
      if (!more) this.#pushEnd();
      this.#fill(done);
    });
  }

  #pushEnd(): void {
    for (const name of this.#source.recordNames()) {
      const bytes = this.#source.record(name);
      if (bytes !== undefined) this.#push(encodeItem({ kind: 'record', name, bytes }));
    }
    this.#push(encodeItem({ kind: 'end' }));
    this.#isComplete = true;
  }

  #push(bytes: Uint8Array): void {
    this.#buffer.push(bytes);
    this.#bufferBytes += bytes.length;
  }

  #cut(done: ChunkDone): void {
    const joined = new Uint8Array(this.#bufferBytes);
    let at = 0;
    for (const bytes of this.#buffer) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    const bytes = joined.slice(0, snapshotChunkBytes);
    const rest = joined.slice(bytes.length);
    this.#buffer = rest.length === 0 ? [] : [rest];
    this.#bufferBytes = rest.length;
    this.#chain = nextChain(this.#hash, this.#chain, bytes);
    const last = this.#isComplete && rest.length === 0;
    const chunk = { offset: this.#nextOffset, bytes, last, chain: this.#chain };
    this.#lastChunk = chunk;
    this.#nextOffset += bytes.length;
    this.#isBusy = false;
    done({ ok: true, chunk });
  }
}
