/**
 * The storage thread's side of moves: tells the request threads what each commit changed, as it
 * becomes visible. What was written is told whole where it is small, so that whoever wrote it reads
 * it again without asking.
 *
 * What waits in a request thread's port is bounded by its own commits: each move is made by some
 * that it waits for, and `waitingCommitsMax` of those can be under way.
 */
import type { Entry } from '../../src/ports/store.ts';
import type { StoreListener } from '../../src/store/listener.ts';
import { toldEntryBytesMax } from '../limits.ts';
import type { SharedPosition } from './shared-position.ts';
import { cloneableEntry, type StoreNews, type ToldEntry } from './store-messages.ts';
import type { TurnOutbox } from './turn-outbox.ts';

export class StoreAnnouncer implements StoreListener {
  /** Undefined: reads have to be asked for, and only that the revision moved is told. */
  readonly position: SharedPosition | undefined;
  readonly #outboxes = new Set<TurnOutbox<StoreNews>>();

  constructor(position: SharedPosition | undefined) {
    this.position = position;
  }

  /** Tells moves from now on, until the returned function is called. */
  add(outbox: TurnOutbox<StoreNews>): () => void {
    this.#outboxes.add(outbox);
    return () => void this.#outboxes.delete(outbox);
  }

  readonly moved: StoreListener['moved'] = (revision, written) => {
    this.position?.moved(revision);
    if (this.#outboxes.size === 0) return;
    const told = this.position === undefined ? [] : [...written].map(toldEntry);
    for (const outbox of this.#outboxes) outbox.push({ kind: 'moved', revision, written: told });
  };

  readonly stamped: StoreListener['stamped'] = (timeMs, monotonicMs) =>
    this.position?.stamped(timeMs, monotonicMs);

  readonly takeTold: StoreListener['takeTold'] = () => this.position?.takeTold() ?? false;
}

function toldEntry([key, entry]: readonly [string, Entry | undefined]): [string, ToldEntry] {
  if (entry === undefined) return [key, 'absent'];
  return [key, entry.value.length > toldEntryBytesMax ? 'large' : cloneableEntry(entry)];
}
