/**
 * The store on SQLite: the embedded store of a single agent. Everything goes through one lane
 * (store-lane.ts), one statement at a time: gets that wait are read together, and commits that wait
 * are decided and made durable together with one sync, and only then answered.
 *
 * What is durable is decided by SQLite's write-ahead file under `synchronous = FULL`: a batch is
 * there as a whole or not at all, and an acknowledged commit survives the process and the power.
 * Revision and cluster time are kept here as well, since nobody else writes the file.
 *
 * Failures: a full disk refuses the batch and the store goes on. After any other failed write the
 * outcome is unknown, and the store never answers again (sqlite-errors.ts): `onFatal` is called
 * once, and the owner ends the process. So it is after an error that nobody knows, wherever it was
 * met: what waits is refused, and nobody is left waiting for an answer.
 */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import { failure } from '../../shared/errors/failure.ts';
import { watchHistoryBytesMax, watchRevisionsMax } from '../../src/limits.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type {
  CommitAnswer,
  GetAnswer,
  GetRequest,
  RangeAnswer,
  RangeOptions,
  Stamp,
  Store,
  Transaction,
  WatchEvent,
} from '../../src/ports/store.ts';
import { type AppliedBatch, applyBatch } from '../../src/store/batch.ts';
import { checkGet, checkRange, checkTransaction, checkWatch } from '../../src/store/checks.ts';
import { ClusterClock } from '../../src/store/cluster-time.ts';
import { History } from '../../src/store/history.ts';
import { noListener, type StoreListener } from '../../src/store/listener.ts';
import { Watch, type WatchSource, wakeAll } from '../../src/store/watch.ts';
import { recentBytesMax, recentRevisionsMax } from './limits.ts';
import { Checkpoints } from './checkpoints.ts';
import { historyRow, keysOfBatch, packBatch } from './sqlite-batch.ts';
import { isHarmless, sqliteFailure } from './sqlite-errors.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { SqliteHistory } from './sqlite-history.ts';
import { SqliteReader } from './sqlite-reader.ts';
import { StoreLane } from './store-lane.ts';
import { rejectAll, type WaitingCommit, type WaitingGet } from './waiting.ts';

export interface SqliteStoreOptions {
  readonly file: SqliteFile;
  readonly clock: Clock;
  /** The store has failed for good: end the process with this reason. */
  readonly onFatal: (reason: StrongBoxError) => void;
  /** On closing, when the store's file has everything and the write-ahead file is empty. */
  readonly onEmptied?: () => Promise<void>;
  /** For tests that want to see compaction: at most the limits of the same name. */
  readonly historyRevisionsMax?: number;
  readonly historyBytesMax?: number;
  /** For tests that want the file to be read: at most the limit of the same name. */
  readonly knownEntriesMax?: number | undefined;
  /** For tests that want the store's file to be written often: at most the limit of that name. */
  readonly checkpointPages?: number | undefined;
  readonly listener?: StoreListener;
}

export class SqliteStore implements Store, WatchSource {
  readonly waiting = new Set<() => void>();
  readonly #file: SqliteFile;
  readonly #onEmptied: () => Promise<void>;
  readonly #reader: SqliteReader;
  readonly #history: SqliteHistory;
  readonly #recent: History;
  readonly #time: ClusterClock;
  readonly #checkpoints: Checkpoints;
  readonly #listener: StoreListener;
  readonly #lane: StoreLane;
  #revision: number;
  #closing: Promise<void> | undefined;

