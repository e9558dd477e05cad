/**
 * The audit trail: one chain of records, every device gets the same bytes, and a record counts as
 * written when one device confirmed it.
 *
 * Records that arrive while a write is under way share the next one (group commit): one write and
 * one sync for each device and batch. Checkpoints come after 256 lines, or a second after the first
 * line that none covers. When no device can write, every record is refused (`audit.unavailable`)
 * and with it the request it stands for; devices are tried again by a timer and by the next record,
 * and the log goes on by itself.
 *
 * A device that comes back, or is full, or was moved away begins a new file with a header. The
 * header is a line like any other: the other devices hold it inside their file.
 */
import { assert } from '../../shared/assert.ts';
import type { AuditEntry } from '../../shared/audit/entry.ts';
import {
  auditLineBytesMax,
  checkpointDelayMs,
  checkpointLinesMax,
} from '../../shared/audit/format.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { AuditDevice, CheckpointKeeper } from '../ports/audit-device.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TrailAlarm } from './alarm.ts';
import { ChainWriter, fitsInLine } from './chain-writer.ts';
import { CheckpointSaver } from './checkpoint-saver.ts';
import { logNameOf, notedRecords } from './commit-note.ts';
import type { AuditCrypto } from './crypto.ts';
import { Devices, type WriteLines, type WritePlan } from './devices.ts';
import { entryText } from './entry-text.ts';
import { Findings } from './findings.ts';
import type { Piece } from './lane.ts';
import { batchBytesMax, deviceDeadlineMs, waitingBytesMax, waitingEntriesMax } from './limits.ts';
import { auditTime } from './time.ts';
import type { DeviceStatus } from './ward.ts';

export interface TrailOptions {
  /** At least one. Their names differ. */
  readonly devices: readonly AuditDevice[];
  readonly crypto: AuditCrypto;
  /** The node's id, in every header. */
  readonly node: string;
  readonly keeper: CheckpointKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
  /**
   * Resolves when the host's event loop has handed out what it has now: requests that came together
   * share a write, which costs as much as half a request. Default: the turn of a promise.
   */
  readonly turn?: () => Promise<void>;
  readonly log: Log;
  /** Told of what an operator must see at once. */
  readonly onAlarm?: (alarm: TrailAlarm) => void;
  /** Told of each header or checkpoint that is durable: its line, without newline. */
  readonly onCheckpoint?: (line: Uint8Array) => void;
  /**
   * Told of whole lines, with their newlines, once they are durable, and the index after the last.
   * It must not throw, and must not keep the array.
   */
  readonly onWritten?: (lines: Uint8Array, next: number) => void;
  /** Notes of the store's newest commits, the newest first: what it has seen of this log. */
  readonly notes?: readonly Uint8Array[];
  /**
   * Whether the end of the log may be missing honestly: the last agent did not close it, and a
   * device confirms what is not yet on a disk.
   */
  readonly endMayBeUnwritten?: boolean;
  /** Default: `deviceDeadlineMs`. */
  readonly deadlineMs?: number;
}

export interface TrailStatus {
  /** `down`: no device works, every record is refused. */
  readonly state: 'starting' | 'working' | 'down' | 'stopped';
  /** Index of the next line: lines written over the agent's life. */
  readonly nextIndex: number;
  /** Records accepted and refused since the start. */
  readonly acknowledged: number;
  readonly refused: number;
  readonly waiting: number;
  readonly devices: readonly DeviceStatus[];
}

interface Waiting {
  readonly text: string;
  readonly resolve: (place: { readonly index: number }) => void;
  readonly reject: (error: Error) => void;
}

/** What one write holds. */
interface Batch {
  readonly plan: WritePlan;
  readonly lines: WriteLines;
  readonly taken: readonly Taken[];
}

interface Taken {
  readonly waiting: Waiting;
  readonly index: number;
}

export class AuditTrail {
  /** Node and log, for the notes of commits. */
  readonly logName: Uint8Array;
  readonly #options: TrailOptions;
  readonly #devices: Devices;
  readonly #saver: CheckpointSaver;
  #writer: ChainWriter | undefined;
  #waiting: Waiting[] = [];
  #waitingUnits = 0;
  #reopening = false;
  #checkpointDue = false;
  #cancelCheckpoint: (() => void) | undefined;
  #pumping = false;
  #pumped: Promise<void> = Promise.resolve();
  #stopped = false;
  #acknowledged = 0;
  #refused = 0;

