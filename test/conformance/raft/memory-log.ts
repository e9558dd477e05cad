/** Stable storage of a node in these suites: a log in memory that outlives the node's crash. */
import assert from 'node:assert/strict';
import type { StableLog } from '../../../src/raft/stable-log.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import {
  type ConfState,
  type Entry,
  type EntryId,
  type HardState,
  limitSize,
  type Snapshot,
} from '../../../src/raft/types.ts';

export class MemoryLog implements StableLog {
  /** What the log begins after. */
  #start: EntryId = { term: 0, index: 0 };
  #entries: Entry[] = [];
  #hardState: HardState | undefined;
  /** The state machine: a snapshot after each applied entry, the newest last. */
  readonly history: Snapshot[] = [];

  initialState(): { hardState: HardState | undefined; confState: ConfState } {
    return { hardState: this.#hardState, confState: this.snapshot()?.confState ?? emptyConf };
  }

  firstIndex(): number {
    return this.#start.index + 1;
  }

  lastIndex(): number {
    return this.#start.index + this.#entries.length;
  }

  term(index: number): number | undefined {
    if (index === this.#start.index) return this.#start.term;
    return this.#entries[index - this.firstIndex()]?.term;
  }

  entries(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    if (low < this.firstIndex()) return undefined;
    assert.ok(high <= this.lastIndex() + 1, 'entries are read where they are');
    const first = this.firstIndex();
    return limitSize(this.#entries.slice(low - first, high - first), bytesMax);
  }

  /** The state as it is: always newer than where the log begins. */
  snapshot(): Snapshot | undefined {
    return this.history.at(-1);
  }

  setHardState(hardState: HardState): void {
    this.#hardState = hardState;
  }

  /** Installs a snapshot in place of log and state. */
  install(snapshot: Snapshot): void {
    assert.ok(snapshot.index > this.#start.index, 'a snapshot is newer than the log');
    this.#start = { term: snapshot.term, index: snapshot.index };
    this.#entries = [];
    this.history.push(snapshot);
  }

  append(entries: readonly Entry[]): void {
    const fresh = entries.filter(({ index }) => index >= this.firstIndex());
    const from = fresh[0]?.index;
    if (from === undefined) return;
    assert.ok(from <= this.lastIndex() + 1, 'a log has no gap');
    this.#entries.length = from - this.firstIndex();
    for (const entry of fresh) this.#entries.push(entry);
  }

  /** Drops the entries up to the index. */
  compact(index: number): void {
    const term = this.term(index);
    assert.ok(term !== undefined && index > this.#start.index, 'something is compacted');
    this.#entries = this.#entries.slice(index - this.#start.index);
    this.#start = { term, index };
  }
}
