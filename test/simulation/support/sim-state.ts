/** A state with a written and a durable image (as of the last checkpoint). */
import { utf8Length } from '../../../shared/encoding/utf8.ts';
import assert from 'node:assert/strict';
import { rangeBytesMax, watchHistoryBytesMax, watchRevisionsMax } from '../../../src/limits.ts';
import type {
  EntryPage,
  StateExport,
  StateImport,
  StateReadDone,
  StateStorage,
  StateWrite,
} from '../../../src/ports/state-storage.ts';
import type { Entry, RangeOptions, WatchEvent } from '../../../src/ports/store.ts';
import { type WriteDone, writeDone, type WriteOutcome } from '../../../src/ports/write-outcome.ts';
import { History } from '../../../src/store/history.ts';
import { compareKeys } from '../../../src/store/keys.ts';
import type { Scheduler } from './scheduler.ts';

interface Image {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly revision: number;
  readonly events: readonly WatchEvent[];
}

const noValue = new Uint8Array();

export class StateDisk {
  durable: Image = { entries: new Map(), records: new Map(), revision: 0, events: [] };
  outcome: WriteOutcome = writeDone;
  applyMs = 1;
  /** Applies between two checkpoints. */
  checkpointApplies = 20;
}

export interface SimStateOptions {
  readonly disk: StateDisk;
  readonly scheduler: Scheduler;
  readonly historyRevisionsMax?: number | undefined;
}

export class SimState implements StateStorage {
  readonly #options: SimStateOptions;
  #entries: Map<string, Entry>;
  /** The keys in order, until one comes or goes. */
  #sorted: string[] | undefined;
  #records: Map<string, Uint8Array>;
  #history: History;
  #applies = 0;
  #isDead = false;
  /** Answers come in the order of the calls: not before this time. */
  #busyUntilMs = 0;

  constructor(options: SimStateOptions) {
    const { entries, records, revision, events } = options.disk.durable;
    this.#options = options;
    this.#entries = new Map(entries);
    this.#records = new Map(records);
    this.#history = this.#newHistory(events[0]?.revision ?? revision + 1);
    for (const event of events) this.#history.add(event);
  }

  crash(): void {
    this.#isDead = true;
  }

  /** For tests: damages an entry without a word, as a disk does. */
  rot(key: string, value: Uint8Array): void {
    const entry = this.#entries.get(key);
    assert.ok(entry !== undefined);
    this.#entries.set(key, { ...entry, value });
  }

  allEntries(): readonly Entry[] {
    return this.#keys().map((key) => this.#entryOf(key));
  }

  record(name: string): Uint8Array | undefined {
    return this.#records.get(name);
  }

  checkpointedRecord(name: string): Uint8Array | undefined {
    return this.#options.disk.durable.records.get(name);
  }

