/** A device in the trail's care: its lane, and what became of it when it failed. */
import { AssertionFailure } from '../../shared/assert.ts';
import type { EventEntry } from '../../shared/audit/entry.ts';
import type { AuditDevice } from '../ports/audit-device.ts';
import type { Clock, Timers } from '../ports/clock.ts';
import { deviceFailedEvent } from './events.ts';
import { type DeviceFault, faultOf } from './fault.ts';
import { DeviceLane } from './lane.ts';
import { Retry } from './retry.ts';

export interface WardOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly deadlineMs: number;
  /** The device failed; `first`: it had worked before. */
  readonly onFailed: (ward: Ward, first: boolean, error: unknown) => void;
  /** It is time to try the failed device again; resolves when that was done. */
  readonly onRetry: (ward: Ward) => Promise<void>;
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

export class Ward {
  readonly #options: WardOptions;
  readonly lane: DeviceLane;
  readonly #retry: Retry;
  #failedSinceMs: number | undefined;
  #failedEvent: EventEntry | undefined;
  #trying = false;
  #attempt: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(device: AuditDevice, options: WardOptions) {
    this.#options = options;
    const { timers, deadlineMs } = options;
    const onFailed = (lane: DeviceLane, fault: DeviceFault, error: unknown): void =>
      this.#failed(lane, fault, error);
    this.lane = new DeviceLane({ device, timers, deadlineMs, onFailed });
    this.#retry = new Retry(options.clock, timers);
  }

  get name(): string {
    return this.lane.name;
  }

  /** By the host's clock; undefined while it works. */
  get failedSinceMs(): number | undefined {
    return this.#failedSinceMs;
  }

  /** That it failed, as long as the log does not say so. */
  get failedEvent(): EventEntry | undefined {
    return this.#failedEvent;
  }

  /** Whether it is being opened at this moment. */
  get trying(): boolean {
    return this.#trying;
  }

  status(): DeviceStatus {
    const { lane } = this;
    return {
      name: lane.name,
      working: lane.usable && this.#failedSinceMs === undefined,
      lastFault: lane.fault?.kind,
      failedSinceMs: this.#failedSinceMs,
      confirmed: lane.confirmed,
      fileBytes: lane.confirmedBytes,
      queuedBytes: lane.queuedBytes,
    };
  }

  /** Tries the failed device again at once, unless that was done a moment ago. */
  tryNow(): void {
    if (this.lane.state === 'failed' && this.#retry.allowed) this.#tryAgain(true);
  }

  /** Has the failed device tried again in a while. `down`: no device works. */
  tryLater(down: boolean): void {
    if (!this.#closed) this.#retry.schedule(down, () => this.#tryAgain(down));
  }

  /** Runs operations of the device; a failure leaves it failed. */
  async run<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    this.#trying = true;
    try {
      return await work();
    } catch (error) {
      if (error instanceof AssertionFailure) throw error;
      this.#tell(faultOf(error), error);
      return undefined;
    } finally {
      this.#trying = false;
    }
  }

  /** The device confirmed lines. Whether it had failed before. */
  works(): boolean {
    this.#retry.works();
    const failed = this.#failedSinceMs !== undefined;
    this.#failedSinceMs = undefined;
    return failed;
  }

  /** These events are in the log. */
  recorded(events: readonly EventEntry[]): void {
    if (this.#failedEvent !== undefined && events.includes(this.#failedEvent)) {
      this.#failedEvent = undefined;
    }
  }

  /** Waits for what is queued, and closes the device. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry.stop();
    await this.#attempt;
    await this.lane.idle();
    if (!this.lane.hangs) await this.lane.call((device) => device.close());
  }

  #tryAgain(down: boolean): void {
    if (this.#closed || this.#trying) return;
    this.#retry.attempt();
    // What was given up and still hangs holds a thread: a second one is not risked.
    if (this.lane.hangs) this.tryLater(down);
    else this.#attempt = this.#options.onRetry(this);
  }

  #tell(fault: DeviceFault, error: unknown): void {
    if (this.lane.state !== 'failed') return this.lane.fail(fault, error);
    this.lane.fault = fault;
    this.#options.onFailed(this, false, error);
  }

  #failed(lane: DeviceLane, fault: DeviceFault, error: unknown): void {
    const first = this.#failedSinceMs === undefined;
    if (first) {
      const wallMs = this.#options.clock.wallMs();
      this.#failedSinceMs = wallMs;
      this.#failedEvent ??= deviceFailedEvent(wallMs, lane.name, fault, lane.confirmed);
    }
    this.#options.onFailed(this, first, error);
  }
}
