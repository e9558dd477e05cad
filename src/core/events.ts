import type { AuditEventName, EventEntry } from '../../shared/audit/entry.ts';
import type { JsonValue } from '../../shared/json/value.ts';
import { auditTime } from '../audit/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { RecordTrail } from './steps/audit.ts';

/**
 * Records what happened to the agent beside what was asked of it. An event has happened whether it
 * can be recorded or not: if no device can write, the server log says so, and nothing is undone.
 */
export class EventLog {
  readonly #trail: RecordTrail;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(parts: { readonly trail: RecordTrail; readonly clock: Clock; readonly log: Log }) {
    this.#trail = parts.trail;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Records an event. Never throws. */
  async record(
    event: AuditEventName,
    details: { readonly [name: string]: JsonValue } = {},
    requestId?: string,
  ): Promise<void> {
    const entry: EventEntry = {
      type: 'event',
      time: auditTime(this.#clock.wallMs()),
      event,
      ...(requestId === undefined ? {} : { id: requestId }),
      ...(Object.keys(details).length === 0 ? {} : { details }),
    };
    try {
      await this.#trail.append(entry);
    } catch {
      this.#log.error('an event could not be recorded in the audit log', { event });
    }
  }
}