  recordNames(): readonly string[] {
    return [...this.#records.keys()].toSorted(compareKeys);
  }

  readEntries(keys: readonly string[], done: StateReadDone<readonly (Entry | undefined)[]>): void {
    this.#later(0, () => done({ ok: true, value: keys.map((key) => this.#entries.get(key)) }));
  }

  readRange(prefix: string, options: RangeOptions, done: StateReadDone<EntryPage>): void {
    this.#later(0, () => done({ ok: true, value: this.#range(prefix, options) }));
  }

  historyFrom(): number {
    return this.#history.fromRevision;
  }

  readHistory(
    fromRevision: number,
    eventsMax: number,
    done: StateReadDone<readonly WatchEvent[]>,
  ): void {
    this.#later(0, () => {
      const isKept = fromRevision >= this.#history.fromRevision;
      done({ ok: true, value: isKept ? this.#history.read(fromRevision, eventsMax) : [] });
    });
  }

  apply(write: StateWrite, done: WriteDone): void {
    const { disk } = this.#options;
    this.#later(disk.applyMs, () => {
      if (disk.outcome.kind === 'done') this.#take(write);
      done(disk.outcome);
    });
  }

  openExport(done: (opened: StateExport | undefined) => void): void {
    this.#later(1, () => {
      const entries = this.allEntries();
      const records = new Map(this.#records);
      const names = this.recordNames();
      done({
        record: (name) => records.get(name),
        recordNames: () => names,
        entriesAfter: (after, bytesMax, pageDone) => {
          this.#later(1, () => pageDone({ ok: true, value: pageOf(entries, after, bytesMax) }));
        },
        close: () => {},
      });
    });
  }

  openImport(): StateImport {
    const staged = new Map<string, Entry>();
    return {
      add: (entries, done) => {
        this.#later(1, () => {
          for (const entry of entries) staged.set(entry.key, entry);
          done(this.#options.disk.outcome);
        });
      },
      install: (revision, records, done) => {
        this.#later(2, () => {
          const { outcome } = this.#options.disk;
          if (outcome.kind !== 'done') return done(outcome);
          this.#entries = staged;
          this.#sorted = undefined;
          this.#records = new Map(records);
          this.#history = this.#newHistory(revision + 1);
          this.checkpoint();
          done(writeDone);
        });
      },
      abandon: () => staged.clear(),
    };
  }

  /** Everything written so far becomes durable. */
  checkpoint(): void {
    const { fromRevision, nextRevision } = this.#history;
    const events = this.#history.read(fromRevision, nextRevision - fromRevision);
    const entries = new Map(this.#entries);
    const records = new Map(this.#records);
    this.#options.disk.durable = { entries, records, revision: nextRevision - 1, events };
  }

  #take({ revision, entries, events, records }: StateWrite): void {
    for (const event of events) this.#history.add(event);
    assert.equal(this.#history.nextRevision, revision + 1);
    for (const [key, entry] of entries) {
      if (this.#entries.has(key) !== (entry !== undefined)) this.#sorted = undefined;
      if (entry === undefined) this.#entries.delete(key);
      else this.#entries.set(key, entry);
    }
    for (const [name, bytes] of records) {
      if (bytes === undefined) this.#records.delete(name);
      else this.#records.set(name, bytes);
    }
    this.#applies += 1;
    if (this.#applies % this.#options.disk.checkpointApplies === 0) this.checkpoint();
  }

  #range(prefix: string, { after, limit, keysOnly }: RangeOptions): EntryPage {
    const entries: Entry[] = [];
    let bytes = 0;
    const isAfter = (key: string): boolean => after === undefined || compareKeys(key, after) > 0;
    for (const key of this.#keys()) {
      if (!key.startsWith(prefix) || !isAfter(key)) continue;
      const entry = this.#entryOf(key);
      bytes += utf8Length(key) + (keysOnly === true ? 0 : entry.value.length);
      if (entries.length === limit || (entries.length > 0 && bytes > rangeBytesMax)) {
        return { entries, more: true };
      }
      entries.push(keysOnly === true ? { ...entry, value: noValue } : entry);
    }
    return { entries, more: false };
  }

  #keys(): readonly string[] {
    this.#sorted ??= [...this.#entries.keys()].toSorted(compareKeys);
    return this.#sorted;
  }

  #entryOf(key: string): Entry {
    const entry = this.#entries.get(key);
    assert.ok(entry !== undefined);
    return entry;
  }

  #newHistory(fromRevision: number): History {
    const revisionsMax = this.#options.historyRevisionsMax ?? watchRevisionsMax;
    return new History({ revisionsMax, bytesMax: watchHistoryBytesMax }, fromRevision);
  }

  #later(delayMs: number, run: () => void): void {
    const { scheduler } = this.#options;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, scheduler.nowMs) + delayMs;
    scheduler.after(this.#busyUntilMs - scheduler.nowMs, () => {
      if (!this.#isDead) run();
    });
  }
}

function pageOf(entries: readonly Entry[], after: string | undefined, bytesMax: number): EntryPage {
  const isAfter = ({ key }: Entry): boolean => after === undefined || compareKeys(key, after) > 0;
  const first = entries.findIndex(isAfter);
  if (first < 0) return { entries: [], more: false };
  let end = first;
  for (let bytes = 0; end < entries.length && (bytes < bytesMax || end === first); end += 1) {
    bytes += entries[end]?.value.length ?? 0;
  }
  return { entries: entries.slice(first, end), more: end < entries.length };
}
