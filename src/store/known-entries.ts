/**
 * What the store's entries are at its current revision, for the keys that were used lately: a read
 * that finds all of its keys here needs no turn on SQLite's thread, nor a message to the thread
 * that has the store, and either costs more than all the rest of a read. Values are as they are
 * stored, sealed.
 *
 * Whoever changes entries calls `learn` in the same step in which the new revision becomes visible.
 * So what is known is never behind and never ahead of what a read of the file would answer, and a
 * read stays linearizable.
 */
import type { Entry, GetRequest, GetResult } from '../ports/store.ts';
import { getResult } from './apply.ts';
import { Recent } from './recent.ts';

/** An entry, or that there is none. */
type Known = Entry | 'absent';

export class KnownEntries {
  readonly #known: Recent<Known>;

  /** Holds at most so many, but never fewer than two, and bytes of keys and values. */
  constructor(entriesMax: number, bytesMax: number) {
    this.#known = new Recent({
      valuesMax: Math.max(1, Math.floor(entriesMax / 2)),
      weightMax: bytesMax / 2,
      weigh: (key, known) => key.length + (known === 'absent' ? 0 : known.value.length),
    });
  }

  /** The answers to requests; undefined if one is about a key of which nothing is known. */
  answers(requests: readonly GetRequest[]): readonly GetResult[] | undefined {
    const results: GetResult[] = [];
    for (const { key, knownModRevision } of requests) {
      const known = this.#known.find(key);
      if (known === undefined) return undefined;
      results.push(getResult(entryOf(known), knownModRevision));
    }
    return results;
  }

  /** Whether it is known what a key's entry is, and be it that there is none. */
  has(key: string): boolean {
    return this.#known.find(key) !== undefined;
  }

  /** The entry of a key, if it is known and there is one. */
  entry(key: string): Entry | undefined {
    const known = this.#known.find(key);
    return known && entryOf(known);
  }

  /** From now on this is what the entry of a key is; undefined: there is none. */
  learn(key: string, entry: Entry | undefined): void {
    this.#known.keep(key, entry ?? 'absent');
  }

  /** From now on nothing is known of a key. */
  forget(key: string): void {
    this.#known.forget(key);
  }

  /** From now on nothing is known of any key. */
  forgetAll(): void {
    this.#known.clear();
  }
}

function entryOf(known: Known): Entry | undefined {
  return known === 'absent' ? undefined : known;
}
