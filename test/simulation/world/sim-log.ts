/**
 * A log on a simulated disk: what is written and what is durable are two images. A crash leaves the
 * durable one, and by chance the batch that was being written, as a whole: a batch without its
 * commit mark is a torn tail, which the next start cuts.
 */
import assert from 'node:assert/strict';
import type { LogBatch, LogStorage } from '../../../src/ports/log-storage.ts';
import type { WriteDone } from '../../../src/ports/write-outcome.ts';
import { type Entry, type EntryId, type HardState, limitSize } from '../../../src/raft/types.ts';
import type { Disk } from './disk.ts';

/** Never changed: an image may be kept, and put back like a backup. */
export interface LogImage {
  readonly start: EntryId;
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
}

const emptyImage: LogImage = { start: { term: 0, index: 0 }, entries: [], hardState: undefined };

export class SimLog implements LogStorage {
  readonly #disk: Disk;
  #written: LogImage;
  #durable: LogImage;
  /** What was there before something else took its place, each time. */
  readonly #formers: LogImage[] = [];
  /** The image that the write under way leads to. */
  #pending: LogImage | undefined;
  /** A bit of a durable record has changed: no start takes this log any more. */
  isDamaged = false;

  constructor(disk: Disk, image: LogImage = emptyImage) {
    this.#disk = disk;
    this.#written = image;
    this.#durable = image;
  }

  /** What a power cut would leave at least. */
  get durable(): LogImage {
    return this.#durable;
  }

  /** Whether the entry is durable here, or was before the disk was lost. */
  holds({ index, term }: EntryId): boolean {
    return [this.#durable, ...this.#formers].some(
      (image) => image.start.index >= index || termIn(image, index) === term,
    );
  }

  hardState(): HardState | undefined {
    return this.#written.hardState;
  }

  firstIndex(): number {
    return this.#written.start.index + 1;
  }

  lastIndex(): number {
    return lastIn(this.#written);
  }

  term(index: number): number | undefined {
    return termIn(this.#written, index);
  }

  entries(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    const first = this.firstIndex();
    if (low < first) return undefined;
    assert.ok(high <= this.lastIndex() + 1, 'entries are read where they are');
    return limitSize(this.#written.entries.slice(low - first, high - first), bytesMax);
  }

  append(batch: LogBatch, done: WriteDone): void {
    this.#write(appended(this.#written, batch), done, batch.entries.length > 0);
  }

  reset(start: EntryId, done: WriteDone): void {
    this.#write({ start, entries: [], hardState: this.#written.hardState }, done, true);
  }

  cut(index: number): void {
    assert.ok(index <= lastIn(this.#durable), 'what is cut is durable');
    this.#written = cutImage(this.#written, index);
    this.#durable = cutImage(this.#durable, index);
    if (this.#pending !== undefined) this.#pending = cutImage(this.#pending, index);
  }

  /** The process ends, and with it everything that is not on the disk. */
  crash(): void {
    const survives = this.#disk.crash();
    if (survives && this.#pending !== undefined) this.#durable = this.#pending;
    this.#pending = undefined;
    this.#written = this.#durable;
  }

  /** While no process runs: another image takes the place (a start without the log, a backup). */
  replace(image: LogImage = emptyImage): void {
    assert.ok(this.#pending === undefined, 'nobody writes');
    this.#formers.push(this.#durable);
    this.#written = image;
    this.#durable = image;
  }

  #write(image: LogImage, done: WriteDone, mayBeFull: boolean): void {
    assert.ok(this.#pending === undefined, 'writes are one at a time');
    this.#written = image;
    this.#pending = image;
    const settle = (isDurable: boolean): void => {
      // The image may have been cut meanwhile.
      if (isDurable && this.#pending !== undefined) this.#durable = this.#pending;
      this.#written = this.#durable;
      this.#pending = undefined;
    };
    this.#disk.write({ settle, done, mayBeFull });
  }
}

function appended(image: LogImage, { entries, hardState }: LogBatch): LogImage {
  const first = entries[0];
  let kept = image.entries;
  if (first !== undefined) {
    assert.ok(first.index > image.start.index, 'nothing is written before the start');
    assert.ok(first.index <= lastIn(image) + 1, 'a log has no gap');
    kept = [...kept.slice(0, first.index - image.start.index - 1), ...entries];
  }
  return { start: image.start, entries: kept, hardState: hardState ?? image.hardState };
}

function cutImage(image: LogImage, index: number): LogImage {
  const term = termIn(image, index);
  if (index <= image.start.index || term === undefined) return image;
  return {
    ...image,
    start: { index, term },
    entries: image.entries.slice(index - image.start.index),
  };
}

function lastIn({ start, entries }: LogImage): number {
  return start.index + entries.length;
}

function termIn({ start, entries }: LogImage, index: number): number | undefined {
  return index === start.index ? start.term : entries[index - start.index - 1]?.term;
}
