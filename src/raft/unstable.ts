/**
 * The end of the log that is not known to be stable: entries, and a snapshot that replaces all
 * before them. It serves reads until stable storage certainly can. Part of it may be "in progress":
 * handed to storage, and not yet acknowledged.
 */
import { assert } from '../../shared/assert.ts';
import type { EmitEvent } from './events.ts';
import type { Entry, EntryId, Snapshot } from './types.ts';

export class Unstable {
  /** Received, and not yet known to be installed. */
  #snapshot: Snapshot | undefined;
  #snapshotInProgress = false;
  /** Entry `offset + i` is at i. Only copies of parts of it are handed out. */
  #entries: Entry[] = [];
  /** It may lie below the end of stable storage: then the next write replaces what is there. */
  #offset: number;
  /** Entries before it are being written. Invariant: offset <= it <= offset + entries. */
  #offsetInProgress: number;
  readonly #emit: EmitEvent;

  constructor(offset: number, emit: EmitEvent) {
    this.#offset = offset;
    this.#offsetInProgress = offset;
    this.#emit = emit;
  }

  get offset(): number {
    return this.#offset;
  }

  get offsetInProgress(): number {
    return this.#offsetInProgress;
  }

  get entryCount(): number {
    return this.#entries.length;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  /** The first index after a snapshot; undefined without one: then stable storage knows. */
  maybeFirstIndex(): number | undefined {
    return this.#snapshot === undefined ? undefined : this.#snapshot.index + 1;
  }

  /** The end of the whole log: with no entries here, it is that of stable storage or snapshot. */
  get lastIndex(): number {
    return this.#offset + this.#entries.length - 1;
  }

  maybeTerm(index: number): number | undefined {
    if (index >= this.#offset) return this.#entries[index - this.#offset]?.term;
    return this.#snapshot?.index === index ? this.#snapshot.term : undefined;
  }

  /** What storage was not told yet. */
  nextEntries(): readonly Entry[] {
    return this.#entries.slice(this.#offsetInProgress - this.#offset);
  }

  get hasNextEntries(): boolean {
    return this.#entries.length > this.#offsetInProgress - this.#offset;
  }

  nextSnapshot(): Snapshot | undefined {
    return this.#snapshotInProgress ? undefined : this.#snapshot;
  }

  /** Everything has been handed to storage. */
  acceptInProgress(): void {
    this.#offsetInProgress = this.lastIndex + 1;
    this.#snapshotInProgress = this.#snapshot !== undefined;
  }

  /**
   * The log is stable up to this entry. The caller vouches that no write in progress can replace
   * it: see `#appendDone` in ready.ts. An entry that is no longer here was replaced.
   */
  stableTo(id: EntryId): void {
    const ourTerm = this.maybeTerm(id.index);
    if (ourTerm === undefined) return this.#ignore('missing', id, 0);
    if (id.index < this.#offset) return this.#ignore('snapshot', id, ourTerm);
    if (ourTerm !== id.term) return this.#ignore('mismatch', id, ourTerm);
    assert(id.index < this.#offsetInProgress, 'only what was handed out becomes stable');
    this.#entries = this.#entries.slice(id.index + 1 - this.#offset);
    this.#offset = id.index + 1;
  }

  stableSnapshotTo(index: number): void {
    if (this.#snapshot?.index !== index) return;
    this.#snapshot = undefined;
    this.#snapshotInProgress = false;
  }

  /** The snapshot takes the place of everything. */
  restore(snapshot: Snapshot): void {
    this.#offset = snapshot.index + 1;
    this.#offsetInProgress = this.#offset;
    this.#entries = [];
    this.#snapshot = snapshot;
    this.#snapshotInProgress = false;
  }

  /** Puts entries at the place of the first, dropping all that was there and after. */
  truncateAndAppend(entries: readonly Entry[]): void {
    const from = entries[0]?.index;
    assert(from !== undefined, 'something is appended');
    const end = this.lastIndex + 1;
    assert(from <= end, 'a log has no gap');
    if (from <= this.#offset && from < end) {
      this.#emit({ type: 'unstable-replaced', from });
      this.#entries = [];
      this.#offset = from;
      this.#offsetInProgress = from;
    } else if (from < end) {
      this.#emit({ type: 'unstable-truncated', before: from });
      this.#entries.length = from - this.#offset;
      // What is being written from there on is no longer what is here: it is to be written again.
      this.#offsetInProgress = Math.min(this.#offsetInProgress, from);
    }
    for (const entry of entries) this.#entries.push(entry);
  }

  slice(low: number, high: number): readonly Entry[] {
    assert(low >= this.#offset && low <= high, 'a slice begins in the unstable log');
    assert(high <= this.lastIndex + 1, 'a slice ends in the unstable log');
    return this.#entries.slice(low - this.#offset, high - this.#offset);
  }

  #ignore(reason: 'missing' | 'snapshot' | 'mismatch', id: EntryId, ourTerm: number): void {
    this.#emit({ type: 'stable-ignored', reason, index: id.index, theirTerm: id.term, ourTerm });
  }
}
