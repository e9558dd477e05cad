/**
 * The store over a replica: linearizable on every node. A commit is a proposal, answered from this
 * node's own applied stream; a read waits for a read index, many reads for one; a watch follows
 * what is applied here. A node that got its state by a snapshot has no history before it.
 *
 * Promises live only here, at the contract's edge; the replica completes them in its turns.
 */
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { waitingReadsMax } from '../limits.ts';
import type { EntryPage, StateRead, StateReadDone, StateStorage } from '../ports/state-storage.ts';
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
  WatchEvent,
} from '../ports/store.ts';
import { getResult } from '../store/apply.ts';
import { checkGet, checkRange, checkTransaction, checkWatch } from '../store/checks.ts';
import { Watch, type WatchSource, wakeAll } from '../store/watch.ts';
import type { Replica } from './replica.ts';

export interface ReplicatedStoreOptions {
  readonly replica: Replica;
  readonly state: StateStorage;
  /** How long a request may wait for the cluster. */
  readonly requestTicksMax: number;
}

export class ReplicatedStore implements Store, WatchSource {
  readonly waiting = new Set<() => void>();
  readonly #replica: Replica;
  readonly #state: StateStorage;
  readonly #requestTicksMax: number;
  /** Calls that are not answered yet, and those of them that read. */
  #openCount = 0;
  #openReads = 0;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;

  constructor({ replica, state, requestTicksMax }: ReplicatedStoreOptions) {
    this.#replica = replica;
    this.#state = state;
    this.#requestTicksMax = requestTicksMax;
    replica.onApplied(() => wakeAll(this.waiting));
  }

  get revision(): number {
    return this.#replica.machine.revision;
  }

  get closed(): boolean {
    return this.#closing !== undefined || this.#replica.isStopped;
  }

  async get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    this.#checkOpen();
    checkGet(requests);
    const keys = requests.map(({ key }) => key);
    const read = await this.#read<readonly (Entry | undefined)[]>((done) =>
      this.#state.readEntries(keys, done),
    );
    const results = requests.map(({ knownModRevision }, position) =>
      getResult(read.value[position], knownModRevision),
    );
    return { ...read.stamp, results };
  }

  async range(prefix: string, options: RangeOptions): Promise<RangeAnswer> {
    this.#checkOpen();
    checkRange(prefix, options);
    const read = await this.#read<EntryPage>((done) =>
      this.#state.readRange(prefix, options, done),
    );
    return { ...read.stamp, ...read.value };
  }

  async commit(transaction: Transaction): Promise<CommitAnswer> {
    this.#checkOpen();
    checkTransaction(transaction);
    return this.#whileOpen(
      new Promise((resolve, reject) => {
        this.#replica.submit(transaction, this.#requestTicksMax, (result) => {
          if (!result.ok) return reject(result.error);
          // Not older than what a read was told here before.
          const clusterTimeMs = this.#replica.readTimeMs();
          resolve({ ...result.answer, clusterTimeMs });
        });
      }),
    );
  }

  watch(prefix: string, fromRevision: number): AsyncIterable<WatchEvent> {
    this.#checkOpen();
    checkWatch(prefix, fromRevision);
    return new Watch(this, prefix, fromRevision);
  }

  async readHistory(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]> {
    if (fromRevision < this.#state.historyFrom()) throw failure('store.compacted');
    const events = await this.#whileReading(
      () =>
        new Promise<readonly WatchEvent[]>((resolve, reject) => {
          this.#state.readHistory(fromRevision, eventsMax, (read) => {
            if (read.ok) resolve(read.value);
            else reject(readFailure(read.reason));
          });
        }),
    );
    // An apply that was under way has dropped them.
    if (events[0]?.revision !== fromRevision) throw failure('store.compacted');
    return events;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    wakeAll(this.waiting);
    if (this.#openCount > 0) {
      await new Promise<void>((resolve) => {
        this.#closed = resolve;
      });
    }
    this.#replica.stop();
  }

  #checkOpen(): void {
    if (this.closed) throw failure('store.closed');
  }

  /** Reads the state at an index that was confirmed after the call. */
  #read<Value>(
    start: (done: StateReadDone<Value>) => void,
  ): Promise<{ readonly value: Value; readonly stamp: Stamp }> {
    return this.#whileReading(
      () =>
        new Promise((resolve, reject) => {
          const taken = (read: StateRead<Value>): void => {
            if (!read.ok) return reject(readFailure(read.reason));
            // Answers come in the order of the calls: this is the state that was read.
            const { revision } = this.#replica.machine;
            const stamp = { revision, clusterTimeMs: this.#replica.readTimeMs() };
            resolve({ value: read.value, stamp });
          };
          this.#replica.read(this.#requestTicksMax, (error) => {
            if (error === undefined) start(taken);
            else reject(error);
          });
        }),
    );
  }

  async #whileReading<Value>(call: () => Promise<Value>): Promise<Value> {
    if (this.#openReads >= waitingReadsMax) throw failure('store.overloaded');
    this.#openReads += 1;
    try {
      return await this.#whileOpen(call());
    } finally {
      this.#openReads -= 1;
    }
  }

  async #whileOpen<Value>(call: Promise<Value>): Promise<Value> {
    this.#openCount += 1;
    try {
      return await call;
    } finally {
      this.#openCount -= 1;
      if (this.#openCount === 0) this.#closed?.();
    }
  }
}

function readFailure(reason: unknown): StrongBoxError {
  return reason instanceof StrongBoxError ? reason : failure('store.io', {}, reason);
}
