/**
 * Tells systemd how the agent is (sd_notify(3)): READY=1 when it listens, even sealed; STATUS= with
 * the seal state; WATCHDOG=1 while the loops of all threads turn; STOPPING=1.
 *
 * Node has no datagram sockets of the Unix family, and a native add-on for one message in five
 * seconds is a poor trade in a process with keys: each message is a `systemd-notify` child. It
 * waits until systemd has read the message, so that the message is still attributed to the service.
 */
import { spawn } from 'node:child_process';
import type { Timers } from '../../src/ports/clock.ts';
import type { Pulse } from './pulse.ts';

const microsecondsPerMs = 1_000;
/** systemd wants the watchdog fed at least twice in its interval. */
const watchdogFeedsPerInterval = 3;
/** A notification that takes longer than this is given up. */
const notifyTimeoutMs = 6_000;

export interface ServiceEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
}

export class ServiceNotifier {
  readonly #socket: string | undefined;
  readonly #watchdogIntervalMs: number | undefined;
  readonly #timers: Timers;
  readonly #pulse: Pulse;
  #cancelWatchdog: (() => void) | undefined;

  /** `pulse` is that of the other threads; this one's timers are its own. */
  constructor(environment: ServiceEnvironment, timers: Timers, pulse: Pulse) {
    const socket = environment.NOTIFY_SOCKET;
    this.#socket = socket === undefined || socket === '' ? undefined : socket;
    this.#watchdogIntervalMs = watchdogInterval(environment.WATCHDOG_USEC);
    this.#timers = timers;
    this.#pulse = pulse;
  }

  /** Listening; `status` is the line that `systemctl status` shows. Starts feeding the watchdog. */
  async ready(status: string): Promise<void> {
    await this.#notify(['READY=1', `STATUS=${status}`]);
    this.#feedLater();
  }

  status(text: string): Promise<void> {
    return this.#notify([`STATUS=${text}`]);
  }

  async stopping(): Promise<void> {
    this.#cancelWatchdog?.();
    this.#cancelWatchdog = undefined;
    await this.#notify(['STOPPING=1']);
  }

  /**
   * A timer of the main loop: when that is blocked nothing is fed, and systemd restarts us. So it
   * is when another thread has not answered what it was asked after the last feed.
   */
  #feedLater(): void {
    if (this.#socket === undefined || this.#watchdogIntervalMs === undefined) return;
    if (this.#pulse.answered) this.#pulse.ask();
    const delayMs = this.#watchdogIntervalMs / watchdogFeedsPerInterval;
    this.#cancelWatchdog = this.#timers.after(delayMs, () => {
      if (this.#pulse.answered) void this.#notify(['WATCHDOG=1']);
      this.#feedLater();
    });
  }

  #notify(assignments: readonly string[]): Promise<void> {
    if (this.#socket === undefined) return Promise.resolve();
    const child = spawn('systemd-notify', [...assignments], {
      env: { NOTIFY_SOCKET: this.#socket, PATH: process.env['PATH'] },
      stdio: 'ignore',
      timeout: notifyTimeoutMs,
    });
    // A missing systemd-notify must not stop the agent: systemd then says that start-up timed out.
    return new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
  }
}

function watchdogInterval(microseconds: string | undefined): number | undefined {
  if (microseconds === undefined || !/^\d{1,15}$/.test(microseconds)) return undefined;
  const intervalMs = Number(microseconds) / microsecondsPerMs;
  return intervalMs > 0 ? intervalMs : undefined;
}
