/**
 * The alarms that stand on this node: what an operator has to do something about, now. Whoever
 * finds a condition raises its alarm and clears it when the condition is over; the server log, the
 * metrics and the console show what stands. An alarm is a state, not an event: raising one again
 * changes nothing unless it says something else. Nothing is kept over a restart, for every
 * condition is found again.
 */
import { assert } from '../../shared/assert.ts';
import type { AlarmSeverity } from '../../shared/control/topics.ts';
import type { Clock } from '../../src/ports/clock.ts';
import {
  alarmIdCharactersMax,
  alarmListenersMax,
  alarmSentenceCharactersMax,
  alarmsMax,
} from './limits.ts';
import type { Runbook } from './runbooks.ts';

export interface Alarm {
  /** What and, behind a colon, where: `disk-nearly-full:data`. At most one stands for each id. */
  readonly id: string;
  readonly severity: AlarmSeverity;
  /** One sentence: what is wrong and what to do. Holds no secret. */
  readonly sentence: string;
  /** The section of runbooks.md that says what to do. */
  readonly runbook: Runbook;
  /** Since when it stands: milliseconds since 1970 by the host's clock. */
  readonly sinceMs: number;
}

export class Alarms {
  readonly #clock: Clock;
  /** By id, the oldest first. */
  readonly #standing = new Map<string, Alarm>();
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Says that a condition holds. Raised again, it keeps its time and takes the new words. Where
   * `alarmsMax` stand, the oldest warning gives way, or the oldest alarm if none is a warning.
   */
  raise(id: string, severity: AlarmSeverity, sentence: string, runbook: Runbook): void {
    assert(id.length > 0 && id.length <= alarmIdCharactersMax, 'an alarm has a short id');
    const said = sentence.slice(0, alarmSentenceCharactersMax);
    const standing = this.#standing.get(id);
    if (standing?.severity === severity && standing.sentence === said) return;
    if (standing === undefined && this.#standing.size >= alarmsMax) this.#makeRoom();
    const sinceMs = standing?.sinceMs ?? this.#clock.wallMs();
    this.#standing.set(id, { id, severity, sentence: said, runbook, sinceMs });
    this.#changed();
  }

  /** Says that the condition is over; nothing happens where the alarm does not stand. */
  clear(id: string): void {
    if (this.#standing.delete(id)) this.#changed();
  }

  /** What stands now: critical alarms first, among equals the oldest first. */
  list(): readonly Alarm[] {
    const all = [...this.#standing.values()];
    return [...all.filter(isCritical), ...all.filter((alarm) => !isCritical(alarm))];
  }

  /**
   * Calls `listener` after each change, in the turn of the loop that made it; it reads `list` and
   * must not throw. The returned function ends that.
   */
  onChange(listener: () => void): () => void {
    assert(this.#listeners.size < alarmListenersMax, 'few parts listen to alarms');
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #makeRoom(): void {
    const least = this.list().find((alarm) => !isCritical(alarm)) ?? this.list()[0];
    assert(least !== undefined, 'a full table has an alarm in it');
    this.#standing.delete(least.id);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isCritical(alarm: Alarm): boolean {
  return alarm.severity === 'critical';
}
