/**
 * One device as the trail sees it: a bounded queue of lines, one operation at a time, a deadline
 * for each (hanging is failing), and how far the device has come. A lane that fails stays so until
 * the trail brings it back; nothing in here tries a failed write again.
 */
import { AssertionFailure, assert } from '../../shared/assert.ts';
import type { AuditDevice } from '../ports/audit-device.ts';
import type { Timers } from '../ports/clock.ts';
import { type DeviceFault, deviceFailure, faultOf, hungFault, slowFault } from './fault.ts';
import { deviceQueueBytesMax } from './limits.ts';

/** Some lines of the chain, on their way to a device. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** Index of the first line, and of the line behind the last. */
  readonly from: number;
  readonly to: number;
  /** The device begins a new file with them. */
  readonly startsFile: boolean;
}

/**
 * - `closed`: never opened since the agent started.
 * - `working`: takes lines.
 * - `ready`: opened again; its next lines begin a new file, with a header.
 * - `failed`: see `fault`.
 */
export type LaneState = 'closed' | 'working' | 'ready' | 'failed';

interface Waiting {
  readonly piece: Piece;
  readonly settle: (done: boolean) => void;
}

export interface LaneOptions {
  readonly device: AuditDevice;
  readonly timers: Timers;
  readonly deadlineMs: number;
  /** Called once when the lane fails, before what waited is told. */
  readonly onFailed: (lane: DeviceLane, fault: DeviceFault, error: unknown) => void;
}

export class DeviceLane {
  readonly #options: LaneOptions;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #draining = false;
  #drained: Promise<void> = Promise.resolve();
  /** Operations that were started and have not settled: more than one never runs. */
  #unsettled = 0;
  /** New files that are queued or being begun. */
  #starts = 0;
  state: LaneState = 'closed';
  fault: DeviceFault | undefined;
  /** The next line that this device lacks. */
  confirmed = 0;
  /** Bytes of its active file up to there. */
  confirmedBytes = 0;
  /** Whether the active file can take more lines, so that it need not end without a checkpoint. */
  attached = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get device(): AuditDevice {
    return this.#options.device;
  }

  get name(): string {
    return this.#options.device.name;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Why the device should begin a new file, unless it is about to. */
  get due(): AuditDevice['due'] {
    return this.#starts > 0 ? undefined : this.device.due;
  }

  /** Whether an operation that was given up still hangs: then no other one is started. */
  get hangs(): boolean {
    return this.#unsettled > 0;
  }

  /** Whether it can be given lines. */
  get usable(): boolean {
    return this.state === 'working' || this.state === 'ready';
  }

  /** The device holds all lines before `index` in the first `bytes` bytes of its active file. */
  standAt(index: number, bytes: number): void {
    this.confirmed = index;
    this.confirmedBytes = bytes;
  }

  /** The device goes on in its active file. */
  continueFile(): void {
    this.attached = true;
    this.state = 'working';
  }

  /** The device's next lines begin a new file; `attached`: it can end the active one properly. */
  awaitFile(attached: boolean): void {
    this.attached = attached;
    this.state = 'ready';
  }

  /** Queues pieces; true once all of them are durable, false when the lane failed before. */
  async push(pieces: readonly Piece[]): Promise<boolean> {
    assert(this.usable, 'only a usable lane is given lines');
    this.state = 'working';
    const done = Promise.all(pieces.map((piece) => this.#enqueue(piece)));
    if (this.#queuedBytes > deviceQueueBytesMax) this.fail(slowFault);
    else if (!this.#draining) this.#drained = this.#drain();
    return (await done).every(Boolean);
  }

  /** Resolves when nothing is queued and no write runs. */
  idle(): Promise<void> {
    return this.#drained;
  }

  /** Runs an operation that is not a queued write, under the same deadline. */
  async call<Result>(operation: (device: AuditDevice) => Promise<Result>): Promise<Result> {
    assert(!this.hangs, 'one operation of a device at a time');
    return this.#bounded(() => operation(this.device));
  }

  /** Marks the lane as failed and tells everything that waits. */
  fail(fault: DeviceFault, error?: unknown): void {
    if (this.state === 'failed') return;
    this.state = 'failed';
    this.fault = fault;
    this.#options.onFailed(this, fault, error);
    const waiting = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    for (const { settle } of waiting) settle(false);
  }

  #enqueue(piece: Piece): Promise<boolean> {
    this.#queuedBytes += piece.bytes.length;
    if (piece.startsFile) this.#starts += 1;
    return new Promise((resolve) => {
      const settle = (done: boolean): void => {
        if (piece.startsFile) this.#starts -= 1;
        resolve(done);
      };
      this.#queue.push({ piece, settle });
    });
  }

  async #drain(): Promise<void> {
    this.#draining = true;
    while (this.#queue.length > 0 && this.state === 'working') await this.#write();
    this.#draining = false;
  }

  /** Writes what waits, up to the next new file, as one operation. */
  async #write(): Promise<void> {
    const run = this.#nextRun();
    const first = run[0]?.piece;
    assert(first !== undefined, 'there is something to write');
    const bytes = joined(run.map(({ piece }) => piece.bytes));
    try {
      await this.#bounded(() =>
        first.startsFile ? this.device.startFile(first.from, bytes) : this.device.append(bytes),
      );
    } catch (error) {
      if (error instanceof AssertionFailure) throw error;
      this.fail(faultOf(error), error);
    }
    if (this.state !== 'working') return settleAll(run, false);
    this.confirmed = run.at(-1)?.piece.to ?? this.confirmed;
    this.confirmedBytes = bytes.length + (first.startsFile ? 0 : this.confirmedBytes);
    this.attached = true;
    settleAll(run, true);
  }

  #nextRun(): readonly Waiting[] {
    const stop = this.#queue.findIndex(({ piece }, at) => at > 0 && piece.startsFile);
    const run = this.#queue.splice(0, stop < 0 ? this.#queue.length : stop);
    for (const { piece } of run) this.#queuedBytes -= piece.bytes.length;
    return run;
  }

  #bounded<Result>(operation: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const cancel = this.#options.timers.after(this.#options.deadlineMs, () => {
        this.device.abandon();
        reject(deviceFailure(this.name, hungFault));
      });
      this.#unsettled += 1;
      operation()
        .finally(() => {
          this.#unsettled -= 1;
          cancel();
        })
        .then(resolve, reject);
    });
  }
}

function settleAll(run: readonly Waiting[], done: boolean): void {
  for (const { settle } of run) settle(done);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
