/**
 * Tells that requests are refused, to everybody who has to know: the audit log how many each second
 * (they have no records of their own), the server log when it begins and when it is over, and an
 * alarm where it lasts.
 */
import type { EventLog } from '../../../src/core/events.ts';
import type { Clock, Timers } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Alarms } from '../../alarms/alarms.ts';
import { type Admission, type RequestKind, requestKinds } from './admission.ts';
import { overloadEndsMs, overloadLastsMs, overloadLookMs } from './limits.ts';

export interface OverloadWatchParts {
  readonly admission: Pick<Admission, 'state'>;
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>;
  readonly events: Pick<EventLog, 'record'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** From the first refusal until none came for `overloadEndsMs`. */
interface Overload {
  readonly sinceMs: number;
  lastMs: number;
  refused: number;
}

const alarm = 'overloaded';
const sentence =
  'more is asked of this agent than it can do in time, and the rest is refused with 429: ' +
  'find who asks so much, or add agents';

export class OverloadWatch {
  readonly #parts: OverloadWatchParts;
  readonly #told = new Map<RequestKind, number>();
  #overload: Overload | undefined;
  #cancel: () => void = () => undefined;

  constructor(parts: OverloadWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.timers.after(overloadLookMs, () => {
      this.start();
      void this.look();
    });
  }

  /** Records what is not recorded yet. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.look();
  }

  /** Never rejects. */
  async look(): Promise<void> {
    const counts = this.#sinceLastLook();
    const refused = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const nowMs = this.#parts.clock.monotonicMs();
    if (refused === 0) return this.#calm(nowMs);
    this.#refusing(refused, nowMs);
    await this.#parts.events.record('requests_refused', counts);
  }

  #sinceLastLook(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const kind of requestKinds) {
      const { refused } = this.#parts.admission.state(kind);
      const count = refused - (this.#told.get(kind) ?? 0);
      this.#told.set(kind, refused);
      if (count > 0) counts[kind] = count;
    }
    return counts;
  }

  #refusing(refused: number, nowMs: number): void {
    const { log, alarms } = this.#parts;
    if (this.#overload === undefined) {
      this.#overload = { sinceMs: nowMs, lastMs: nowMs, refused: 0 };
      log.warn('more is asked than can be done in time; the rest is refused with 429', { refused });
    }
    const overload = this.#overload;
    overload.lastMs = nowMs;
    overload.refused += refused;
    if (nowMs - overload.sinceMs >= overloadLastsMs) {
      alarms.raise(alarm, 'warning', sentence, alarm);
    }
  }

  #calm(nowMs: number): void {
    const overload = this.#overload;
    if (overload === undefined || nowMs - overload.lastMs < overloadEndsMs) return;
    const { log, alarms } = this.#parts;
    this.#overload = undefined;
    alarms.clear(alarm);
    const seconds = Math.ceil((overload.lastMs - overload.sinceMs) / 1_000) + 1;
    log.info('all that is asked is done again', { refused: overload.refused, seconds });
  }
}
