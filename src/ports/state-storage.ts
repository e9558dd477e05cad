/**
 * The replicated state on disk, as of one applied index: entries of the store, the history that
 * watches read, and a few small records of the replica itself. It is its own snapshot.
 *
 * Reads and applies take effect, and answer, in the order of the calls; an answer never comes
 * inside the call. One apply at a time; no import is installed while one runs. An apply is atomic,
 * also over a crash, and durable some time later: until then the log has it (`checkpointedRecord`).
 */
import type { Entry, RangeOptions, WatchEvent } from './store.ts';
import type { WriteDone } from './write-outcome.ts';

/** Everything that one apply changes, in one transaction. */
export interface StateWrite {
  /** The store's revision behind it. */
  readonly revision: number;
  /** New entries by key; undefined where one is deleted. */
  readonly entries: ReadonlyMap<string, Entry | undefined>;
  /**
   * One event for each new revision, in order, consecutive with those that are there. How far back
   * they are kept is the adapter's: `watchRevisionsMax` and `watchHistoryBytesMax`.
   */
  readonly events: readonly WatchEvent[];
  /** Records of the replica by name; undefined where one is dropped. They are small and few. */
  readonly records: ReadonlyMap<string, Uint8Array | undefined>;
}

export type StateRead<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: unknown };

export type StateReadDone<Value> = (read: StateRead<Value>) => void;

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Whether there are entries after the last one. */
  readonly more: boolean;
}

export interface StateStorage {
  /** Records as they are by the last completed apply or install; undefined where there is none. */
  record(name: string): Uint8Array | undefined;
  /** The same, for what survives a power cut now. */
  checkpointedRecord(name: string): Uint8Array | undefined;
  /** The names of all records, in order. */
  recordNames(): readonly string[];

  /** In the order of the keys. */
  readEntries(keys: readonly string[], done: StateReadDone<readonly (Entry | undefined)[]>): void;
  /** One page, by the rules of `Store.range`, at most `rangeBytesMax`. */
  readRange(prefix: string, options: RangeOptions, done: StateReadDone<EntryPage>): void;
  /** The oldest revision whose event is kept, or the next one where none is. */
  historyFrom(): number;
  /** Events from a kept revision on, oldest first, at most `eventsMax`. */
  readHistory(
    fromRevision: number,
    eventsMax: number,
    done: StateReadDone<readonly WatchEvent[]>,
  ): void;

  apply(write: StateWrite, done: WriteDone): void;

  /** A frozen copy of entries and records as they are now, to be sent. Undefined: not now. */
  openExport(done: (opened: StateExport | undefined) => void): void;
  /** A new, empty place beside the state, to be filled. What was staged before is dropped. */
  openImport(): StateImport;
}

export interface StateExport {
  record(name: string): Uint8Array | undefined;
  recordNames(): readonly string[];
  /** The entries after a key (undefined: from the start), in key order, at least one if any. */
  entriesAfter(after: string | undefined, bytesMax: number, done: StateReadDone<EntryPage>): void;
  close(): void;
}

export interface StateImport {
  /** Entries in key order, each once; staged, nothing is replaced. */
  add(entries: readonly Entry[], done: WriteDone): void;
  /**
   * Replaces the whole state by what was staged, durably and as one step. The history is empty
   * afterwards: watches from an older revision are told `compacted`.
   */
  install(revision: number, records: ReadonlyMap<string, Uint8Array>, done: WriteDone): void;
  /** Drops what was staged. */
  abandon(): void;
}
