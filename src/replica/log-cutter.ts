/**
 * How far the log can go: what the state holds durably, less a trailing part for followers that lag
 * a little, and not what a snapshot on its way will be followed by.
 */
import type { LogStorage } from '../ports/log-storage.ts';
import type { StateStorage } from '../ports/state-storage.ts';
import { totalBytes } from '../raft/types.ts';
import { logCutEntries, pinnedEntriesMax, trailingBytesMax, trailingEntriesMax } from './limits.ts';
import { appliedOf, headRecord } from './machine-state.ts';

/** Looks now and then what of the log can go. */
export class LogCutter {
  readonly #log: LogStorage;
  readonly #state: StateStorage;
  /** The applied index at the last look. */
  #lookedAt = 0;

  constructor(log: LogStorage, state: StateStorage) {
    this.#log = log;
    this.#state = state;
  }

  /** Cuts what can go, and says up to where; `pinnedIndex` is that of a snapshot on its way. */
  cut(appliedIndex: number, pinnedIndex: number | undefined): number | undefined {
    if (appliedIndex - this.#lookedAt < logCutEntries) return undefined;
    this.#lookedAt = appliedIndex;
    const durable = appliedOf(this.#state.checkpointedRecord(headRecord)).index;
    const cut = cutIndex(this.#log, Math.min(durable, appliedIndex), pinnedIndex);
    if (cut !== undefined) this.#log.cut(cut);
    return cut;
  }
}

/** The last index that is not needed any more; undefined if nothing can go. */
export function cutIndex(
  log: LogStorage,
  durableIndex: number,
  pinnedIndex: number | undefined,
): number | undefined {
  const trailing = trailingFrom(log, durableIndex) - 1;
  const pinned = Math.max(pinnedIndex ?? trailing, durableIndex - pinnedEntriesMax);
  const cut = Math.min(trailing, pinned);
  return cut >= log.firstIndex() ? cut : undefined;
}

/** The first index of the trailing part: limited by entries and by bytes, whichever is shorter. */
function trailingFrom(log: LogStorage, durableIndex: number): number {
  let from = Math.max(durableIndex - trailingEntriesMax + 1, log.firstIndex());
  while (from <= durableIndex) {
    const page = log.entries(from, durableIndex + 1, trailingBytesMax) ?? [];
    if (page.length === 0) return from;
    const isWhole = from + page.length > durableIndex;
    if (isWhole && totalBytes(page) <= trailingBytesMax) return from;
    from += Math.ceil(page.length / 2);
  }
  return from;
}
