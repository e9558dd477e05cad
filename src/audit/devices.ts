/**
 * All devices of the trail together: reads them back at start, gives each its part of every write,
 * and cares for those that fail: tells it, tries them again, and lets them begin a new file when they
 * are back.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { EventEntry } from '../../shared/audit/entry.ts';
import type { AuditDevice, CheckpointKeeper } from '../ports/audit-device.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TrailAlarm } from './alarm.ts';
import type { ChainState } from './chain-writer.ts';
import type { AuditCrypto } from './crypto.ts';
import { courseOf, openLane, type OpenedLane, type Standing, standingOf } from './establish.ts';
import { deviceBackEvent, deviceFailedEvent, rotatedEvent } from './events.ts';
import { type DeviceFault, faultOf } from './fault.ts';
import { Findings } from './findings.ts';
import { DeviceLane, type Piece } from './lane.ts';
import { Retry } from './retry.ts';
import { Unacknowledged } from './unacknowledged.ts';

export interface DevicesOptions {
  readonly devices: readonly AuditDevice[];
  readonly crypto: AuditCrypto;
  readonly node: string;
  readonly keeper: CheckpointKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly deadlineMs: number;
  readonly onAlarm: (alarm: TrailAlarm) => void;
  /** A device failed, or was tried again: there may be something to write, or to refuse. */
  readonly onChange: () => void;
  /** How many records the trail has refused so far. */
  readonly refused: () => number;
}

export interface DeviceStatus {
  readonly name: string;
  readonly working: boolean;
  /** Kind of the last failure (src/audit/fault.ts); kept after a return. */
  readonly lastFault: string | undefined;
  /** Milliseconds since 1970 by the host's clock; undefined while it works. */
  readonly failedSinceMs: number | undefined;
  /** Lines before this index are durable there. */
  readonly confirmed: number;
  readonly fileBytes: number;
  readonly queuedBytes: number;
}

/** Which devices begin a new file with the next write, and what it records about devices. */
export interface WritePlan {
  readonly starting: ReadonlySet<DeviceLane>;
  readonly events: readonly EventEntry[];
}

/** The lines of one write: perhaps the end of the files that are left, then everything else. */
export interface WriteLines {
  readonly closing: Piece | undefined;
  readonly main: Piece;
}

/** A device and what is known of its failures. */
interface Ward {
  readonly lane: DeviceLane;
  readonly retry: Retry;
  failedSinceMs: number | undefined;
  /** Not yet in the log. */
  failedEvent: EventEntry | undefined;
  attempting: boolean;
  attempt: Promise<void>;
}

