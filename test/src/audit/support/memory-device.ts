/** An audit device in memory that fails, hangs and loses its file when a test says so. */
import { failure } from '../../../../shared/errors/failure.ts';
import type { AuditDevice, OpenedLog } from '../../../../src/ports/audit-device.ts';

export type Trouble =
  | 'none'
  /** Nothing is written. */
  | 'full'
  /** Half of the lines are written, then it is full. */
  | 'torn'
  /** The lines are written, and the sync fails. */
  | 'unsynced'
  /** Operations never return. */
  | 'hanging'
  /** Like `full`, and it cannot even be opened. */
  | 'gone';

export class MemoryDevice implements AuditDevice {
  readonly name: string;
  /** Files that were closed, oldest first, and the active one as the last. */
  files: Uint8Array[] = [];
  trouble: Trouble = 'none';
  due: 'full' | 'moved' | undefined;
  /** The active file is no longer the one that was written. */
  replaced = true;
  /** How many operations were begun while another one ran: must stay 0. */
  overlaps = 0;
  writes = 0;
  #running = false;
  #release: (() => void)[] = [];
  /** Room that the active file grows in, and the file as the last append left it there. */
  #room = new Uint8Array(0);
  #grown: Uint8Array = this.#room;

  constructor(name = 'audit.log') {
    this.name = name;
  }

  /** All bytes, of all files. */
  get bytes(): Uint8Array {
    return Buffer.concat(this.files);
  }

  get text(): string {
    return Buffer.from(this.bytes).toString('utf8');
  }

  /** Lets hanging operations return (as failures). */
  release(): void {
    for (const release of this.#release.splice(0)) release();
  }

  open(trialBytes: number): Promise<OpenedLog> {
    return this.#run(async () => {
      if (this.trouble === 'gone') throw this.#failure('gone');
      if (trialBytes > 0 && this.trouble !== 'none') throw this.#failure('full');
      const continues = !this.replaced;
      return { bytes: this.#active.length, continues };
    });
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#run(async () => this.#active.slice(offset, offset + length));
  }

  truncate(bytes: number): Promise<void> {
    return this.#run(async () => this.#setActive(this.#active.slice(0, bytes)));
  }

  append(lines: Uint8Array): Promise<void> {
    return this.#run(async () => {
      this.writes += 1;
      const trouble = this.trouble;
      if (trouble === 'full' || trouble === 'gone') throw this.#failure('full');
      const part = trouble === 'torn' ? lines.slice(0, lines.length / 2) : lines;
      this.#extend(part);
      if (trouble !== 'none') throw this.#failure(trouble === 'torn' ? 'full' : 'io');
    });
  }

  startFile(_: number, lines: Uint8Array): Promise<void> {
    return this.#run(async () => {
      if (this.trouble !== 'none') throw this.#failure('full');
      if (this.#active.length === 0) this.files.pop();
      this.files.push(lines.slice());
      this.due = undefined;
      this.replaced = false;
    });
  }

  abandon(): void {}

  async close(): Promise<void> {}

  get #active(): Uint8Array {
    return this.files.at(-1) ?? new Uint8Array(0);
  }

  #setActive(bytes: Uint8Array): void {
    this.files[Math.max(0, this.files.length - 1)] = bytes;
  }

  /** In place while that can be: to copy the whole file with each record made long tests slow. */
  #extend(part: Uint8Array): void {
    const active = this.#active;
    const length = active.length + part.length;
    if (active !== this.#grown || length > this.#room.length) {
      this.#room = new Uint8Array(2 * length);
      this.#room.set(active);
    }
    this.#room.set(part, active.length);
    this.#grown = this.#room.subarray(0, length);
    this.#setActive(this.#grown);
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running) this.overlaps += 1;
    this.#running = true;
    try {
      if (this.trouble === 'hanging') {
        await new Promise<void>((resolve) => this.#release.push(resolve));
        throw this.#failure('io');
      }
      await Promise.resolve();
      return await work();
    } finally {
      this.#running = false;
    }
  }

  #failure(kind: string): Error {
    const reason = kind === 'full' ? 'no space is left on the disk' : 'the disk failed';
    return failure('audit.device', { device: this.name, kind, reason, cure: 'free some space' });
  }
}