  constructor(options: SqliteStoreOptions) {
    const { state, statements } = options.file;
    this.#file = options.file;
    this.#onEmptied = options.onEmptied ?? (async () => {});
    this.#reader = new SqliteReader(statements, options.knownEntriesMax);
    this.#history = new SqliteHistory(statements, state, {
      revisionsMax: options.historyRevisionsMax ?? watchRevisionsMax,
      bytesMax: options.historyBytesMax ?? watchHistoryBytesMax,
    });
    const recentLimits = { revisionsMax: recentRevisionsMax, bytesMax: recentBytesMax };
    this.#recent = new History(recentLimits, state.revision + 1);
    this.#checkpoints = new Checkpoints(statements.checkpoint, options.checkpointPages);
    this.#listener = options.listener ?? noListener;
    this.#time = new ClusterClock(options.clock, state.clusterTimeMs, this.#listener);
    this.#lane = new StoreLane({
      get: (gets) => this.#runGets(gets),
      commit: (commits) => this.#runCommits(commits),
      endTurn: () => this.#checkpoint(),
      onFailed: (reason) => {
        wakeAll(this.waiting);
        options.onFatal(reason);
      },
    });
    this.#revision = state.revision;
    this.#listener.moved(this.#revision, new Map());
  }

  get revision(): number {
    return this.#revision;
  }

  /** Ends watches: the store is closing, or has failed. */
  get closed(): boolean {
    return this.#closing !== undefined || this.#lane.failed !== undefined;
  }

  async get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    this.#checkOpen();
    checkGet(requests);
    const known = this.#reader.known(requests);
    if (known !== undefined) return { ...this.#stamp(), results: known };
    return this.#lane.get(requests);
  }

  async range(prefix: string, options: RangeOptions): Promise<RangeAnswer> {
    this.#checkOpen();
    checkRange(prefix, options);
    return this.#lane.read(async () => {
      const page = await this.#reader.range(prefix, options);
      return { ...this.#stamp(), ...page };
    });
  }

  async commit(transaction: Transaction): Promise<CommitAnswer> {
    this.#checkOpen();
    return this.#lane.commit(transaction, checkTransaction(transaction));
  }

  watch(prefix: string, fromRevision: number): AsyncIterable<WatchEvent> {
    this.#checkOpen();
    checkWatch(prefix, fromRevision);
    return new Watch(this, prefix, fromRevision);
  }

  async readHistory(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]> {
    this.#history.checkKept(fromRevision);
    const recent = fromRevision >= this.#recent.fromRevision;
    if (recent) return this.#recent.read(fromRevision, eventsMax);
    return this.#lane.read(() => this.#history.read(fromRevision, eventsMax));
  }

  /**
   * Makes cluster time durable where more was told than is. On a full disk it is put off. Called
   * about once a minute; closing and commits do it themselves.
   */
  async persistTime(): Promise<void> {
    if (this.closed || this.#timeOwedMs() === undefined) return;
    await this.#lane.read(() => this.#writeTime());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * The write-ahead file is emptied by an explicit checkpoint first: SQLite would hide an error of
   * the one that it does on closing. A store that has failed, or cannot be emptied, leaves its
   * files as they are, for the next start to read.
   */
  async #close(): Promise<void> {
    wakeAll(this.waiting);
    await this.#lane.idle();
    await this.#writeTime();
    if (this.#lane.failed !== undefined) return;
    try {
      await this.#file.statements.emptyWal.all();
    } catch (error) {
      throw sqliteFailure(error);
    }
    await this.#onEmptied();
    await this.#file.connection.close();
  }

  #checkOpen(): void {
    if (this.#lane.failed !== undefined) throw this.#lane.failed;
    if (this.#closing !== undefined) throw failure('store.closed');
  }

  #stamp(): Stamp {
    return { revision: this.#revision, clusterTimeMs: this.#time.readMs() };
  }

  /** Reads for everyone at once; where that fails, for each alone, so that others are served. */
  async #runGets(gets: readonly WaitingGet[]): Promise<void> {
    if (gets.length === 0) return;
    if (this.#lane.failed !== undefined) return rejectAll(gets, this.#lane.failed);
    try {
      const found = await this.#reader.get(gets.map(({ requests }) => requests));
      const stamp = this.#stamp();
      for (const [index, answer] of found.entries()) gets[index]?.resolve({ ...stamp, ...answer });
    } catch (error) {
      const reason = this.#lane.reasonOf(error);
      if (gets.length === 1) return rejectAll(gets, reason);
      for (const get of gets) await this.#runGets([get]);
    }
  }

  async #runCommits(commits: readonly WaitingCommit[]): Promise<void> {
    if (commits.length === 0) return;
    if (this.#lane.failed !== undefined) return rejectAll(commits, this.#lane.failed);
    const transactions = commits.map(({ transaction }) => transaction);
    const batch = await this.#decide(transactions);
    if ('reason' in batch) {
      if (commits.length === 1) return rejectAll(commits, batch.reason);
      for (const commit of commits) await this.#runCommits([commit]);
      return;
    }
    const clusterTimeMs = this.#time.stampMs();
    const reason = await this.#write(batch, transactions, clusterTimeMs);
    if (reason !== undefined) return this.#refuse(commits, reason);
    for (const [index, { resolve }] of commits.entries()) {
      const answer = batch.answers[index];
      if (answer !== undefined) resolve({ ...answer, clusterTimeMs });
    }
  }

  /** Reads what a batch depends on, and evaluates it. Nothing is written yet. */
  async #decide(
    transactions: readonly Transaction[],
  ): Promise<AppliedBatch | { readonly reason: StrongBoxError }> {
    try {
      const { keys, withValue } = keysOfBatch(transactions);
      const entries = await this.#reader.entries(keys, withValue);
      return applyBatch((key) => entries.get(key), transactions, this.#revision);
    } catch (error) {
      return { reason: this.#lane.reasonOf(error) };
    }
  }

  /** Makes a batch durable. Returns why it is not. */
  async #write(
    batch: AppliedBatch,
    transactions: readonly Transaction[],
    clusterTimeMs: number,
  ): Promise<StrongBoxError | undefined> {
    const first = batch.events[0]?.revision;
    if (first === undefined) return undefined;
    try {
      const changes = historyRow(batch, transactions);
      const row = { first, last: batch.revision, bytes: changes.length };
      const plan = await this.#history.plan(row);
      const packed = packBatch(batch, { changes, clusterTimeMs, plan });
      await this.#file.statements.writeSteps.all(packed.bytes, packed.steps);
      this.#history.accept(plan);
      this.#checkpoints.wrote(packed.rows, packed.bytes.length);
    } catch (error) {
      return this.#lane.reasonOf(error);
    }
    this.#time.persisted(clusterTimeMs);
    this.#revision = batch.revision;
    this.#reader.learn(batch.written);
    this.#listener.moved(this.#revision, batch.written);
    for (const event of batch.events) this.#recent.add(event);
    wakeAll(this.waiting);
    return undefined;
  }

  async #writeTime(): Promise<void> {
    const timeMs = this.#timeOwedMs();
    if (timeMs === undefined || this.#lane.failed !== undefined) return;
    try {
      await this.#file.statements.writeTime.all(timeMs);
    } catch (error) {
      const reason = sqliteFailure(error);
      if (!isHarmless(reason)) this.#lane.fail(reason);
      return;
    }
    this.#time.persisted(timeMs);
    this.#checkpoints.wrote(1, 0);
  }

  /** Where others have told a time, none of them is beyond what is told now. */
  #timeOwedMs(): number | undefined {
    if (this.#listener.takeTold()) this.#time.readMs();
    return this.#time.owedMs;
  }

  #refuse(commits: readonly WaitingCommit[], reason: StrongBoxError): void {
    if (!isHarmless(reason)) this.#lane.fail(reason);
    if (reason.code === 'store.disk-full') this.#checkpoints.hasten();
    rejectAll(commits, reason);
  }

  /**
   * Moves the write-ahead file's pages into the store's file, after the commits were answered. On a
   * full disk it is put off: what is committed is safe where it is.
   */
  async #checkpoint(): Promise<void> {
    if (this.#lane.failed !== undefined || !this.#checkpoints.isDue) return;
    try {
      await this.#checkpoints.run();
    } catch (error) {
      const reason = sqliteFailure(error);
      if (!isHarmless(reason)) this.#lane.fail(reason);
    }
  }
}
