/**
 * What the trail tells: at once to the operator (alarm and server log), and with the next write to
 * the audit log itself.
 */
import type { EventEntry } from '../../shared/audit/entry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { TrailAlarm } from './alarm.ts';
import {
  begunEvent,
  deviceBackEvent,
  endLostEvent,
  type LostEnd,
  recoveredEvent,
  tailLostEvent,
  unreadableEvent,
} from './events.ts';

export interface FindingsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly onAlarm?: (alarm: TrailAlarm) => void;
}

const goodNews: ReadonlySet<TrailAlarm['kind']> = new Set(['device-back', 'up', 'recovered']);

export class Findings {
  readonly #options: FindingsOptions;
  #events: readonly EventEntry[] = [];

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** What is not yet in the audit log. */
  get events(): readonly EventEntry[] {
    return this.#events;
  }

  /** Forgets events that are durable in the audit log. */
  recorded(events: readonly EventEntry[]): void {
    if (this.#events.length === 0) return;
    this.#events = this.#events.filter((event) => !events.includes(event));
  }

  tailLost(endsBefore: number, kept: number): void {
    this.#add(tailLostEvent(this.#wallMs(), endsBefore, kept));
    const message =
      `the audit log has lost its tail: it ends before record ${endsBefore}, but the checkpoint of ` +
      `record ${kept} was kept; keep the files as they are and run strongbox audit verify`;
    this.alarm({ kind: 'tail-lost', message });
  }

  endLost(lost: LostEnd): void {
    this.#add(endLostEvent(this.#wallMs(), lost));
    const { endsBefore, seen, unread, unwritten } = lost;
    const where = unread.length === 0 ? '' : ` (not read to its end: ${unread.join(', ')})`;
    const message =
      `the audit log has lost its end: it ends before record ${endsBefore}${where}, but the store ` +
      `has seen record ${seen}; `;
    const tail = unwritten
      ? 'a power cut leaves this where a device does not sync, and a kill where one is a FIFO'
      : 'keep the files as they are and look for the rest in other copies of the log';
    this.alarm({ kind: unwritten ? 'tail-unwritten' : 'tail-lost', message: message + tail });
  }

  begunAnew(before: { readonly log: string; readonly index: number }): void {
    this.#add(begunEvent(this.#wallMs(), before));
    const message =
      `a new audit log begins; the store has seen record ${before.index} of this node's log ` +
      `before, whose public key begins with ${before.log}: keep that log and its audit.pub`;
    this.alarm({ kind: 'log-begun', message });
  }

  recovered(device: string, torn: { readonly bytes: number; readonly sha256: string }): void {
    this.#add(recoveredEvent(this.#wallMs(), device, torn));
    const message = `${torn.bytes} bytes of an unfinished record were cut off the audit log`;
    this.alarm({ kind: 'recovered', message, device });
  }

  unreadable(device: string, problem: string): void {
    this.#add(unreadableEvent(this.#wallMs(), device, problem));
    const message = `an audit file cannot be continued, it is kept and a new one begun: ${problem}`;
    this.alarm({ kind: 'log-unreadable', message, device });
  }

  fileTouched(device: string, reason: string): void {
    const message =
      `the audit file of device ${device} was touched while it was written: ${reason}; run ` +
      'strongbox audit verify, and find out who';
    this.alarm({ kind: 'file-touched', message, device });
  }

  /** A device was found too far behind the others to be brought up to date. */
  lagging(device: string, from: number): void {
    const facts = { failedSinceMs: undefined, from, refused: 0 };
    this.#add(deviceBackEvent(this.#wallMs(), device, facts));
  }

  keptUseless(problem: string, error?: unknown): void {
    const message =
      `the audit checkpoint beside the data ${problem}: a lost tail of the log would not be ` +
      'noticed; compare the log with a checkpoint that is kept elsewhere';
    this.alarm({ kind: 'checkpoint-useless', message }, error);
  }

  checkpointNotKept(error: unknown): void {
    const message = 'the newest audit checkpoint could not be kept beside the data';
    this.alarm({ kind: 'checkpoint-not-kept', message }, error);
  }

  alarm(alarm: TrailAlarm, error?: unknown): void {
    const { log, onAlarm } = this.#options;
    const fields = { alarm: alarm.kind, device: alarm.device, error };
    if (goodNews.has(alarm.kind)) log.warn(alarm.message, fields);
    else log.error(alarm.message, fields);
    onAlarm?.(alarm);
  }

  #add(event: EventEntry): void {
    this.#events = [...this.#events, event];
  }

  #wallMs(): number {
    return this.#options.clock.wallMs();
  }
}