export class Devices {
  readonly #options: DevicesOptions;
  readonly #wards: readonly Ward[];
  readonly #unacknowledged = new Unacknowledged();
  readonly #found: Findings;
  #standing: Standing | undefined;
  #establishing: Promise<void> | undefined;
  #downSince: { readonly refused: number } | undefined;
  #closed = false;

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.#found = new Findings(options);
    this.#wards = options.devices.map((device) => this.#ward(device));
  }

  /** Where the chain stands; undefined until a device could be read. */
  get chain(): ChainState | undefined {
    return this.#standing?.chain;
  }

  get usable(): boolean {
    return this.#wards.some(({ lane }) => lane.usable);
  }

  /** Whether a device is being tried again at this moment. */
  get trying(): boolean {
    return this.#wards.some(({ attempting }) => attempting);
  }

  /** Whether something about devices waits to be written. */
  get hasNews(): boolean {
    return (
      this.#found.events.length > 0 ||
      this.#wards.some(
        ({ lane, failedEvent }) => failedEvent !== undefined || lane.state === 'ready',
      )
    );
  }

  /** Reads the devices back, and finds out where the chain stands, if any can be read. */
  establish(): Promise<void> {
    this.#establishing ??= this.#establish().finally(() => {
      this.#establishing = undefined;
    });
    return this.#establishing;
  }

  /** Tries failed devices again that may be tried now; whether one is being tried. */
  tryAgain(): boolean {
    for (const ward of this.#wards) {
      if (ward.lane.state === 'failed' && ward.retry.allowed) this.#attempt(ward);
    }
    return this.trying;
  }

  /** What the next write has to do for the devices. */
  plan(reopening: boolean): WritePlan {
    const starting = new Set<DeviceLane>();
    const events: EventEntry[] = [...this.#found.events];
    const wallMs = this.#options.clock.wallMs();
    for (const ward of this.#wards) {
      if (ward.failedEvent !== undefined) events.push(ward.failedEvent);
      const { lane } = ward;
      const reason = lane.state === 'working' ? reasonToRotate(lane, reopening) : undefined;
      if (lane.state === 'ready' || reason !== undefined) starting.add(lane);
      if (lane.state === 'ready') events.push(...this.#returnEvent(ward, wallMs));
      if (reason !== undefined) events.push(rotatedEvent(wallMs, lane.name, reason));
    }
    return { starting, events };
  }

  /** Gives every usable device its lines; true as soon as one has confirmed, false if none will. */
  async write(plan: WritePlan, lines: WriteLines): Promise<boolean> {
    const usable = this.#wards.filter(({ lane }) => lane.usable);
    const written = await anyTrue(usable.map((ward) => this.#writeTo(ward, plan, lines)));
    if (written) this.#recorded(plan.events);
    else this.#unacknowledged.add(piecesOf(lines));
    return written;
  }

  /** For an error message: each device, its fault and the cure. */
  faults(): string {
    return this.#wards
      .map(({ lane: { name, fault } }) =>
        fault === undefined ? `${name}: not open` : `${name}: ${fault.reason} (${fault.cure})`,
      )
      .join('; ');
  }

  status(): readonly DeviceStatus[] {
    return this.#wards.map(({ lane, failedSinceMs }) => ({
      name: lane.name,
      working: lane.usable && failedSinceMs === undefined,
      lastFault: lane.fault?.kind,
      failedSinceMs,
      confirmed: lane.confirmed,
      fileBytes: lane.confirmedBytes,
      queuedBytes: lane.queuedBytes,
    }));
  }

  /** Waits for what is queued and closes the devices. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { retry } of this.#wards) retry.stop();
    await Promise.all(this.#wards.map(({ attempt }) => attempt));
    await Promise.all(this.#wards.map(({ lane }) => this.#closeLane(lane)));
  }

  async #closeLane(lane: DeviceLane): Promise<void> {
    await lane.idle();
    if (lane.hangs) return;
    try {
      await lane.call((device) => device.close());
    } catch (error) {
      rethrowAssertion(error);
      this.#options.log.warn('an audit device did not close', { device: lane.name, error });
    }
  }

  #ward(device: AuditDevice): Ward {
    const { clock, timers, deadlineMs } = this.#options;
    const ward: Ward = {
      lane: new DeviceLane({
        device,
        timers,
        deadlineMs,
        onFailed: (_, fault, error) => this.#failed(ward, fault, error),
      }),
      retry: new Retry(clock, timers),
      failedSinceMs: undefined,
      failedEvent: undefined,
      attempting: false,
      attempt: Promise.resolve(),
    };
    return ward;
  }

  async #establish(): Promise<void> {
    const wards = this.#wards.filter(({ lane }) => !lane.hangs);
    const attempts = wards.map((ward) => this.#tryTo(ward, () => this.#open(ward)));
    const opened = (await Promise.all(attempts)).filter((lane) => lane !== undefined);
    if (opened.length === 0) return this.#down();
    const kept = await this.#loadKept();
    const standing = standingOf(opened, kept, this.#options.crypto);
    if (standing.lostTo !== undefined) this.#found.tailLost(standing.endsBefore, standing.lostTo);
    for (const found of opened) {
      const ward = this.#wards.find(({ lane }) => lane === found.lane);
      if (ward !== undefined) await this.#tryTo(ward, () => this.#takeCourse(found, standing));
    }
    this.#standing = standing;
    if (!this.usable) this.#down();
  }

  #open({ lane }: Ward): Promise<OpenedLane> {
    return openLane(lane, this.#options.crypto, this.#options.node);
  }

  async #takeCourse(found: OpenedLane, standing: Standing): Promise<void> {
    const { lane, tail } = found;
    const size = tail.chain?.tree.size ?? 0;
    const course = await courseOf(found, standing, this.#options.crypto);
    lane.standAt(size, tail.bytes);
    if (tail.torn !== undefined) this.#found.recovered(lane.name, tail.torn);
    if (course.kind === 'new-file') {
      if (course.problem !== undefined) this.#found.unreadable(lane.name, course.problem);
      else if (tail.chain !== undefined) this.#found.lagging(lane.name, lane.confirmed);
      lane.awaitFile(false);
      return;
    }
    lane.continueFile();
    if (course.kind === 'catch-up') void lane.push([course.piece]);
  }

  async #loadKept(): Promise<Uint8Array | undefined> {
    try {
      return await this.#options.keeper.load();
    } catch (error) {
      rethrowAssertion(error);
      this.#found.keptUnreadable(error);
      return undefined;
    }
  }

  #attempt(ward: Ward): void {
    if (this.#closed || ward.attempting) return;
    ward.retry.attempt();
    if (ward.lane.hangs) return this.#schedule(ward);
    ward.attempt = this.#bringBack(ward).then(this.#options.onChange);
  }

  async #bringBack(ward: Ward): Promise<void> {
    if (this.#standing === undefined) return this.establish();
    await this.#tryTo(ward, async () => {
      const { lane } = ward;
      if (lane.confirmedBytes === 0) return this.#bringIn(lane);
      const { continues } = await lane.call((device) => device.open());
      if (continues) await lane.call((device) => device.truncate(lane.confirmedBytes));
      lane.awaitFile(continues);
    });
  }

  /** A device that never worked since the start: what it holds is closed as it is. */
  async #bringIn(lane: DeviceLane): Promise<void> {
    const { tail } = await openLane(lane, this.#options.crypto, this.#options.node);
    lane.standAt(tail.chain?.tree.size ?? 0, tail.bytes);
    if (tail.torn !== undefined) this.#found.recovered(lane.name, tail.torn);
    if (tail.problem !== undefined) this.#found.unreadable(lane.name, tail.problem);
    lane.awaitFile(false);
  }

  /** Runs an attempt with a device; a failure leaves it failed and due to be tried again. */
  async #tryTo<Result>(ward: Ward, work: () => Promise<Result>): Promise<Result | undefined> {
    ward.attempting = true;
    try {
      return await work();
    } catch (error) {
      rethrowAssertion(error);
      const fault = faultOf(error);
      if (ward.lane.state === 'failed') {
        ward.lane.fault = fault;
        this.#schedule(ward);
      } else {
        ward.lane.fail(fault, error);
      }
      return undefined;
    } finally {
      ward.attempting = false;
    }
  }

  #schedule(ward: Ward): void {
    if (!this.#closed) ward.retry.schedule(!this.usable, () => this.#attempt(ward));
  }

  #failed(ward: Ward, fault: DeviceFault, error: unknown): void {
    const { lane } = ward;
    const wallMs = this.#options.clock.wallMs();
    if (ward.failedSinceMs === undefined) {
      ward.failedSinceMs = wallMs;
      ward.failedEvent = deviceFailedEvent(wallMs, lane.name, fault, lane.confirmed);
      const message = `audit device ${lane.name} failed: ${fault.reason}; ${fault.cure}`;
      this.#found.alarm({ kind: 'device-failed', message, device: lane.name }, error);
    }
    if (this.usable || this.#establishing !== undefined) this.#schedule(ward);
    else this.#down();
    this.#options.onChange();
  }

  #down(): void {
    if (this.#downSince === undefined) {
      this.#downSince = { refused: this.#options.refused() };
      const message = `no audit device works, requests are refused: ${this.faults()}`;
      this.#found.alarm({ kind: 'down', message });
    }
    for (const ward of this.#wards) {
      if (ward.lane.state === 'failed') this.#schedule(ward);
    }
  }

  async #writeTo(ward: Ward, plan: WritePlan, lines: WriteLines): Promise<boolean> {
    const { lane } = ward;
    const returning = lane.state === 'ready';
    const missing = returning && lane.attached ? this.#unacknowledged.after(lane.confirmed) : [];
    const reached = missing.at(-1)?.to ?? lane.confirmed;
    const closes = !returning || (lane.attached && reached === lines.closing?.from);
    const main = plan.starting.has(lane) ? { ...lines.main, startsFile: true } : lines.main;
    const pieces = closes ? piecesOf({ ...lines, main }) : [main];
    const done = await lane.push([...missing, ...pieces]);
    if (!done) return false;
    this.#unacknowledged.remove(missing);
    this.#works(ward);
    return true;
  }

  #works(ward: Ward): void {
    ward.retry.works();
    if (ward.failedSinceMs !== undefined) {
      ward.failedSinceMs = undefined;
      const message = `audit device ${ward.lane.name} works again`;
      this.#found.alarm({ kind: 'device-back', message, device: ward.lane.name });
    }
    if (this.#downSince === undefined) return;
    this.#downSince = undefined;
    this.#found.alarm({ kind: 'up', message: 'the audit log is written again' });
  }

  #recorded(events: readonly EventEntry[]): void {
    this.#found.recorded(events);
    for (const ward of this.#wards) {
      if (ward.failedEvent !== undefined && events.includes(ward.failedEvent)) {
        ward.failedEvent = undefined;
      }
    }
  }

  #returnEvent({ lane, failedSinceMs }: Ward, wallMs: number): readonly EventEntry[] {
    if (failedSinceMs === undefined) return [];
    const refused =
      this.#downSince === undefined ? 0 : this.#options.refused() - this.#downSince.refused;
    return [deviceBackEvent(wallMs, lane.name, { failedSinceMs, from: lane.confirmed, refused })];
  }
}

function reasonToRotate(
  lane: DeviceLane,
  reopening: boolean,
): 'full' | 'moved' | 'reopened' | undefined {
  return reopening ? 'reopened' : lane.due;
}

function piecesOf({ closing, main }: WriteLines): readonly Piece[] {
  return closing === undefined ? [main] : [closing, main];
}

function anyTrue(results: readonly Promise<boolean>[]): Promise<boolean> {
  return new Promise((resolve) => {
    let open = results.length;
    for (const result of results) {
      void result.then((done) => {
        open -= 1;
        if (done || open === 0) resolve(done);
      });
    }
  });
}

function rethrowAssertion(error: unknown): void {
  if (error instanceof AssertionFailure) throw error;
}
