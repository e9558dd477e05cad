/**
 * The store as a request thread sees it: every call is a message to the storage thread, those of
 * one turn together, except a read of entries that are known here. Those are answered at once where
 * the shared position says that they are complete; if a move is still on its way, the read waits
 * for it.
 *
 * Without a shared position each read asks whether what is known is still current, by revision,
 * which costs a message and no bytes of values.
 *
 * The storage thread is the same process: it does not fail alone. Should its end of the port be
 * closed all the same, whatever waits is refused.
 */
import type { MessagePort } from 'node:worker_threads';
import { failure } from '../../shared/errors/failure.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../src/limits.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type {
  CommitAnswer,
  GetAnswer,
  GetRequest,
  GetResult,
  RangeAnswer,
  RangeOptions,
  Store,
  Transaction,
  WatchEvent,
} from '../../src/ports/store.ts';
import { checkGet, checkRange, checkTransaction, checkWatch } from '../../src/store/checks.ts';
import { KnownEntries } from '../../src/store/known-entries.ts';
import { Watch, type WatchSource, wakeAll } from '../../src/store/watch.ts';
import { knownEntriesBytesMax, knownEntriesMax } from '../limits.ts';
import { failureOf } from './failure-message.ts';
import { unpackEntries } from './packed-entries.ts';
import { hear } from './hear.ts';
import { HeardBytes } from './heard-bytes.ts';
import { SharedPosition } from './shared-position.ts';
import {
  cloneableTransaction,
  type StoreCall,
  type StoreConnection,
  type StoreNews,
  type ToldEntry,
} from './store-messages.ts';
import { TurnOutbox } from './turn-outbox.ts';
import { WaitingCalls } from './waiting-calls.ts';

export interface RemoteStoreOptions {
  readonly connection: StoreConnection;
  /** The clock of the store. */
  readonly clock: Clock;
  /** For tests that want the store to be asked: at most the limit of the same name. */
  readonly knownEntriesMax?: number | undefined;
}

export class RemoteStore implements Store, WatchSource {
  /** Of watches, and of reads that wait for a move. */
  readonly waiting = new Set<() => void>();
  readonly #port: MessagePort;
  readonly #outbox: TurnOutbox<StoreCall>;
  readonly #clock: Clock;
  readonly #position: SharedPosition | undefined;
  readonly #heard: HeardBytes;
  readonly #known: KnownEntries;
  readonly #reads = new WaitingCalls(waitingReadsMax);
  readonly #commits = new WaitingCalls(waitingCommitsMax);
  #revision: number;
  #closing: Promise<void> | undefined;
  #portClosed = false;

  constructor({ connection, clock, knownEntriesMax: knownMax }: RemoteStoreOptions) {
    const { port, revision, position, heard } = connection;
    this.#port = port;
    this.#outbox = new TurnOutbox(port);
    this.#clock = clock;
    this.#position = position && new SharedPosition(position);
    this.#heard = new HeardBytes(heard);
    this.#known = new KnownEntries(knownMax ?? knownEntriesMax, knownEntriesBytesMax);
    this.#revision = revision;
    hear(port, (news: readonly StoreNews[]) => {
      for (const each of news) this.#hear(each);
    });
    port.on('close', () => this.#end());
  }

  /** The newest revision that was heard of: everything known is of it. */
  get revision(): number {
    return this.#revision;
  }

  get closed(): boolean {
    return this.#closing !== undefined || this.#portClosed;
  }

  async get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    const now = this.getNow(requests);
    if (now !== undefined) return now;
    const position = this.#position;
    if (position === undefined) return this.#ask(requests);
    const { revision } = position;
    while (this.#revision < revision) await this.#nextMove();
    return this.#answerOfKnown(requests, position) ?? this.#ask(requests);
  }

  getNow(requests: readonly GetRequest[]): GetAnswer | undefined {
    this.#checkOpen();
    checkGet(requests);
    const position = this.#position;
    if (position === undefined || this.#revision < position.revision) return undefined;
    return this.#answerOfKnown(requests, position);
  }

  async range(prefix: string, options: RangeOptions): Promise<RangeAnswer> {
    this.#checkOpen();
    checkRange(prefix, options);
    return this.#reads.call((id) => this.#outbox.push({ kind: 'range', id, prefix, options }));
  }

  async commit(transaction: Transaction): Promise<CommitAnswer> {
    this.#checkOpen();
    checkTransaction(transaction);
    const cloneable = cloneableTransaction(transaction);
    return this.#commits.call((id) =>
      this.#outbox.push({ kind: 'commit', id, transaction: cloneable }),
    );
  }

  watch(prefix: string, fromRevision: number): AsyncIterable<WatchEvent> {
    this.#checkOpen();
    checkWatch(prefix, fromRevision);
    return new Watch(this, prefix, fromRevision);
  }

  async readHistory(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]> {
    this.#checkOpen();
    return this.#reads.call((id) =>
      this.#outbox.push({ kind: 'history', id, fromRevision, eventsMax }),
    );
  }

