/**
 * The store: an ordered, versioned key space with optimistic transactions, shaped like etcd's v3
 * API. Memory, SQLite, Raft and etcd implement it; test/conformance/store runs against each.
 *
 * - Keys are UTF-8 strings of 1 to `storeKeyBytesMax` bytes, without lone surrogates and without
 *   U+10FFFF, ordered by their UTF-8 bytes (which is not JavaScript's string order above U+FFFF).
 *   Other keys throw `store.key-invalid`, larger ones `store.limit`.
 * - Values are opaque bytes. Arrays passed in are not modified and may be kept; arrays handed out
 *   must not be modified by the receiver.
 * - The store has one revision, which grows by one with every commit that changes something. The
 *   first is 1; a new store is at 0. Put is always a change, delete of an absent key is none.
 * - A closed store throws `store.closed`; a failing disk `store.disk-full`, `store.read-only`
 *   (both: nothing was written, the store goes on), `store.io` or `store.corrupt`. After `store.io`
 *   the outcome of a commit is unknown; an acknowledged one is never lost.
 * - Everything here survives structured cloning: the store may live in another thread.
 */
export interface Store {
  /**
   * Reads keys at the current revision, linearizably. Results are in the order of the requests.
   * A request that knows the entry's current `modRevision` is answered `unchanged`.
   * Throws `store.limit` for more than `rangeEntriesMax` keys, and `store.overloaded` when
   * `waitingReadsMax` reads wait. Without keys it answers the stamp alone.
   */
  get(requests: readonly GetRequest[]): Promise<GetAnswer>;

  /**
   * The same at once, or undefined where that needs to wait: then `get` is asked. Absent where a
   * store always has to. An answer is no less linearizable than that of `get`.
   */
  getNow?(requests: readonly GetRequest[]): GetAnswer | undefined;

  /**
   * One page of the entries whose key starts with `prefix`, in key order, at the current revision;
   * two pages may come from different revisions. A page ends early, with `more`, where its entries
   * are larger than `rangeBytesMax`; it holds at least one. Throws `store.overloaded` as `get`.
   */
  range(prefix: string, options: RangeOptions): Promise<RangeAnswer>;

  /**
   * Evaluates `compare` and then applies `then` or `else` as one step. Resolves when the outcome is
   * durable. A transaction without changes takes no revision.
   * Throws `store.limit`, or `store.overloaded` when `waitingCommitsMax` commits wait.
   */
  commit(transaction: Transaction): Promise<CommitAnswer>;

  /**
   * The changes of keys under `prefix` from `fromRevision` (inclusive) on, in revision order, then
   * live. Reaches back `watchRevisionsMax` revisions, fewer where they hold more than
   * `watchHistoryBytesMax`; an older start throws `store.compacted` from the iterator, and so does
   * a reader that falls behind that far. Ends when the iterator is returned (also while it waits)
   * or the store closes. A change is the net one of its key in that revision.
   */
  watch(prefix: string, fromRevision: number): AsyncIterable<WatchEvent>;

  /** Refuses new work, finishes what waits, releases files. Idempotent. */
  close(): Promise<void>;
}

/** When and at what revision an answer was true. */
export interface Stamp {
  readonly revision: number;
  /** Milliseconds of cluster time (design: max(previous, stamp), jumps capped). TTLs use it. */
  readonly clusterTimeMs: number;
}

export interface Entry {
  readonly key: string;
  /** Empty in a range with `keysOnly`. */
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 at creation, one more with each put. */
  readonly version: number;
}

export interface GetRequest {
  readonly key: string;
  readonly knownModRevision?: number;
}

export type GetResult =
  | { readonly kind: 'entry'; readonly entry: Entry }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unchanged' };

export interface GetAnswer extends Stamp {
  readonly results: readonly GetResult[];
  /** Entries that nobody asked for, as they are at `revision`, for whoever keeps some. */
  readonly beside?: readonly Entry[];
}

export interface RangeOptions {
  /** Only keys greater than this one (UTF-8 bytes). Need not exist or start with the prefix. */
  readonly after?: string;
  /** 1 to `rangeEntriesMax`. */
  readonly limit: number;
  readonly keysOnly?: boolean;
}

export interface RangeAnswer extends Stamp {
  readonly entries: readonly Entry[];
  /** Whether there are entries after the last one returned. */
  readonly more: boolean;
}

/** The entry must have this `modRevision`; 0 means that the key must be absent. */
export interface Compare {
  readonly key: string;
  readonly modRevision: number;
}

export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'get'; readonly key: string };

export interface Transaction {
  readonly compare: readonly Compare[];
  readonly then: readonly Operation[];
  readonly else: readonly Operation[];
  /** Opaque, kept in the log beside the commit (the audit index); at most `commitNoteBytesMax`. */
  readonly note?: Uint8Array;
}

export interface CommitAnswer extends Stamp {
  readonly succeeded: boolean;
  /** One result for each `get` of the branch taken, in order, seeing the writes before it. */
  readonly reads: readonly GetResult[];
}

export interface WatchEvent {
  readonly revision: number;
  readonly changes: readonly WatchChange[];
}

export type WatchChange =
  | { readonly kind: 'put'; readonly entry: Entry }
  | { readonly kind: 'delete'; readonly key: string };
