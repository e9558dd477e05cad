/** The alarms that stand on this node, and those that were cleared a while ago. */
import type { Alarm as ShownAlarm, AlarmsSnapshot } from '../../../shared/control/topics.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Alarm, Alarms } from '../../alarms/alarms.ts';
import { runbookSentence } from '../../alarms/runbooks.ts';
import { type StateSource, stateTopic, type Topic, type Update } from '../feed.ts';
import { clearedAlarmsMax } from '../limits.ts';
import { Watched } from '../watched.ts';

export interface AlarmsPorts {
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly node: string;
}

export function alarmsTopic(ports: AlarmsPorts): Topic {
  return stateTopic(new AlarmsSource(ports));
}

type Cleared = AlarmsSnapshot['cleared'][number];
type AlarmsUpdate = Extract<Update, { topic: 'alarms' }>;

/** Follows the registry from the start on: what was cleared is known only to who saw it stand. */
class AlarmsSource implements StateSource<AlarmsUpdate> {
  readonly topic = 'alarms';
  readonly #ports: AlarmsPorts;
  readonly #watched = new Watched();
  #open: readonly Alarm[];
  #cleared: readonly Cleared[] = [];

  constructor(ports: AlarmsPorts) {
    this.#ports = ports;
    this.#open = ports.alarms.list();
    ports.alarms.onChange(() => this.#follow());
  }

  watch(listener: () => void): () => void {
    return this.#watched.watch(listener);
  }

  async snapshot(): Promise<AlarmsSnapshot> {
    const open = this.#open.map((alarm) => this.#shown(alarm));
    return { kind: 'alarms', open, cleared: this.#cleared };
  }

  #follow(): void {
    const open = this.#ports.alarms.list();
    const standing = new Set(open.map(({ id }) => id));
    const clearedAtMs = this.#ports.clock.wallMs();
    const gone = this.#open.filter(({ id }) => !standing.has(id));
    const cleared = gone.map((alarm) => ({ ...this.#shown(alarm), clearedAtMs }));
    this.#cleared = [...cleared, ...this.#cleared].slice(0, clearedAlarmsMax);
    this.#open = open;
    this.#watched.tell();
  }

  #shown({ id, severity, sentence, runbook, sinceMs }: Alarm): ShownAlarm {
    return {
      id,
      severity,
      node: this.#ports.node,
      sentence,
      runbook: runbookSentence(runbook),
      raisedAtMs: sinceMs,
    };
  }
}
