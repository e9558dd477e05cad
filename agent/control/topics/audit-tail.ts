/**
 * The live end of this node's audit log: the lines as they were written, once they are durable. It
 * keeps the newest lines once for all who follow; each follower has only a place in them, and who
 * falls behind further than they reach is told how many it has missed.
 */
import { auditTailLinesMax } from '../../../shared/control/limits.ts';
import type { AuditTailSnapshot } from '../../../shared/control/topics.ts';
import { newline } from '../../../shared/audit/format.ts';
import { utf8Decode } from '../../../shared/encoding/utf8.ts';
import type { Feed, Topic, Update } from '../feed.ts';
import { auditTailBytesMax, auditUpdateBytesMax } from '../limits.ts';
import { Watched } from '../watched.ts';

interface TailLine {
  readonly text: string;
  readonly bytes: number;
}

export class AuditTail implements Topic {
  readonly #node: string;
  readonly #watched = new Watched(() => () => this.#forget());
  #lines: TailLine[] = [];
  #bytes = 0;
  /** Counts lines since the start: of the first one that is kept, and of the next one to come. */
  #firstKept = 0;
  #nextLine = 0;
  /** Index in the log of the next line. */
  #nextIndex = 0;

  constructor(node: string) {
    this.#node = node;
  }

  /** Takes durable lines, with their newlines; bound, so that the trail can be given it. */
  readonly written = (lines: Uint8Array, next: number): void => {
    this.#nextIndex = next;
    if (!this.#watched.any) return;
    for (let start = 0; start < lines.length; ) {
      const end = lines.indexOf(newline, start);
      this.#keep(lines.subarray(start, end < 0 ? lines.length : end));
      start = end < 0 ? lines.length : end + 1;
    }
    this.#watched.tell();
  };

  /** Index in the log after the newest durable line. */
  get next(): number {
    return this.#nextIndex;
  }

  open(wake: () => void): Feed {
    return new TailFeed(this, wake);
  }

  watch(listener: () => void): () => void {
    return this.#watched.watch(listener);
  }

  snapshot(): AuditTailSnapshot {
    return { kind: 'audit', node: this.#node, next: this.#nextIndex };
  }

  get nextLine(): number {
    return this.#nextLine;
  }

  /** Lines from a place on, as many as one update holds. */
  from(place: number): { readonly lines: readonly string[]; readonly dropped: number } {
    const start = Math.max(place, this.#firstKept);
    const lines: string[] = [];
    let bytes = 0;
    for (const line of this.#lines.slice(start - this.#firstKept)) {
      bytes += line.bytes;
      if (bytes > auditUpdateBytesMax) break;
      lines.push(line.text);
    }
    return { lines, dropped: start - place };
  }

  #keep(line: Uint8Array): void {
    this.#nextLine += 1;
    // A line that no update could hold is a dropped one.
    if (line.length > auditUpdateBytesMax) return this.#forget();
    this.#lines.push({ text: utf8Decode(line), bytes: line.length });
    this.#bytes += line.length;
    while (this.#lines.length > auditTailLinesMax || this.#bytes > auditTailBytesMax) {
      this.#bytes -= this.#lines.shift()?.bytes ?? 0;
      this.#firstKept += 1;
    }
  }

  #forget(): void {
    this.#lines = [];
    this.#bytes = 0;
    this.#firstKept = this.#nextLine;
  }
}

class TailFeed implements Feed {
  readonly #tail: AuditTail;
  readonly #leave: () => void;
  #place: number;
  #skipped = 0;

  constructor(tail: AuditTail, wake: () => void) {
    this.#tail = tail;
    this.#leave = tail.watch(wake);
    this.#place = tail.nextLine;
  }

  get due(): boolean {
    return this.#place < this.#tail.nextLine;
  }

  async first(): Promise<AuditTailSnapshot> {
    this.#place = this.#tail.nextLine;
    return this.#tail.snapshot();
  }

  async next(): Promise<Update | undefined> {
    const { lines, dropped } = this.#tail.from(this.#place);
    this.#place += lines.length + dropped;
    if (lines.length + dropped === 0) return undefined;
    const update: Update = { topic: 'audit', lines, dropped: dropped + this.#skipped };
    this.#skipped = 0;
    return update;
  }

  skip(): void {
    this.#skipped += this.#tail.nextLine - this.#place;
    this.#place = this.#tail.nextLine;
  }

  close(): void {
    this.#leave();
  }
}
