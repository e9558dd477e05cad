/**
 * All devices of the trail together: reads them back at start, gives each its part of every write,
 * and cares for those that fail: tells it, tries them again, and lets them begin a new file when
 * they are back.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { EventEntry } from '../../shared/audit/entry.ts';
import type { AuditDevice, CheckpointKeeper } from '../ports/audit-device.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { ChainState } from './chain-writer.ts';
import type { NotedRecords } from './commit-note.ts';
import type { AuditCrypto } from './crypto.ts';
import { courseOf, openLane, type OpenedLane, type Standing, standingOf } from './establish.ts';
import { deviceBackEvent, rotatedEvent } from './events.ts';
import { isMeddling } from './fault.ts';
import type { Findings } from './findings.ts';
import type { DeviceLane, Piece } from './lane.ts';
import { trialBytes } from './limits.ts';
import { Unacknowledged } from './unacknowledged.ts';
import { type DeviceStatus, Ward } from './ward.ts';

export interface DevicesOptions {
  readonly devices: readonly AuditDevice[];
  readonly crypto: AuditCrypto;
  readonly node: string;
  readonly keeper: CheckpointKeeper;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly deadlineMs: number;
  readonly findings: Findings;
  /** What the store has seen of the node's logs. */
  readonly noted: NotedRecords;
  /** Whether a kill or a power cut explains that the log ends early. */
  readonly endMayBeUnwritten: boolean;
  /** A device failed, or was tried again: there may be something to write, or to refuse. */
  readonly onChange: () => void;
  /** How many records the trail has refused so far. */
  readonly refused: () => number;
}

/** What the next write does about devices. */
export interface WritePlan {
  /** Those that begin a new file with it. */
  readonly starting: ReadonlySet<DeviceLane>;
  /** Whether a device can end its file with a checkpoint before. */
  readonly closes: boolean;
  /** What it records about devices. */
  readonly events: readonly EventEntry[];
}

/** The lines of one write: perhaps the end of the files that are left, then everything else. */
export interface WriteLines {
  readonly closing: Piece | undefined;
  readonly main: Piece;
}

export class Devices {
  readonly #options: DevicesOptions;
  readonly #wards: readonly Ward[];
  readonly #unacknowledged = new Unacknowledged();
  readonly #found: Findings;
  #standing: Standing | undefined;
  #establishing: Promise<void> | undefined;
  /** Records that were refused before no device worked any more. */
  #refusedBeforeDown: number | undefined;

  constructor(options: DevicesOptions) {
    this.#options = options;
    this.#found = options.findings;
    const care = {
      ...options,
      onFailed: (ward: Ward, first: boolean, error: unknown) => this.#failed(ward, first, error),
      onRetry: (ward: Ward) => this.#bringBack(ward).then(options.onChange),
    };
    this.#wards = options.devices.map((device) => new Ward(device, care));
  }

  /** Where the chain stands; undefined until a device could be read. */
  get chain(): ChainState | undefined {
    return this.#standing?.chain;
  }

  get usable(): boolean {
    return this.#wards.some(({ lane }) => lane.usable);
  }

  /** Whether a device is being opened at this moment. */
  get trying(): boolean {
    return this.#wards.some(({ trying }) => trying);
  }

  /** Whether something about devices waits to be written. */
  get hasNews(): boolean {
    const news = ({ lane, failedEvent }: Ward): boolean =>
      failedEvent !== undefined || lane.state === 'ready';
    return this.#found.events.length > 0 || this.#wards.some(news);
  }

