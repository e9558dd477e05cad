/**
 * The state of the cluster in one sentence, and the verb that mends what is wrong with it. Whoever
 * looks at the screen at night reads these two lines first.
 */
import type { ClusterSnapshot, NodeSnapshot } from '../../../shared/control/topics.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { ageText } from './figures.ts';
import { linkHealth, silenceMsMax } from './link.ts';
import type { Model } from './model.ts';
import { snapshotIn } from './topic.ts';

export interface Sentence {
  /** In capitals: SEALED, DOWN, OK. */
  readonly state: SafeText;
  /** What that means. */
  readonly consequence: SafeText;
  readonly token: Token;
  /** What mends it, or what an operator would do now. */
  readonly next: readonly NextStep[];
}

export interface NextStep {
  /** As typed: `u`, `:alarms`. */
  readonly key: SafeText;
  readonly does: SafeText;
}

/** The sentence of the model; there is always one. */
export function sentenceOf(model: Model): Sentence {
  const snapshot = snapshotIn(model.cluster);
  return linkSentence(model) ?? (snapshot === undefined ? waiting : stateSentence(model, snapshot));
}

const waiting: Sentence = {
  state: literal('SYNCING'),
  consequence: literal('the agent answers; its state is on the way'),
  token: 'muted',
  next: [],
};

/** What is wrong with the link goes before everything that the screen still shows. */
function linkSentence(model: Model): Sentence | undefined {
  const health = linkHealth(model.link, model.nowMs, silenceMsMax(model.ceremony));
  switch (health.kind) {
    case 'live':
      return undefined;
    case 'connecting':
      return {
        state: literal('CONNECTING'),
        consequence: clean(`to ${model.settings.address}`, 100),
        token: 'muted',
        next: [],
      };
    case 'stale':
      return {
        state: literal('STALE'),
        consequence: literal(`the agent has been silent for ${ageText(health.silentMs)}`),
        token: 'warning',
        next: [step(':connect', 'another address')],
      };
    case 'disconnected':
      return {
        state: literal('NO LINK'),
        consequence: clean(disconnection(model, health), 160),
        token: 'bad',
        next: [step(':connect', 'another address')],
      };
    case 'fault':
      return {
        state: literal('CONSOLE FAULT'),
        consequence: literal('the channel of this console died; nothing shown is current'),
        token: 'bad',
        next: [step('q', 'quit and start it again')],
      };
  }
}

function disconnection(
  model: Model,
  { reason, retryInMs }: { readonly reason: string; readonly retryInMs: number },
): string {
  const retry = retryInMs === 0 ? 'dialling now' : `next try in ${ageText(retryInMs)}`;
  const seen = model.link.heardAtMs === undefined ? '' : ' · what is shown is old';
  return `${retry}${seen} · ${reason}`;
}

function stateSentence(model: Model, cluster: ClusterSnapshot): Sentence {
  const { nodes } = cluster;
  if (!cluster.initialised) return uninitialised;
  const sealed = nodes.filter((node) => node.sealed).length;
  if (sealed > 0) return sealedSentence(model, nodes, sealed);
  const unknown = nodes.filter(({ role }) => role === 'unknown').length;
  if (unknown > 0) return degraded(nodes.length, unknown);
  return alarmSentence(cluster) ?? healthy(model, nodes);
}

const uninitialised: Sentence = {
  state: literal('NEW'),
  consequence: literal('this cluster has no key yet: nothing can be stored'),
  token: 'warning',
  next: [step('i', 'initialise: choose shares and threshold')],
};

function sealedSentence(model: Model, nodes: readonly NodeSnapshot[], sealed: number): Sentence {
  const alarm = worstAlarm(nodes);
  const nothing = alarm === '' ? 'no secret can be read or written' : 'nothing is served';
  const consequence =
    sealed === nodes.length ? nothing : `${sealed} of ${nodes.length} agents; the others serve`;
  const ceremony = snapshotIn(model.ceremony);
  const progress =
    ceremony === undefined || ceremony.threshold === 0
      ? ''
      : ` · ${ceremony.entered.length} of ${ceremony.threshold} shares are in`;
  return {
    state: literal('SEALED'),
    consequence: literal(`${consequence}${progress}${alarm}`),
    token: 'bad',
    next: [step('u', unsealHint(ceremony?.threshold)), step('Enter', 'node details')],
  };
}

/** Somebody who comes to unseal should know that there is something else to mend. */
function worstAlarm(nodes: readonly NodeSnapshot[]): string {
  if (nodes.some(({ alarm }) => alarm === 'critical')) return ' · critical alarm';
  return nodes.some(({ alarm }) => alarm !== undefined) ? ' · warning' : '';
}

function unsealHint(threshold: number | undefined): string {
  if (threshold === undefined) return 'unseal';
  return `unseal (${threshold} ${threshold === 1 ? 'share' : 'shares'} needed)`;
}

function degraded(total: number, unknown: number): Sentence {
  const left = total - unknown;
  const quorum = left * 2 > total;
  return {
    state: literal(quorum ? 'DEGRADED' : 'NO QUORUM'),
    consequence: literal(
      `${unknown} of ${total} agents are not heard of · writes ${quorum ? 'go on' : 'are refused'}`,
    ),
    token: quorum ? 'warning' : 'bad',
    next: [step('Enter', 'node details'), step(':alarms', 'what is open')],
  };
}

function alarmSentence({ nodes }: ClusterSnapshot): Sentence | undefined {
  const raised = nodes.filter(({ alarm }) => alarm !== undefined);
  const [first] = raised;
  if (first === undefined) return undefined;
  const critical = raised.some(({ alarm }) => alarm === 'critical');
  const where = raised.length === 1 ? first.id : `${raised.length} agents`;
  return {
    state: literal(critical ? 'ALARM' : 'WARNING'),
    consequence: clean(`unsealed and serving · an alarm is open on ${where}`, 120),
    token: critical ? 'bad' : 'warning',
    next: [step('a', 'read the alarms'), step('Enter', 'node details')],
  };
}

function healthy(model: Model, nodes: readonly NodeSnapshot[]): Sentence {
  const all = nodes.length === 1 ? 'the agent is unsealed' : `all ${nodes.length} agents unsealed`;
  const known = model.identity.kind === 'known';
  return {
    state: literal('OK'),
    consequence: literal(`${all} · reads and writes are served`),
    token: 'good',
    next: known
      ? [step('s', 'secrets'), step('p', 'policies'), step('a', 'alarms')]
      : [step('l', 'log in with a token')],
  };
}

function step(key: string, does: string): NextStep {
  return { key: literal(key), does: literal(does) };
}
