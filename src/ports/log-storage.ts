/**
 * The replicated log on disk: entries and hard state in one stream. Reads are answered at once,
 * from memory or from pages that the host has cached: the log is short, since it is cut behind the
 * state. Writes are one at a time: no operation is called while another one runs, but `cut`.
 *
 * What is written is visible to reads from the call on; that it is durable is what `done` says.
 * After a crash the log is what some `done` said, and perhaps more of what was called after it, in
 * order. At open the adapter cuts a torn tail and refuses to start on any other damage.
 */
import type { Entry as LogEntry, EntryId, HardState } from '../raft/types.ts';
import type { WriteDone } from './write-outcome.ts';

export interface LogBatch {
  /** Consecutive. The first one's index is at most `lastIndex() + 1`; it replaces what follows. */
  readonly entries: readonly LogEntry[];
  /** Undefined: as it is. */
  readonly hardState: HardState | undefined;
}

export interface LogStorage {
  /** The newest hard state written; undefined in a new log. */
  hardState(): HardState | undefined;
  /** Index of the first entry that is still there; one after the start, in an empty log. */
  firstIndex(): number;
  /** Index of the last entry; that of the start, in an empty log. */
  lastIndex(): number;
  /** Known from `firstIndex() - 1` to `lastIndex()`, else undefined. */
  term(index: number): number | undefined;
  /** Entries `[low, high)`, cut to the size but at least one; undefined if `low` was cut. */
  entries(low: number, high: number, bytesMax: number): readonly LogEntry[] | undefined;

  /**
   * Appends and makes durable with one sync. A batch without entries, which stores a term or a
   * vote, is not `full` while the adapter still has its ballast to give up.
   */
  append(batch: LogBatch, done: WriteDone): void;
  /** Forgets all entries: the log starts anew behind `start`. The hard state stays. Durable. */
  reset(start: EntryId, done: WriteDone): void;
  /** Entries up to the index, inclusive, are not needed any more. Whole files go, when they can. */
  cut(index: number): void;
}
