/**
 * The replicated state on a simulated disk: what was applied, and an older image that a power cut
 * leaves. Operations take effect one after the other, in the order of the calls, each in its time.
 */
import assert from 'node:assert/strict';
import type {
  EntryPage,
  StateExport,
  StateImport,
  StateReadDone,
  StateStorage,
  StateWrite,
} from '../../../src/ports/state-storage.ts';
import type { Entry, RangeOptions, WatchEvent } from '../../../src/ports/store.ts';
import type { WriteDone } from '../../../src/ports/write-outcome.ts';
import type { Disk } from './disk.ts';
import type { Us } from './scheduler.ts';
import { StateInTurns } from './state-in-turns.ts';

/** Never changed: an image may be kept, and put back like a backup. */
export interface StateImage {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly events: readonly WatchEvent[];
  readonly revision: number;
  readonly historyFrom: number;
}

const emptyImage: StateImage = {
  entries: new Map(),
  records: new Map(),
  events: [],
  revision: 0,
  historyFrom: 1,
};

export interface SimStateOptions {
  readonly disk: Disk;
  readonly applyMeanUs: () => Us;
  /** Told of every change that is applied. */
  readonly applied: (event: WatchEvent) => void;
  /** Whether the state of now becomes durable after this apply. */
  readonly isCheckpoint: () => boolean;
}

export class SimState implements StateStorage {
  readonly #options: SimStateOptions;
  #current = emptyImage;
  #durable = emptyImage;
  readonly #queue: ((next: () => void) => void)[] = [];
  #isBusy = false;

  constructor(options: SimStateOptions) {
    this.#options = options;
  }

  get durable(): StateImage {
    return this.#durable;
  }

  /** This storage for one process: completions come as turns of it. */
  inTurns(turn: (run: () => void) => void): StateStorage {
    return new StateInTurns(this, turn);
  }

  record(name: string): Uint8Array | undefined {
    return this.#current.records.get(name);
  }

  checkpointedRecord(name: string): Uint8Array | undefined {
    return this.#durable.records.get(name);
  }

  recordNames(): readonly string[] {
    return [...this.#current.records.keys()].sort();
  }

  readEntries(keys: readonly string[], done: StateReadDone<readonly (Entry | undefined)[]>): void {
    this.#read(() => keys.map((key) => this.#current.entries.get(key)), done);
  }

  readRange(prefix: string, options: RangeOptions, done: StateReadDone<EntryPage>): void {
    this.#read(() => {
      const all = sorted(this.#current.entries, options.after ?? '').filter(({ key }) =>
        key.startsWith(prefix),
      );
      const entries = all.slice(0, options.limit);
      return { entries, more: all.length > entries.length };
    }, done);
  }

  historyFrom(): number {
    return this.#current.historyFrom;
  }

  readHistory(
    fromRevision: number,
    eventsMax: number,
    done: StateReadDone<readonly WatchEvent[]>,
  ): void {
    this.#read(() => {
      const { events } = this.#current;
      return events.filter(({ revision }) => revision >= fromRevision).slice(0, eventsMax);
    }, done);
  }

  apply(write: StateWrite, done: WriteDone): void {
    this.#write(done, () => {
      this.#current = changed(this.#current, write);
      for (const event of write.events) this.#options.applied(event);
      if (this.#options.isCheckpoint()) this.#durable = this.#current;
    });
  }

  openExport(done: (opened: StateExport | undefined) => void): void {
    this.#enqueue((next) => {
      next();
      done(new SimExport(this.#options.disk, this.#current));
    });
  }

  openImport(): StateImport {
    const staged = new Map<string, Entry>();
    return {
      add: (entries, done) => {
        this.#write(done, () => {
          for (const entry of entries) staged.set(entry.key, entry);
        });
      },
      install: (revision, records, done) => {
        this.#write(done, () => {
          const historyFrom = revision + 1;
          const entries = new Map(staged);
          this.#current = { entries, records: new Map(records), events: [], revision, historyFrom };
          this.#durable = this.#current;
        });
      },
      abandon: () => staged.clear(),
    };
  }

  /** Makes the state of now durable. */
  checkpoint(): void {
    this.#durable = this.#current;
  }

  /** The process ends: what was not made durable is gone. */
  crash(): void {
    this.#queue.length = 0;
    this.#isBusy = false;
    this.#current = this.#durable;
  }

  /** While no process runs: another image takes the place. */
  replace(image: StateImage = emptyImage): void {
    this.#current = image;
    this.#durable = image;
  }

  #read<Value>(value: () => Value, done: StateReadDone<Value>): void {
    this.#enqueue((next) => {
      const read = value();
      next();
      done({ ok: true, value: read });
    });
  }

  #write(done: WriteDone, change: () => void): void {
    this.#enqueue((next) => {
      this.#options.disk.write({
        settle: (isDone) => {
          if (isDone) change();
        },
        done: (outcome) => {
          next();
          done(outcome);
        },
        mayBeFull: true,
        meanUs: 0,
      });
    });
  }

  #enqueue(work: (next: () => void) => void): void {
    this.#queue.push(work);
    this.#runNext();
  }

  #runNext(): void {
    if (this.#isBusy) return;
    const work = this.#queue.shift();
    if (work === undefined) return;
    this.#isBusy = true;
    this.#options.disk.later(this.#options.applyMeanUs(), () => {
      work(() => {
        this.#isBusy = false;
        this.#runNext();
      });
    });
  }
}

/** A copy stays what it was. */
class SimExport implements StateExport {
  readonly #disk: Disk;
  readonly #image: StateImage;

  constructor(disk: Disk, image: StateImage) {
    this.#disk = disk;
    this.#image = image;
  }

  record(name: string): Uint8Array | undefined {
    return this.#image.records.get(name);
  }

  recordNames(): readonly string[] {
    return [...this.#image.records.keys()].sort();
  }

  entriesAfter(after: string | undefined, bytesMax: number, done: StateReadDone<EntryPage>): void {
    this.#disk.later(0, () => {
      const all = sorted(this.#image.entries, after ?? '');
      let bytes = 0;
      const end = all.findIndex(({ key, value }, position) => {
        bytes += key.length + value.length;
        return position > 0 && bytes > bytesMax;
      });
      const entries = end === -1 ? all : all.slice(0, end);
      done({ ok: true, value: { entries, more: entries.length < all.length } });
    });
  }

  close(): void {}
}

function changed(image: StateImage, write: StateWrite): StateImage {
  const entries = new Map(image.entries);
  for (const [key, entry] of write.entries) {
    if (entry === undefined) entries.delete(key);
    else entries.set(key, entry);
  }
  const records = new Map(image.records);
  for (const [name, bytes] of write.records) {
    if (bytes === undefined) records.delete(name);
    else records.set(name, bytes);
  }
  const { revision } = write;
  const { historyFrom } = image;
  const events = [...image.events, ...write.events];
  const last = write.events.at(-1);
  assert.ok(last === undefined || last.revision === revision, 'the last event is of the revision');
  return { entries, records, events, revision, historyFrom };
}

/** Keys of the simulator are plain: their order as text is that of their bytes. */
function sorted(entries: ReadonlyMap<string, Entry>, after: string): readonly Entry[] {
  return [...entries.values()]
    .filter(({ key }) => key > after)
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}
