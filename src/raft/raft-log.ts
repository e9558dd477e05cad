/**
 * The log: stable storage and its unstable end as one, and how far it is committed and applied.
 *
 *   firstIndex ... applied ... applying ... committed ... lastIndex
 */
import { assert } from '../../shared/assert.ts';
import type { EmitEvent, LogPosition } from './events.ts';
import type { StableLog } from './stable-log.ts';
import { type Entry, type EntryId, limitSize, type Snapshot, totalBytes } from './types.ts';
import { Unstable } from './unstable.ts';

export class RaftLog {
  readonly #stable: StableLog;
  readonly unstable: Unstable;
  /** Known to be stable on a quorum. Rises only. Invariant: <= lastIndex. */
  #committed: number;
  /** Handed out to be applied. Invariant: applied <= it <= committed. */
  #applying: number;
  /** Applied by the state machine. Rises only, one by one or by an installed snapshot. */
  #applied: number;
  /** Bytes of the entries between applied and applying. */
  #applyingBytes = 0;
  /** Nothing more is handed out until some of it is applied. */
  #applyingPaused = false;
  readonly #applyingBytesMax: number;
  readonly #emit: EmitEvent;

  constructor(stable: StableLog, applyingBytesMax: number, emit: EmitEvent) {
    assert(applyingBytesMax > 0, 'something may be applied');
    this.#stable = stable;
    this.#applyingBytesMax = applyingBytesMax;
    this.#emit = emit;
    this.unstable = new Unstable(stable.lastIndex() + 1, emit);
    this.#committed = stable.firstIndex() - 1;
    this.#applying = this.#committed;
    this.#applied = this.#committed;
  }

  get committed(): number {
    return this.#committed;
  }

  get applying(): number {
    return this.#applying;
  }

  get applied(): number {
    return this.#applied;
  }

  position(): LogPosition {
    return {
      committed: this.#committed,
      applied: this.#applied,
      applying: this.#applying,
      offset: this.unstable.offset,
      offsetInProgress: this.unstable.offsetInProgress,
      unstableEntries: this.unstable.entryCount,
    };
  }

  firstIndex(): number {
    return this.unstable.maybeFirstIndex() ?? this.#stable.firstIndex();
  }

  lastIndex(): number {
    return this.unstable.lastIndex;
  }

  lastEntryId(): EntryId {
    return this.#idOf(this.lastIndex());
  }

  committedId(): EntryId {
    return this.#idOf(this.#committed);
  }

  /** The entry's term; undefined where it is compacted, or not there yet. */
  term(index: number): number | undefined {
    const unstableTerm = this.unstable.maybeTerm(index);
    if (unstableTerm !== undefined) return unstableTerm;
    if (index < this.firstIndex() - 1 || index > this.lastIndex()) return undefined;
    return this.#stable.term(index);
  }

  matchTerm({ term, index }: EntryId): boolean {
    return this.term(index) === term;
  }

  /** Whether a log that ends so holds at least what this one holds (section 5.4.1 of the paper). */
  isUpToDate(their: EntryId): boolean {
    const our = this.lastEntryId();
    return their.term > our.term || (their.term === our.term && their.index >= our.index);
  }

  /**
   * Entries from there to the end, cut to the size; undefined if the first is compacted. Empty
   * beyond the end.
   */
  entries(from: number, bytesMax: number): readonly Entry[] | undefined {
    const last = this.lastIndex();
    return from > last ? [] : this.slice(from, last + 1, bytesMax);
  }

