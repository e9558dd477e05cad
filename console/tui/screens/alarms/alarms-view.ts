/** What is wrong and what to do about it; below it what was wrong lately. */
import type { Alarm, NodeSnapshot } from '../../../../shared/control/topics.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import { filterRows, parseFilter } from '../../keys/filter.ts';
import { go, noEffect } from '../../model/effect.ts';
import { ageText, clockText, timeText } from '../../model/figures.ts';
import type { Model } from '../../model/model.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { deniedWords, isSealedHere } from '../empty-words.ts';
import { defineScreen, filterOf, type Screen, selectedId } from '../screen.ts';

const view = 'alarms';
const sentenceColumnsMax = 300;

export interface AlarmsView {
  readonly title: SafeText;
  /** False while nobody can say whether an alarm is open. */
  readonly isKnown: boolean;
  /** Said above the list: it is not of now. */
  readonly note: SafeText;
  readonly open: readonly AlarmLine[];
  readonly cleared: readonly { readonly at: SafeText; readonly text: SafeText }[];
  readonly selectedId: string | undefined;
  readonly empty: SafeText;
}

export interface AlarmLine {
  readonly id: string;
  readonly severity: SafeText;
  readonly token: Token;
  readonly node: SafeText;
  readonly since: SafeText;
  readonly sentence: SafeText;
  readonly runbook: SafeText;
}

export function selectAlarms(model: Model): AlarmsView {
  const open = shownAlarms(model).shown;
  const agentNowMs = model.nowMs + model.agentAheadMs;
  const raised = untold(model);
  return {
    ...knowledge(model, open.length),
    note: raised === undefined || open.length === 0 ? literal('') : noteOfBefore(model, raised),
    open: open.map((alarm) => ({
      id: idOf(alarm),
      severity: literal(alarm.severity === 'critical' ? '■ CRITICAL' : '▲ warning'),
      token: alarm.severity === 'critical' ? ('bad' as const) : ('warning' as const),
      node: clean(alarm.node, 24),
      since: literal(`for ${ageText(agentNowMs - alarm.raisedAtMs)}`),
      sentence: clean(alarm.sentence, sentenceColumnsMax),
      runbook: clean(alarm.runbook, sentenceColumnsMax),
    })),
    cleared: (snapshotIn(model.alarms)?.cleared ?? []).map(({ clearedAtMs, node, sentence }) => ({
      at: timeText(clearedAtMs),
      text: clean(`${node}: ${sentence}`, sentenceColumnsMax),
    })),
    selectedId: selectedId(model, view, open.map(idOf)),
    empty: emptyText(model),
  };
}

function knowledge(model: Model, openCount: number): Pick<AlarmsView, 'title' | 'isKnown'> {
  if (untold(model) !== undefined) {
    return { title: literal('open alarms: not known, the agent is sealed'), isKnown: false };
  }
  const isKnown = isSealedHere(model) || snapshotIn(model.alarms) !== undefined;
  return {
    title: literal(isKnown ? `open alarms: ${openCount}` : 'open alarms: not known'),
    isKnown,
  };
}

/**
 * What an agent says of its alarms while it is sealed, for it knows nobody then: how bad the worst
 * is, and no more. Undefined while there is none, or while the agent is not sealed.
 */
function untold(model: Model): SafeText | undefined {
  if (!isSealedHere(model)) return undefined;
  const nodes = snapshotIn(model.cluster)?.nodes ?? [];
  const worst = nodes.find(({ alarm }) => alarm === 'critical') ?? nodes.find(hasAlarm);
  if (worst === undefined) return undefined;
  const kind = worst.alarm === 'critical' ? 'a critical alarm' : 'a warning';
  return clean(
    `${kind} is open on ${worst.id}; which one is told to nobody while the agent is sealed: read ` +
      'the log of that agent, or enter shares (:ceremony).',
    sentenceColumnsMax,
  );
}

function hasAlarm({ alarm }: NodeSnapshot): boolean {
  return alarm !== undefined;
}

function noteOfBefore({ alarms, agentAheadMs }: Model, raised: SafeText): SafeText {
  const receivedAtMs = alarms.state === 'ready' ? alarms.receivedAtMs : 0;
  return clean(
    `${raised} What stood at ${clockText(receivedAtMs + agentAheadMs)}:`,
    sentenceColumnsMax,
  );
}

function idOf({ node, id }: Alarm): string {
  return `${node} ${id}`;
}

/** That none is open is told to anybody: what was heard before a seal does not stand against it. */
function shownAlarms(model: Model) {
  const isOver = isSealedHere(model) && untold(model) === undefined;
  const open = isOver ? [] : (snapshotIn(model.alarms)?.open ?? []);
  const filter = parseFilter(filterOf(model, view));
  return filterRows(open, filter, ({ node, sentence, id }) => [node, sentence, id]);
}

function emptyText(model: Model): SafeText {
  if (shownAlarms(model).hiddenCount > 0) {
    return literal('nothing passes the filter; Esc takes it away');
  }
  const raised = untold(model);
  if (raised !== undefined) return raised;
  if (model.alarms.state === 'denied' && !isSealedHere(model)) {
    return deniedWords(model, 'sys/control/alarms');
  }
  if (model.alarms.state === 'syncing') return literal('on their way');
  return literal('● no alarm is open');
}

export const alarmsScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'alarms', aliases: ['operator alarms'] },
  help: 'what is wrong, and what to do about it',
  initial: null,
  ids: (model) => shownAlarms(model).shown.map(idOf),
  hidden: (model) => shownAlarms(model).hiddenCount,
  enter: (id, model) => {
    const alarm = shownAlarms(model).shown.find((each) => idOf(each) === id);
    return alarm === undefined ? noEffect : go('node', alarm.node);
  },
  verbs: [],
  plain: (model): JsonValue => {
    const snapshot = snapshotIn(model.alarms);
    return snapshot === undefined ? null : (JSON.parse(JSON.stringify(snapshot)) as JsonValue);
  },
});
