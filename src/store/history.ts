/**
 * The newest events of a store, in memory: bounded by revisions and by bytes, oldest dropped first.
 * Whole in the memory store; in others only the recent part, in front of what is kept on disk.
 */
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { assert } from '../../shared/assert.ts';
import type { Entry, WatchChange, WatchEvent } from '../ports/store.ts';

/** What a change costs beside its key and value. */
const changeOverheadBytes = 64;

export interface HistoryLimits {
  readonly revisionsMax: number;
  readonly bytesMax: number;
}

/** Bytes that an event counts for in the limits of a history. */
function eventBytes(changes: readonly WatchChange[]): number {
  let bytes = 0;
  for (const change of changes) {
    const key = change.kind === 'put' ? change.entry.key : change.key;
    bytes += changeOverheadBytes + utf8Length(key);
    if (change.kind === 'put') bytes += change.entry.value.length;
  }
  return bytes;
}

interface Kept {
  readonly event: WatchEvent;
  readonly bytes: number;
  /** What the changed keys held before, to look into the past. */
  readonly before: ReadonlyMap<string, Entry | undefined>;
}

/** A window of consecutive revisions, one event each. */
export class History {
  readonly #limits: HistoryLimits;
  #kept: Kept[] = [];
  #bytes = 0;
  #fromRevision: number;

  /** `fromRevision` is the first revision that can be added. */
  constructor(limits: HistoryLimits, fromRevision: number) {
    this.#limits = limits;
    this.#fromRevision = fromRevision;
  }

  /** The oldest revision that can be read: every event from it on is here. */
  get fromRevision(): number {
    return this.#fromRevision;
  }

  /** The revision that the next event must have. */
  get nextRevision(): number {
    return this.#fromRevision + this.#kept.length;
  }

  add(event: WatchEvent, before: ReadonlyMap<string, Entry | undefined> = new Map()): void {
    assert(event.revision === this.nextRevision, 'events are added one revision after another');
    assert(event.changes.length > 0, 'a revision changes something');
    const bytes = eventBytes(event.changes);
    this.#kept.push({ event, bytes, before });
    this.#bytes += bytes;
    while (this.#tooLarge()) this.#dropOldest();
  }

  /** Events from a revision on, oldest first. The revision must not have been dropped. */
  read(fromRevision: number, eventsMax: number): readonly WatchEvent[] {
    assert(fromRevision >= this.#fromRevision, 'the revision is still here');
    const start = fromRevision - this.#fromRevision;
    return this.#kept.slice(start, start + eventsMax).map((kept) => kept.event);
  }

  /** What the keys changed after `revision` held at that revision. */
  valuesAt(revision: number): ReadonlyMap<string, Entry | undefined> {
    assert(revision >= this.#fromRevision - 1, 'the revision is still here');
    const values = new Map<string, Entry | undefined>();
    for (const { event, before } of this.#kept.toReversed()) {
      if (event.revision <= revision) break;
      for (const [key, entry] of before) values.set(key, entry);
    }
    return values;
  }

  #tooLarge(): boolean {
    if (this.#kept.length <= 1) return false;
    return this.#kept.length > this.#limits.revisionsMax || this.#bytes > this.#limits.bytesMax;
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    assert(oldest !== undefined, 'there is an oldest event');
    this.#bytes -= oldest.bytes;
    this.#fromRevision += 1;
  }
}
