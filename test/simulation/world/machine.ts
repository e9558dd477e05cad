/**
 * One node over all its starts: it runs, stalls, crashes and starts again. Everything that happens
 * to its process happens in a turn: none while it is down, later while it stalls.
 */
import type { NodeId } from '../../../src/raft/types.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Body, Host } from '../hosts/host.ts';
import type { NodeContext, Parcel, Witness } from '../hosts/context.ts';
import type { Chance } from './chance.ts';
import { type Scheduler, type Us, usPerMs } from './scheduler.ts';
import type { SimLinks } from './sim-links.ts';

/** Some day in 2026. */
const wallStartMs = 1_780_000_000_000;
/** Until whatever supervises the process starts it again, if it ended by itself. */
const restartUs = 100_000;

export interface MachineOptions {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly body: Body;
  readonly tickUs: Us;
  /** How fast its clock runs. */
  readonly clockRate: number;
  readonly context: Omit<
    NodeContext,
    'id' | 'chance' | 'after' | 'turn' | 'die' | 'send' | 'witness' | 'link' | 'clock'
  >;
  readonly send: (to: NodeId, parcel: Parcel) => void;
  readonly witness: Witness;
  readonly links: SimLinks;
  readonly sentFrame: (frame: Uint8Array) => void;
  readonly started: (machine: Machine) => void;
  readonly turned: (machine: Machine, host: Host, what: string) => void;
  readonly ended: (machine: Machine, reason: string) => void;
}

export class Machine {
  readonly id: NodeId;
  readonly body: Body;
  host: Host | undefined;
  /** It never starts again. */
  isGone = false;
  /** Its core has been looked at since it started. */
  isKnown = false;
  /** It has lost what it once told others, or comes back as what it once was. */
  isAmnesiac = false;
  readonly #options: MachineOptions;
  /** Rises with each start: what was asked for by an earlier one is dropped. */
  #start = 0;
  #isStalled = false;
  #waiting: (() => void)[] = [];
  #tickedAt: Us = 0;
  /** Time that its clock has and the world has not. */
  #jumpedMs = 0;
  #allJumpedMs = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.body = options.body;
    this.id = options.body.id;
  }

  start(): void {
    if (this.host !== undefined || this.isGone) return;
    const { scheduler, chance } = this.#options;
    this.#start += 1;
    this.#tickedAt = scheduler.now;
    this.isKnown = false;
    this.host = this.body.start(this.#contextOf(this.#start));
    this.#options.started(this);
    this.#tickLater(this.#start, chance.below(this.#options.tickUs));
  }

  crash(reason = 'it was killed'): void {
    if (this.host === undefined) return;
    this.host = undefined;
    this.#start += 1;
    this.#isStalled = false;
    this.#waiting = [];
    this.#options.links.ended(this.id);
    this.body.crash();
    this.#options.ended(this, reason);
  }

  /** Runs it as a turn of the process, if there is one; after the stall, if it stalls. */
  turn(what: string, run: (host: Host) => void): void {
    this.#turn(this.#start, what, run);
  }

  stall(forUs: Us): void {
    if (this.host === undefined || this.#isStalled) return;
    this.#isStalled = true;
    const start = this.#start;
    this.#options.scheduler.after(forUs, () => {
      if (start === this.#start) this.#resume();
    });
  }

  jumpClock(ms: number): void {
    this.#jumpedMs += ms;
  }

  #resume(): void {
    this.#isStalled = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    // Node runs a late timer before the sockets, or after them: both occur.
    const isTickFirst = this.#options.chance.permille(500);
    const start = this.#start;
    if (isTickFirst) this.#tick(start);
    for (const run of waiting) run();
    if (!isTickFirst) this.#tick(start);
  }

  #turn(start: number, what: string, run: (host: Host) => void): void {
    const { host } = this;
    if (start !== this.#start || host === undefined) return;
    if (this.#isStalled) {
      this.#waiting.push(() => this.#turn(start, what, run));
      return;
    }
    run(host);
    // It may have ended in its own turn.
    if (this.host === host) this.#options.turned(this, host, what);
  }

  #tickLater(start: number, delayUs: Us): void {
    this.#options.scheduler.after(delayUs, () => {
      if (start !== this.#start) return;
      if (!this.#isStalled) this.#tick(start);
      this.#tickLater(start, this.#options.tickUs + this.#options.chance.below(2_000));
    });
  }

  #tick(start: number): void {
    const { scheduler, clockRate } = this.#options;
    const elapsedMs = ((scheduler.now - this.#tickedAt) / usPerMs) * clockRate + this.#jumpedMs;
    this.#allJumpedMs += this.#jumpedMs;
    this.#tickedAt = scheduler.now;
    this.#jumpedMs = 0;
    this.#turn(start, 'tick', (host) => host.elapsed(elapsedMs));
  }

  /** Its own time: it drifts, and what it jumped it keeps. The wall is off by some hours. */
  #clock(): Clock {
    const { scheduler, clockRate } = this.#options;
    const monotonicMs = (): number => (scheduler.now / usPerMs) * clockRate + this.#allJumpedMs;
    return { monotonicMs, wallMs: () => wallStartMs + this.id * 3_600_000 + monotonicMs() };
  }

  #contextOf(start: number): NodeContext {
    const { scheduler, chance, context, send, witness, links, sentFrame } = this.#options;
    const turn = (what: string, run: () => void): void => this.#turn(start, what, run);
    return {
      ...context,
      clock: this.#clock(),
      link: links.portOf({ id: this.id, turn, sent: sentFrame }),
      id: this.id,
      chance,
      witness,
      send,
      after: (delayUs, run) => {
        scheduler.after(delayUs, () => this.#turn(start, 'work', run));
      },
      turn: (run) => this.#turn(start, 'disk', run),
      die: (reason) => {
        scheduler.after(0, () => {
          if (start !== this.#start) return;
          this.crash(reason);
          scheduler.after(restartUs, () => this.start());
        });
      },
    };
  }
}
