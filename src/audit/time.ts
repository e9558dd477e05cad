/** The `time` of a record: RFC 3339 with milliseconds, UTC. */
import { formatTime } from '../../shared/units/time.ts';
import type { Clock } from '../ports/clock.ts';

const millisecondsEnd = '2006-01-02T15:04:05.000'.length;

/** The text of a moment of the host's clock (src/ports/clock.ts), in milliseconds since 1970. */
export function auditTime(wallMs: number): string {
  return `${formatTime(Math.max(0, Math.floor(wallMs))).slice(0, millisecondsEnd)}Z`;
}

/** The same for many records in a row: those of one millisecond share their text. */
export class AuditClock {
  readonly #wallMs: () => number;
  #lastMs = Number.NaN;
  #text = '';

  constructor(clock: Pick<Clock, 'wallMs'>) {
    this.#wallMs = () => clock.wallMs();
  }

  /** The text of now. */
  now(): string {
    const wallMs = Math.floor(this.#wallMs());
    if (wallMs !== this.#lastMs) {
      this.#lastMs = wallMs;
      this.#text = auditTime(wallMs);
    }
    return this.#text;
  }
}
