/**
 * The history on disk: the changes of the newest revisions, a row a batch, for watches that reach
 * back further than memory, and across a restart. Rows are dropped from the oldest on, in the
 * statement that adds a new one; their sizes are read a few hundred at a time, when they are near
 * the end, so that a start does not depend on how much there is.
 */
import { assert } from '../../shared/assert.ts';
import { failure, isFailure } from '../../shared/errors/failure.ts';
import type { WatchEvent } from '../../src/ports/store.ts';
import type { HistoryLimits } from '../../src/store/history.ts';
import { historyRowsMax, historySizesMax, notesReadBytesMax, notesReadMax } from './limits.ts';
import { decodeHistory, type NotedEvent } from './history-codec.ts';
import type { SqliteStatements, StoredState } from './sqlite-file.ts';

/** A row that a batch adds. */
export interface NewRow {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

/** What a new row makes of the history, once it is durable. */
export interface HistoryPlan {
  /** Rows up to this revision go. */
  readonly deleteUpTo: number;
  /** The oldest revision that can be watched from. */
  readonly from: number;
  readonly bytes: number;
}

interface OldRow {
  readonly [column: string]: number;
  readonly revision: number;
  readonly bytes: number;
}

/**
 * The notes of the newest commits, the newest first. A row that cannot be read ends them: the store
 * does not refuse to open for it, and a watch that needs it says so.
 */
export async function newestNotes({
  readHistoryBefore,
}: Pick<SqliteStatements, 'readHistoryBefore'>): Promise<readonly Uint8Array[]> {
  const notes: Uint8Array[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  let bytes = 0;
  while (notes.length < notesReadMax && bytes < notesReadBytesMax) {
    const [row] = await readHistoryBefore.all<{ first: number; changes: Buffer }>(before);
    const events = row && eventsOf(row.changes);
    if (row === undefined || events === undefined) break;
    for (const { note } of events.toReversed()) if (note.length > 0) notes.push(note.slice());
    before = row.first;
    bytes += row.changes.length;
  }
  return notes;
}

function eventsOf(changes: Buffer): readonly NotedEvent[] | undefined {
  try {
    return decodeHistory(changes);
  } catch (error) {
    if (isFailure(error, 'store.corrupt')) return undefined;
    throw error;
  }
}

type HistoryStatements = Pick<SqliteStatements, 'readHistory' | 'readHistorySizes'>;

export class SqliteHistory {
  readonly #statements: HistoryStatements;
  readonly #limits: HistoryLimits;
  /** The oldest rows there are, as far as they have been read. */
  #oldest: OldRow[] = [];
  #current: HistoryPlan;

  constructor(statements: HistoryStatements, state: StoredState, limits: HistoryLimits) {
    this.#statements = statements;
    this.#limits = limits;
    this.#current = { deleteUpTo: 0, from: state.historyFrom, bytes: state.historyBytes };
  }

  /** What must be written together with a new row. Nothing changes until `accept`. */
  async plan(row: NewRow): Promise<HistoryPlan> {
    let { deleteUpTo, from, bytes } = this.#current;
    from = Math.max(from, row.last - this.#limits.revisionsMax + 1);
    bytes += row.bytes;
    for (let index = 0; ; index += 1) {
      if (index === this.#oldest.length) await this.#readSizes();
      const oldest = this.#oldest[index];
      if (oldest === undefined) break;
      if (oldest.revision >= from && bytes <= this.#limits.bytesMax) break;
      deleteUpTo = oldest.revision;
      from = Math.max(from, oldest.revision + 1);
      bytes -= oldest.bytes;
    }
    return { deleteUpTo, from, bytes };
  }

  /** The plan's row is durable. */
  accept(plan: HistoryPlan): void {
    assert(plan.from >= this.#current.from, 'history is forgotten from the oldest on');
    this.#current = plan;
    this.#oldest = this.#oldest.filter((row) => row.revision > plan.deleteUpTo);
  }

  /** Throws `store.compacted` for a revision that is too old. */
  checkKept(fromRevision: number): void {
    if (fromRevision < this.#current.from) throw failure('store.compacted');
  }

  /** Events from a revision on that has been. Throws `store.compacted`. */
  async read(fromRevision: number, eventsMax: number): Promise<readonly WatchEvent[]> {
    this.checkKept(fromRevision);
    const rows = await this.#statements.readHistory.all<{ changes: Buffer }>(
      fromRevision,
      historyRowsMax,
    );
    const events = rows
      .flatMap((row) => decodeHistory(row.changes))
      .filter((event) => event.revision >= fromRevision)
      .slice(0, eventsMax)
      .map(({ revision, changes }) => ({ revision, changes }));
    if (events[0]?.revision === fromRevision) return events;
    throw failure('store.corrupt', { reason: 'a row of its history is missing' });
  }

  async #readSizes(): Promise<void> {
    const after = this.#oldest.at(-1)?.revision ?? this.#current.deleteUpTo;
    const rows = await this.#statements.readHistorySizes.all<OldRow>(after, historySizesMax);
    this.#oldest.push(...rows);
  }
}
