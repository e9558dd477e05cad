/** A log with a written and a durable image. A crash leaves the durable one. */
import assert from 'node:assert/strict';
import type { LogBatch, LogStorage } from '../../../src/ports/log-storage.ts';
import { type WriteDone, writeDone, type WriteOutcome } from '../../../src/ports/write-outcome.ts';
import { type Entry, type EntryId, type HardState, limitSize } from '../../../src/raft/types.ts';
import type { Scheduler } from './scheduler.ts';

interface Image {
  readonly start: EntryId;
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
}

/** What outlives the process. */
export class LogDisk {
  durable: Image = { start: { term: 0, index: 0 }, entries: [], hardState: undefined };
  /** How the next writes end. */
  outcome: WriteOutcome = writeDone;
  writeMs = 1;
  /** Writes stand still while it is true. */
  isHanging = false;
  writes = 0;
}

export class SimLog implements LogStorage {
  readonly #disk: LogDisk;
  readonly #scheduler: Scheduler;
  #image: Image;
  #isDead = false;
  #isBusy = false;

  constructor(disk: LogDisk, scheduler: Scheduler) {
    this.#disk = disk;
    this.#scheduler = scheduler;
    this.#image = disk.durable;
  }

  /** The process is gone: nothing is written or answered any more. */
  crash(): void {
    this.#isDead = true;
  }

  hardState(): HardState | undefined {
    return this.#image.hardState;
  }

  firstIndex(): number {
    return this.#image.start.index + 1;
  }

  lastIndex(): number {
    return this.#image.start.index + this.#image.entries.length;
  }

  term(index: number): number | undefined {
    const { start, entries } = this.#image;
    if (index === start.index) return start.term;
    return entries[index - start.index - 1]?.term;
  }

  entries(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    const { start, entries } = this.#image;
    if (low <= start.index) return undefined;
    return limitSize(entries.slice(low - start.index - 1, high - start.index - 1), bytesMax);
  }

  append({ entries, hardState }: LogBatch, done: WriteDone): void {
    const { start } = this.#image;
    const first = entries[0]?.index ?? this.lastIndex() + 1;
    assert.ok(first > start.index && first <= this.lastIndex() + 1, 'a log has no gap');
    const kept = this.#image.entries.slice(0, first - start.index - 1);
    this.#write(
      { start, entries: [...kept, ...entries], hardState: hardState ?? this.#image.hardState },
      done,
    );
  }

  reset(start: EntryId, done: WriteDone): void {
    this.#write({ start, entries: [], hardState: this.#image.hardState }, done);
  }

  cut(index: number): void {
    const term = this.term(index);
    assert.ok(term !== undefined, 'what is cut is there');
    const { start, entries, hardState } = this.#image;
    this.#image = {
      start: { index, term },
      entries: entries.slice(index - start.index),
      hardState,
    };
  }

  #write(image: Image, done: WriteDone): void {
    assert.ok(!this.#isBusy, 'one write at a time');
    const before = this.#image;
    this.#isBusy = true;
    this.#image = image;
    this.#finishLater(before, done);
  }

  #finishLater(before: Image, done: WriteDone): void {
    const disk = this.#disk;
    this.#scheduler.after(disk.writeMs, () => {
      if (this.#isDead) return;
      if (disk.isHanging) return this.#finishLater(before, done);
      this.#isBusy = false;
      const { outcome } = disk;
      if (outcome.kind === 'done') {
        disk.writes += 1;
        disk.durable = this.#image;
      } else this.#image = before;
      done(outcome);
    });
  }
}
