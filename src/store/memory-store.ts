/**
 * The store in memory: the reference that the others are compared with, the store of unit tests and
 * simulations, and of `strongbox-agent --dev`. Nothing outlives it. It keeps what changed in the
 * window of its history, so that a test can ask what the entries were at an earlier revision.
 */
import { utf8Length } from '../../shared/encoding/utf8.ts';
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import { rangeBytesMax, watchHistoryBytesMax, watchRevisionsMax } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  CommitAnswer,
  Entry,
  GetAnswer,
  GetRequest,
  RangeAnswer,
  RangeOptions,
  Stamp,
  Store,
  Transaction,
  WatchChange,
  WatchEvent,
} from '../ports/store.ts';
import { applyTransaction, getResult } from './apply.ts';
import { checkGet, checkRange, checkTransaction, checkWatch } from './checks.ts';
import { ClusterClock } from './cluster-time.ts';
import { History } from './history.ts';
import { compareKeys } from './keys.ts';
import { noListener, type StoreListener } from './listener.ts';
import { Watch, type WatchSource, wakeAll } from './watch.ts';

export interface MemoryStoreOptions {
  readonly clock: Clock;
  /** For tests that want to see compaction: at most `watchRevisionsMax`. */
  readonly historyRevisionsMax?: number;
  readonly listener?: StoreListener;
}

const noValue = new Uint8Array(0);

export class MemoryStore implements Store, WatchSource {
  readonly waiting = new Set<() => void>();
  readonly #time: ClusterClock;
  readonly #entries = new Map<string, Entry>();
  /** The keys of `#entries`, in key order. */
  readonly #keys: string[] = [];
  readonly #history: History;
  readonly #listener: StoreListener;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    const revisionsMax = options.historyRevisionsMax ?? watchRevisionsMax;
    assert(revisionsMax >= 1, 'the newest change is kept');
    assert(revisionsMax <= watchRevisionsMax, 'a store may keep less, not more');
    this.#listener = options.listener ?? noListener;
    this.#time = new ClusterClock(options.clock, undefined, this.#listener);
    this.#history = new History({ revisionsMax, bytesMax: watchHistoryBytesMax }, 1);
    this.#listener.moved(this.revision, new Map());
  }

  get revision(): number {
    return this.#history.nextRevision - 1;
  }

  get closed(): boolean {
    return this.#closed;
  }

  async get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    this.#checkOpen();
    checkGet(requests);
    const results = requests.map((request) =>
      getResult(this.#entries.get(request.key), request.knownModRevision),
    );
    return { ...this.#readStamp(), results };
  }

  async range(prefix: string, options: RangeOptions): Promise<RangeAnswer> {
    this.#checkOpen();
    checkRange(prefix, options);
    const entries: Entry[] = [];
    let bytes = 0;
    let more = false;
    for (let index = this.#start(prefix, options.after); index < this.#keys.length; index += 1) {
      const entry = this.#entryAt(index);
      if (!entry.key.startsWith(prefix)) break;
      bytes += utf8Length(entry.key) + (options.keysOnly === true ? 0 : entry.value.length);
      more = entries.length === options.limit || (entries.length > 0 && bytes > rangeBytesMax);
      if (more) break;
      entries.push(options.keysOnly === true ? { ...entry, value: noValue } : entry);
    }
    return { ...this.#readStamp(), entries, more };
  }

  async commit(transaction: Transaction): Promise<CommitAnswer> {
    this.#checkOpen();
    checkTransaction(transaction);
    const read = (key: string): Entry | undefined => this.#entries.get(key);
    const { succeeded, reads, changes } = applyTransaction(read, transaction, this.revision + 1);
    if (changes.length > 0) this.#keep(changes);
    const clusterTimeMs = this.#time.stampMs();
    return { succeeded, reads, revision: this.revision, clusterTimeMs };
  }

  watch(prefix: string, fromRevision: number): AsyncIterable<WatchEvent> {
    this.#checkOpen();
    checkWatch(prefix, fromRevision);
    return new Watch(this, prefix, fromRevision);
  }

  async readHistory(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]> {
    if (fromRevision < this.#history.fromRevision) throw failure('store.compacted');
    return this.#history.read(fromRevision, eventsMax);
  }

  async close(): Promise<void> {
    this.#closed = true;
    wakeAll(this.waiting);
  }

  /** For tests: all entries as they were at a revision of the history's window, in key order. */
  entriesAt(revision: number): readonly Entry[] {
    assert(revision <= this.revision, 'the revision has been');
    const entries = new Map(this.#entries);
    for (const [key, entry] of this.#history.valuesAt(revision)) {
      if (entry === undefined) entries.delete(key);
      else entries.set(key, entry);
    }
    return [...entries.values()].toSorted((left, right) => compareKeys(left.key, right.key));
  }

  #keep(changes: readonly WatchChange[]): void {
    const before = new Map<string, Entry | undefined>();
    const written = new Map<string, Entry | undefined>();
    for (const change of changes) {
      const key = change.kind === 'put' ? change.entry.key : change.key;
      const old = this.#entries.get(key);
      before.set(key, old);
      written.set(key, change.kind === 'put' ? change.entry : undefined);
      if (change.kind === 'put') this.#put(change.entry, old === undefined);
      else this.#delete(key);
    }
    this.#history.add({ revision: this.revision + 1, changes }, before);
    this.#listener.moved(this.revision, written);
    wakeAll(this.waiting);
  }

  #put(entry: Entry, isNew: boolean): void {
    if (isNew) this.#keys.splice(this.#position(entry.key), 0, entry.key);
    this.#entries.set(entry.key, entry);
  }

  #delete(key: string): void {
    const position = this.#position(key);
    assert(this.#keys[position] === key, 'what is deleted is there');
    this.#keys.splice(position, 1);
    this.#entries.delete(key);
  }

  #readStamp(): Stamp {
    return { revision: this.revision, clusterTimeMs: this.#time.readMs() };
  }

  #entryAt(index: number): Entry {
    const entry = this.#entries.get(this.#keys[index] ?? '');
    assert(entry !== undefined, 'every ordered key has an entry');
    return entry;
  }

  /** Index of the first key that a range may answer. */
  #start(prefix: string, after: string | undefined): number {
    const first = this.#position(prefix);
    if (after === undefined || compareKeys(after, prefix) < 0) return first;
    const position = this.#position(after);
    return this.#keys[position] === after ? position + 1 : position;
  }

  /** Index of the first key that is not smaller. */
  #position(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareKeys(this.#keys[middle] ?? '', key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #checkOpen(): void {
    if (this.#closed) throw failure('store.closed');
  }
}
