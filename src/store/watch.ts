/**
 * The reader's side of a watch. It pulls: it remembers only how far it has come and takes a page of
 * events from the store when it is asked for the next one, so that a slow reader costs no memory
 * and one that is gone costs nothing at all. It is known to the store only while it waits.
 */
import { assert } from '../../shared/assert.ts';
import { watchPageEventsMax } from '../limits.ts';
import type { WatchChange, WatchEvent } from '../ports/store.ts';

/** What a watch needs of a store. */
export interface WatchSource {
  /** The newest revision that is durable. */
  readonly revision: number;
  readonly closed: boolean;
  /**
   * Events from a revision on, oldest first, at least one and at most `eventsMax`; the revision is
   * not newer than `revision`. Throws `store.compacted` when they are no longer kept.
   */
  readHistory(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]>;
  /** Readers to wake when `revision` or `closed` changes; each call of `wake` is once. */
  readonly waiting: Set<() => void>;
}

/** Wakes every waiting reader of a source. */
export function wakeAll(waiting: Set<() => void>): void {
  const wakes = [...waiting];
  waiting.clear();
  for (const wake of wakes) wake();
}

/** The events of keys under a prefix from a revision on; implements `Store.watch`. */
export class Watch implements AsyncIterableIterator<WatchEvent> {
  readonly #source: WatchSource;
  readonly #prefix: string;
  #nextRevision: number;
  #page: Iterator<WatchEvent> = [].values();
  #ended = false;
  #busy = false;
  #wake: (() => void) | undefined;

  constructor(source: WatchSource, prefix: string, fromRevision: number) {
    this.#source = source;
    this.#prefix = prefix;
    this.#nextRevision = fromRevision;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<WatchEvent, undefined>> {
    assert(!this.#busy, 'a watch has one reader that asks for one event at a time');
    this.#busy = true;
    try {
      const event = await this.#find();
      return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
    } catch (error) {
      this.#ended = true;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Ends the watch, also while `next` waits: that call then answers `done`. */
  async return(): Promise<IteratorResult<WatchEvent, undefined>> {
    this.#ended = true;
    this.#wake?.();
    return { done: true, value: undefined };
  }

  async #find(): Promise<WatchEvent | undefined> {
    while (!this.#ended && !this.#source.closed) {
      const event = this.#takeFromPage();
      if (event !== undefined) return event;
      if (this.#nextRevision > this.#source.revision) await this.#wait();
      else await this.#readPage();
    }
    this.#ended = true;
    return undefined;
  }

  #takeFromPage(): WatchEvent | undefined {
    for (let next = this.#page.next(); next.done !== true; next = this.#page.next()) {
      const { revision, changes } = next.value;
      this.#nextRevision = revision + 1;
      const covered = changes.filter((change) => this.#covers(change));
      if (covered.length > 0) return { revision, changes: covered };
    }
    return undefined;
  }

  async #readPage(): Promise<void> {
    const events = await this.#source.readHistory(this.#nextRevision, watchPageEventsMax);
    assert(events[0]?.revision === this.#nextRevision, 'no event is left out');
    this.#page = events.values();
  }

  #covers(change: WatchChange): boolean {
    const key = change.kind === 'put' ? change.entry.key : change.key;
    return key.startsWith(this.#prefix);
  }

  async #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#source.waiting.add(resolve);
    await promise;
    this.#source.waiting.delete(resolve);
    this.#wake = undefined;
  }
}