  /**
   * A follower takes a leader's entries: those it lacks, and those that conflict with its own.
   * False if the logs do not match before the first.
   */
  maybeAppend(previous: EntryId, entries: readonly Entry[], committed: number): boolean {
    if (!this.matchTerm(previous)) return false;
    const conflict = this.#findConflict(entries);
    if (conflict !== undefined) {
      assert(conflict > this.#committed, 'no committed entry is ever replaced');
      this.append(entries.slice(conflict - previous.index - 1));
    }
    // Not beyond what is known to match: this log may go on with entries of another leader.
    this.commitTo(Math.min(committed, previous.index + entries.length));
    return true;
  }

  append(entries: readonly Entry[]): void {
    const first = entries[0];
    if (first === undefined) return;
    assert(first.index > this.#committed, 'no committed entry is ever replaced');
    this.unstable.truncateAndAppend(entries);
  }

  /**
   * The largest index, at most the given one, whose entry can also be in a log that has this term
   * at the given index; with its term, or 0 where that is unknown.
   */
  findConflictByTerm(index: number, term: number): EntryId {
    for (let guess = index; guess > 0; guess -= 1) {
      const ourTerm = this.term(guess);
      if (ourTerm === undefined) return { term: 0, index: guess };
      if (ourTerm <= term) return { term: ourTerm, index: guess };
    }
    return { term: 0, index: 0 };
  }

  commitTo(index: number): void {
    if (index <= this.#committed) return;
    assert(index <= this.lastIndex(), 'what is committed is in the log: was it damaged or lost?');
    this.#committed = index;
  }

  /** Commits up to an entry, if it is this log's. False if that is nothing new. */
  maybeCommit(at: EntryId): boolean {
    if (at.index <= this.#committed || !this.matchTerm(at)) return false;
    this.commitTo(at.index);
    return true;
  }

  restore(snapshot: Snapshot): void {
    this.#emit({ type: 'snapshot-restoring', log: this.position(), snapshot });
    assert(snapshot.index > this.#committed, 'a snapshot never takes the log back');
    this.#committed = snapshot.index;
    this.unstable.restore(snapshot);
  }

  snapshot(): Snapshot | undefined {
    return this.unstable.snapshot ?? this.#stable.snapshot();
  }

  /**
   * The next entries to apply. Not while a snapshot waits to be installed: the state it replaces
   * may not even reach to them. With `allowUnstable` also those that are not stable here yet.
   */
  nextCommittedEntries(allowUnstable: boolean): readonly Entry[] {
    if (!this.hasNextCommittedEntries(allowUnstable)) return [];
    const bytesMax = this.#applyingBytesMax - this.#applyingBytes;
    assert(bytesMax > 0, 'applying is paused at the limit');
    const low = this.#applying + 1;
    const entries = this.slice(low, this.#maxAppliable(allowUnstable) + 1, bytesMax);
    assert(entries !== undefined, 'nothing is compacted before it is applied');
    return entries;
  }

  hasNextCommittedEntries(allowUnstable: boolean): boolean {
    if (this.#applyingPaused || this.unstable.snapshot !== undefined) return false;
    return this.#applying < this.#maxAppliable(allowUnstable);
  }

  /** These entries have been handed out to be applied. */
  acceptApplying(entries: readonly Entry[], allowUnstable: boolean): void {
    const last = entries.at(-1)?.index ?? this.#applying;
    assert(last <= this.#committed, 'only what is committed is applied');
    this.#applying = last;
    this.#applyingBytes += totalBytes(entries);
    // Cut short means that the next entry would go over the limit.
    this.#applyingPaused =
      this.#applyingBytes >= this.#applyingBytesMax || last < this.#maxAppliable(allowUnstable);
  }

  appliedTo(index: number, bytes: number): void {
    assert(index >= this.#applied, 'what is applied stays applied');
    assert(index <= this.#committed, 'only what is committed is applied');
    this.#applied = index;
    this.#applying = Math.max(this.#applying, index);
    this.#applyingBytes = Math.max(0, this.#applyingBytes - bytes);
    this.#applyingPaused = this.#applyingBytes >= this.#applyingBytesMax;
  }

  /** Entries from `low` up to, not including, `high`, cut to the size; undefined if compacted. */
  slice(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    assert(low <= high && high <= this.lastIndex() + 1, 'a slice lies in the log');
    if (low < this.firstIndex()) return undefined;
    if (low === high) return [];
    const { offset } = this.unstable;
    if (low >= offset) return limitSize(this.unstable.slice(low, high), bytesMax);
    const stable = this.#stable.entries(low, Math.min(high, offset), bytesMax);
    if (stable === undefined) return undefined;
    assert(stable.length > 0, 'stable storage has what it says it has');
    if (high <= offset || stable.length < offset - low) return stable;
    return limitSize([...stable, ...this.unstable.slice(offset, high)], bytesMax);
  }

  #idOf(index: number): EntryId {
    const term = this.term(index);
    assert(term !== undefined, 'the terms of the last and of the last committed entry are known');
    return { term, index };
  }

  #maxAppliable(allowUnstable: boolean): number {
    if (allowUnstable) return this.#committed;
    return Math.min(this.#committed, this.unstable.offset - 1);
  }

  /** Index of the first entry that this log lacks or has otherwise. */
  #findConflict(entries: readonly Entry[]): number | undefined {
    const conflict = entries.find((entry) => !this.matchTerm(entry));
    if (conflict !== undefined && conflict.index <= this.lastIndex()) {
      const ourTerm = this.term(conflict.index) ?? 0;
      const { index, term } = conflict;
      this.#emit({ type: 'log-conflict', index, ourTerm, theirTerm: term });
    }
    return conflict?.index;
  }
}
