/** A state storage as one process sees it: whatever it answers comes as a turn of that process. */
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

type Turn = (run: () => void) => void;

export class StateInTurns implements StateStorage {
  readonly #state: StateStorage;
  readonly #turn: Turn;

  constructor(state: StateStorage, turn: Turn) {
    this.#state = state;
    this.#turn = turn;
  }

  record(name: string): Uint8Array | undefined {
    return this.#state.record(name);
  }

  checkpointedRecord(name: string): Uint8Array | undefined {
    return this.#state.checkpointedRecord(name);
  }

  recordNames(): readonly string[] {
    return this.#state.recordNames();
  }

  readEntries(keys: readonly string[], done: StateReadDone<readonly (Entry | undefined)[]>): void {
    this.#state.readEntries(keys, this.#later(done));
  }

  readRange(prefix: string, options: RangeOptions, done: StateReadDone<EntryPage>): void {
    this.#state.readRange(prefix, options, this.#later(done));
  }

  historyFrom(): number {
    return this.#state.historyFrom();
  }

  readHistory(
    fromRevision: number,
    eventsMax: number,
    done: StateReadDone<readonly WatchEvent[]>,
  ): void {
    this.#state.readHistory(fromRevision, eventsMax, this.#later(done));
  }

  apply(write: StateWrite, done: WriteDone): void {
    this.#state.apply(write, this.#later(done));
  }

  openExport(done: (opened: StateExport | undefined) => void): void {
    this.#state.openExport((opened) => {
      this.#turn(() => done(opened === undefined ? undefined : this.#exportInTurns(opened)));
    });
  }

  openImport(): StateImport {
    const staged = this.#state.openImport();
    return {
      add: (entries, done) => staged.add(entries, this.#later(done)),
      install: (revision, records, done) => staged.install(revision, records, this.#later(done)),
      abandon: () => staged.abandon(),
    };
  }

  #exportInTurns(opened: StateExport): StateExport {
    return {
      record: (name) => opened.record(name),
      recordNames: () => opened.recordNames(),
      entriesAfter: (after, bytesMax, done) =>
        opened.entriesAfter(after, bytesMax, this.#later(done)),
      close: () => opened.close(),
    };
  }

  #later<Result>(done: (result: Result) => void): (result: Result) => void {
    return (result) => this.#turn(() => done(result));
  }
}