  /** Lets go of the store, which goes on for others. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    wakeAll(this.waiting);
    await Promise.all([this.#reads.settled(), this.#commits.settled()]);
    this.#port.close();
  }

  /** The answer if all of it is known here, and what is known is not behind. */
  #answerOfKnown(requests: readonly GetRequest[], position: SharedPosition): GetAnswer | undefined {
    const results = this.#known.answers(requests);
    const clusterTimeMs = results && position.tellTimeMs(this.#clock.monotonicMs());
    if (results === undefined || clusterTimeMs === undefined) return undefined;
    return { results, revision: this.#revision, clusterTimeMs };
  }

  /** Asks for entries; of those that are known, only whether they are as they were. */
  async #ask(requests: readonly GetRequest[]): Promise<GetAnswer> {
    const held = requests.map(({ key, knownModRevision }) =>
      knownModRevision === undefined ? this.#known.entry(key) : undefined,
    );
    const asked = requests.map((request, at) => {
      const knownModRevision = held[at]?.modRevision;
      return knownModRevision === undefined ? request : { key: request.key, knownModRevision };
    });
    const answer = await this.#reads.call<GetAnswer>((id) =>
      this.#outbox.push({ kind: 'get', id, requests: asked }),
    );
    const results = answer.results.map((result, at): GetResult => {
      const entry = held[at];
      return result.kind === 'unchanged' && entry ? { kind: 'entry', entry } : result;
    });
    this.#learn(requests, { ...answer, results });
    return { ...answer, results };
  }

  /** An answer from before the newest move may show what that has changed: it is not kept. */
  #learn(requests: readonly GetRequest[], { revision, results, beside = [] }: GetAnswer): void {
    if (this.#position !== undefined && revision !== this.#revision) return;
    for (const [at, { key }] of requests.entries()) {
      const result = results[at];
      if (result?.kind === 'entry') this.#known.learn(key, result.entry);
      if (result?.kind === 'absent') this.#known.learn(key, undefined);
    }
    for (const entry of beside) this.#known.learn(entry.key, entry);
  }

  #hear(news: StoreNews): void {
    switch (news.kind) {
      case 'moved':
        this.#heard.upTo(news.toldBytes);
        return this.#move(news.revision, news.written);
      case 'behind':
        return this.#outbox.push({ kind: 'go-on' });
      case 'begin-anew':
        this.#known.forgetAll();
        return this.#move(news.revision, []);
      case 'answer':
        return this.#reads.answer(news.id, news.value);
      case 'page':
        return this.#hearPage(news);
      case 'refused':
        return this.#reads.refuse(news.id, failureOf(news.failure));
      case 'committed':
        return this.#commits.answer(news.id, news.value);
      case 'uncommitted':
        return this.#commits.refuse(news.id, failureOf(news.failure));
    }
  }

  #hearPage({ id, answer, entries }: Extract<StoreNews, { kind: 'page' }>): void {
    const page: RangeAnswer = { ...answer, entries: unpackEntries(entries) };
    this.#reads.answer(id, page);
  }

  #move(revision: number, written: readonly (readonly [string, ToldEntry])[]): void {
    this.#revision = revision;
    for (const [key, entry] of written) {
      if (entry === 'large') this.#known.forget(key);
      else this.#known.learn(key, entry === 'absent' ? undefined : entry);
    }
    wakeAll(this.waiting);
  }

  async #nextMove(): Promise<void> {
    if (this.#portClosed) throw failure('store.closed');
    if (this.waiting.size >= waitingReadsMax) throw failure('store.overloaded');
    await new Promise<void>((resolve) => this.waiting.add(resolve));
  }

  #end(): void {
    this.#portClosed = true;
    this.#reads.refuseAll(failure('store.closed'));
    this.#commits.refuseAll(failure('store.closed'));
    wakeAll(this.waiting);
  }

  #checkOpen(): void {
    if (this.closed) throw failure('store.closed');
  }
}