  constructor(options: TrailOptions) {
    assert(options.devices.length > 0, 'there is an audit device');
    this.#options = options;
    this.logName = logNameOf(options.node, options.crypto);
    const findings = new Findings(options);
    this.#devices = new Devices({
      ...options,
      findings,
      deadlineMs: options.deadlineMs ?? deviceDeadlineMs,
      noted: notedRecords(options.notes ?? [], this.logName),
      endMayBeUnwritten: options.endMayBeUnwritten ?? false,
      onChange: () => void this.#pump(),
      refused: () => this.#refused,
    });
    this.#saver = new CheckpointSaver(options.keeper, options.timers, (error) =>
      findings.checkpointNotKept(error),
    );
  }

  /**
   * Reads the devices back and goes on where the log ends. Resolves when that is done and written
   * down; also when no device works, because the trail then comes up by itself.
   */
  async start(): Promise<void> {
    await this.#devices.establish();
    await this.#pump();
  }

  /**
   * Adds a record. Resolves when it is durable on at least one device.
   *
   * Throws `audit.unavailable` (no device confirmed it; a file may hold it all the same),
   * `audit.overloaded`, `audit.entry-too-large`, `audit.stopped`.
   */
  append(entry: AuditEntry): Promise<{ readonly index: number }> {
    return this.appendText(entryText(entry));
  }

  /** The same for a record that another thread has written: the text of one entry. */
  appendText(text: string): Promise<{ readonly index: number }> {
    const refusal = this.#refusalOf(text);
    if (refusal !== undefined) {
      this.#refused += 1;
      return Promise.reject(refusal);
    }
    this.#waitingUnits += text.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
      void this.#pump();
    });
  }

  /** Begins new files on every device (SIGHUP). Resolves when they are begun, or none works. */
  async reopen(): Promise<void> {
    this.#reopening = !this.#stopped;
    await this.#pump();
  }

  /** Writes what waits and a closing checkpoint, then closes the devices. */
  async stop(): Promise<void> {
    if (this.#stopped) return this.#pumped;
    this.#stopped = true;
    this.#checkpointDue = true;
    await this.#pump();
    this.#refuseWaiting();
    this.#cancelCheckpoint?.();
    await this.#devices.close();
    await this.#saver.flush();
  }

  status(): TrailStatus {
    const working = this.#devices.usable ? 'working' : 'down';
    const running = this.#writer === undefined ? 'starting' : working;
    return {
      state: this.#stopped ? 'stopped' : running,
      nextIndex: this.#writer?.next ?? 0,
      acknowledged: this.#acknowledged,
      refused: this.#refused,
      waiting: this.#waiting.length,
      devices: this.#devices.status(),
    };
  }

  #refusalOf(text: string): Error | undefined {
    if (this.#stopped) return failure('audit.stopped');
    if (!fitsInLine(text)) {
      return failure('audit.entry-too-large', { lineBytesMax: auditLineBytesMax });
    }
    const units = this.#waitingUnits + text.length;
    if (this.#waiting.length >= waitingEntriesMax || units > waitingBytesMax) {
      return failure('audit.overloaded');
    }
    return this.#devices.usable || this.#devices.tryAgain() ? undefined : this.#unavailable();
  }

  #unavailable(): Error {
    return failure('audit.unavailable', { devices: this.#devices.faults() });
  }

  /** Runs until there is nothing to write or nobody to write it; resolves then. */
  #pump(): Promise<void> {
    if (this.#pumping) return this.#pumped;
    this.#pumping = true;
    this.#pumped = this.#run();
    return this.#pumped;
  }

  async #run(): Promise<void> {
    await this.#turn();
    this.#writer ??= this.#newWriter();
    while (this.#hasWork()) {
      await this.#writeBatch();
      if (this.#hasWork()) await this.#turn();
    }
    if (!this.#devices.usable && !this.#devices.trying) this.#refuseWaiting();
    this.#pumping = false;
  }

  /** Everything that is asked for in this turn goes into the next batch. */
  #turn(): Promise<void> {
    return this.#options.turn?.() ?? Promise.resolve();
  }

  #newWriter(): ChainWriter | undefined {
    const { chain } = this.#devices;
    const { crypto, node } = this.#options;
    return chain === undefined ? undefined : new ChainWriter(crypto, node, chain);
  }

  #hasWork(): boolean {
    if (this.#writer === undefined || !this.#devices.usable) return false;
    return (
      this.#waiting.length > 0 ||
      this.#reopening ||
      this.#devices.hasNews ||
      (this.#checkpointDue && this.#writer.uncovered > 0)
    );
  }

  async #writeBatch(): Promise<void> {
    const writer = this.#writer;
    assert(writer !== undefined, 'there is a chain');
    const batch = this.#build(writer);
    const summary = writer.takeSummary();
    this.#armCheckpoint(writer);
    // Nothing may come between plan and write: a device that comes back takes part in the next.
    const written = await this.#devices.write(batch.plan, batch.lines);
    if (!written) return this.#refuseAll(batch.taken.map(({ waiting }) => waiting));
    for (const { waiting, index } of batch.taken) waiting.resolve({ index });
    this.#tellWritten(batch.lines);
    this.#acknowledged += batch.taken.length;
    if (summary === undefined) return;
    this.#saver.take(summary);
    this.#options.onCheckpoint?.(summary);
  }

  #tellWritten({ closing, main }: WriteLines): void {
    const { onWritten } = this.#options;
    if (closing !== undefined) onWritten?.(closing.bytes, closing.to);
    onWritten?.(main.bytes, main.to);
  }

  #build(writer: ChainWriter): Batch {
    const time = auditTime(this.#options.clock.wallMs());
    const first = writer.next;
    const plan = this.#devices.plan(first, this.#reopening);
    this.#reopening = false;
    const starts = plan.starting.size > 0;
    if (starts && plan.closes && writer.uncovered > 0) writer.checkpoint(time);
    const closing = pieceOf(writer, first);
    const next = writer.next;
    if (starts) writer.header(time);
    for (const event of plan.events) this.#record(writer, JSON.stringify(event), time);
    const taken = this.#takeWaiting(writer, time);
    if (this.#checkpointDue && writer.uncovered > 0) writer.checkpoint(time);
    this.#checkpointDue = false;
    const main = pieceOf(writer, next);
    assert(main !== undefined, 'a write has lines');
    return { plan, lines: { closing, main }, taken };
  }

  #takeWaiting(writer: ChainWriter, time: string): readonly Taken[] {
    const taken: Taken[] = [];
    for (const waiting of this.#waiting) {
      if (taken.length > 0 && writer.bytes + waiting.text.length > batchBytesMax) break;
      this.#waitingUnits -= waiting.text.length;
      taken.push({ waiting, index: this.#record(writer, waiting.text, time) });
    }
    this.#waiting = this.#waiting.slice(taken.length);
    return taken;
  }

  #record(writer: ChainWriter, text: string, time: string): number {
    const index = writer.record(text);
    if (writer.uncovered >= checkpointLinesMax) writer.checkpoint(time);
    return index;
  }

  /** A second after the first line that no checkpoint covers, one is due. */
  #armCheckpoint(writer: ChainWriter): void {
    if (writer.uncovered === 0) {
      this.#cancelCheckpoint?.();
      this.#cancelCheckpoint = undefined;
      return;
    }
    this.#cancelCheckpoint ??= this.#options.timers.after(checkpointDelayMs, () => {
      this.#cancelCheckpoint = undefined;
      this.#checkpointDue = true;
      void this.#pump();
    });
  }

  #refuseWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingUnits = 0;
    this.#refuseAll(waiting);
  }

  #refuseAll(waiting: readonly Waiting[]): void {
    if (waiting.length === 0) return;
    this.#refused += waiting.length;
    const error = this.#unavailable();
    for (const { reject } of waiting) reject(error);
  }
}

function pieceOf(writer: ChainWriter, from: number): Piece | undefined {
  if (writer.next === from) return undefined;
  return { bytes: writer.take(), from, to: writer.next, startsFile: false };
}
