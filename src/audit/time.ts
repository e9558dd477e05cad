/** The `time` of a record: RFC 3339 with milliseconds, UTC. */
import { formatTime } from '../../shared/units/time.ts';

const millisecondsEnd = '2006-01-02T15:04:05.000'.length;

/** The text of a moment of the host's clock (src/ports/clock.ts), in milliseconds since 1970. */
export function auditTime(wallMs: number): string {
  return `${formatTime(Math.max(0, Math.floor(wallMs))).slice(0, millisecondsEnd)}Z`;
}