  /** Reads the devices back, and finds out where the chain stands, if any can be read. */
  establish(): Promise<void> {
    this.#establishing ??= this.#establish().finally(() => {
      this.#establishing = undefined;
    });
    return this.#establishing;
  }

  /** Tries failed devices again, unless that was done a moment ago; whether one is being tried. */
  tryAgain(): boolean {
    for (const ward of this.#wards) ward.tryNow();
    return this.trying;
  }

  /** What the next write, whose first line is `next`, does about devices. */
  plan(next: number, reopening: boolean): WritePlan {
    const starting = new Set<DeviceLane>();
    const events: EventEntry[] = [...this.#found.events];
    const wallMs = this.#options.clock.wallMs();
    for (const ward of this.#wards) {
      const { lane, failedEvent } = ward;
      if (failedEvent !== undefined) events.push(failedEvent);
      const reason = reasonToRotate(lane, reopening);
      if (reason !== undefined) events.push(rotatedEvent(wallMs, lane.name, reason));
      if (lane.state === 'ready') events.push(...this.#returnEvent(ward, wallMs));
      if (lane.state === 'ready' || reason !== undefined) starting.add(lane);
    }
    const closes = this.#wards.some(({ lane }) => lane.usable && this.#reaches(lane, next));
    return { starting, closes, events };
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
    return this.#wards.map((ward) => ward.status());
  }

  /** Waits for what is queued and closes the devices. */
  async close(): Promise<void> {
    await Promise.all(this.#wards.map((ward) => this.#close(ward)));
  }

  async #close(ward: Ward): Promise<void> {
    try {
      await ward.close();
    } catch (error) {
      if (error instanceof AssertionFailure) throw error;
      this.#options.log.warn('an audit device did not close', { device: ward.name, error });
    }
  }

  async #establish(): Promise<void> {
    const { crypto, node } = this.#options;
    const wards = this.#wards.filter(({ lane }) => !lane.hangs);
    const found = await Promise.all(
      wards.map((ward) => ward.run(() => openLane(ward.lane, crypto, node))),
    );
    const opened = found.filter((lane) => lane !== undefined);
    if (opened.length > 0) {
      const standing = await this.#findStanding(opened);
      if (standing.lostTo !== undefined) {
        this.#found.tailLost(standing.endsBefore, standing.lostTo);
      }
      this.#compareWithStore(opened, standing);
      await this.#setOut(opened, standing);
      this.#standing = standing;
    }
    if (!this.usable) this.#down();
  }

  /** A record that a commit names was durable before it: a log that does not reach it is cut. */
  #compareWithStore(opened: readonly OpenedLane[], { chain }: Standing): void {
    const { noted, endMayBeUnwritten: unwritten } = this.#options;
    const { size } = chain.tree;
    if (noted.own !== undefined && noted.own >= size) {
      const read = opened.filter(({ tail }) => tail.problem === undefined).map(({ lane }) => lane);
      const unread = this.#wards.filter(({ lane }) => !read.includes(lane)).map(({ name }) => name);
      this.#found.endLost({ endsBefore: size, seen: noted.own, unread, unwritten });
    }
    if (size === 0 && noted.before !== undefined) this.#found.begunAnew(noted.before);
  }

  async #setOut(opened: readonly OpenedLane[], standing: Standing): Promise<void> {
    for (const found of opened) {
      const ward = this.#wards.find(({ lane }) => lane === found.lane);
      await ward?.run(() => this.#takeCourse(found, standing));
    }
  }

  async #takeCourse(found: OpenedLane, standing: Standing): Promise<void> {
    const { lane, tail } = found;
    const course = await courseOf(found, standing, this.#options.crypto);
    lane.standAt(tail.chain?.tree.size ?? 0, tail.bytes);
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

  async #findStanding(opened: readonly OpenedLane[]): Promise<Standing> {
    const { crypto, keeper } = this.#options;
    try {
      const standing = standingOf(opened, await keeper.load(), crypto);
      if (standing.keptProblem !== undefined) this.#found.keptUseless(standing.keptProblem);
      return standing;
    } catch (error) {
      if (error instanceof AssertionFailure) throw error;
      this.#found.keptUseless('cannot be read', error);
      return standingOf(opened, undefined, crypto);
    }
  }

  async #bringBack(ward: Ward): Promise<void> {
    if (this.#standing === undefined) return this.establish();
    await ward.run(async () => {
      const { lane } = ward;
      if (lane.confirmedBytes === 0) return this.#bringIn(lane);
      const needed = trialBytes + this.#unacknowledged.bytes;
      const { continues } = await lane.call((device) => device.open(needed));
      if (continues) await lane.call((device) => device.truncate(lane.confirmedBytes));
      lane.awaitFile(continues);
    });
  }

  /** A device that never worked since the start: what it holds is closed as it is. */
  async #bringIn(lane: DeviceLane): Promise<void> {
    const { tail } = await openLane(lane, this.#options.crypto, this.#options.node, trialBytes);
    lane.standAt(tail.chain?.tree.size ?? 0, tail.bytes);
    if (tail.torn !== undefined) this.#found.recovered(lane.name, tail.torn);
    if (tail.problem !== undefined) this.#found.unreadable(lane.name, tail.problem);
    lane.awaitFile(false);
  }

  #failed(ward: Ward, first: boolean, error: unknown): void {
    const { name, fault } = ward.lane;
    if (first && fault !== undefined) {
      const message = `audit device ${name} failed: ${fault.reason}; ${fault.cure}`;
      this.#found.alarm({ kind: 'device-failed', message, device: name }, error);
      if (isMeddling(fault)) this.#found.fileTouched(name, fault.reason);
    }
    if (this.usable || this.#establishing !== undefined) ward.tryLater(!this.usable);
    else this.#down();
    this.#options.onChange();
  }

  /** No device works: all of them are tried soon. */
  #down(): void {
    if (this.#refusedBeforeDown === undefined) {
      this.#refusedBeforeDown = this.#options.refused();
      const message = `no audit device works, requests are refused: ${this.faults()}`;
      this.#found.alarm({ kind: 'down', message });
    }
    for (const ward of this.#wards) {
      if (ward.lane.state === 'failed') ward.tryLater(true);
    }
  }

  async #writeTo(ward: Ward, plan: WritePlan, lines: WriteLines): Promise<boolean> {
    const { lane } = ward;
    const missing = lane.state === 'ready' ? this.#missing(lane) : [];
    const closes = lines.closing !== undefined && this.#reaches(lane, lines.closing.from);
    const main = plan.starting.has(lane) ? { ...lines.main, startsFile: true } : lines.main;
    const pieces = piecesOf({ main, closing: closes ? lines.closing : undefined });
    const done = await lane.push([...missing, ...pieces]);
    if (!done) return false;
    this.#unacknowledged.remove(missing);
    this.#works(ward);
    return true;
  }

  /** The unconfirmed lines that a returning device can still add to its file. */
  #missing(lane: DeviceLane): readonly Piece[] {
    return lane.attached ? this.#unacknowledged.after(lane.confirmed) : [];
  }

  /** Whether the line with that index is the next one in the device's active file. */
  #reaches(lane: DeviceLane, index: number): boolean {
    if (lane.state === 'working') return true;
    return lane.attached && (this.#missing(lane).at(-1)?.to ?? lane.confirmed) === index;
  }

  #works(ward: Ward): void {
    if (ward.works()) {
      const message = `audit device ${ward.name} works again`;
      this.#found.alarm({ kind: 'device-back', message, device: ward.name });
    }
    if (this.#refusedBeforeDown === undefined) return;
    this.#refusedBeforeDown = undefined;
    this.#found.alarm({ kind: 'up', message: 'the audit log is written again' });
  }

  #recorded(events: readonly EventEntry[]): void {
    if (events.length === 0) return;
    this.#found.recorded(events);
    for (const ward of this.#wards) ward.recorded(events);
  }

  #returnEvent({ lane, failedSinceMs }: Ward, wallMs: number): readonly EventEntry[] {
    if (failedSinceMs === undefined) return [];
    const before = this.#refusedBeforeDown;
    const refused = before === undefined ? 0 : this.#options.refused() - before;
    return [deviceBackEvent(wallMs, lane.name, { failedSinceMs, from: lane.confirmed, refused })];
  }
}

function reasonToRotate(
  lane: DeviceLane,
  reopening: boolean,
): 'full' | 'moved' | 'reopened' | undefined {
  if (lane.state !== 'working') return undefined;
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
