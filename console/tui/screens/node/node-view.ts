/** One node: its host, its agent, its open alarms, over the last minutes. */
import type { NodeMetrics, NodeSnapshot } from '../../../../shared/control/topics.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import {
  ageText,
  countText,
  millisecondsText,
  percentText,
  sizeText,
  spanText,
  timeText,
} from '../../model/figures.ts';
import { latestOf, seriesOf } from '../../model/metrics-history.ts';
import type { Model } from '../../model/model.ts';
import { type RecentLine, recentLines } from '../../model/recent.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import { deniedWords } from '../empty-words.ts';
import { argumentOf, defineScreen, type Screen } from '../screen.ts';

const view = 'node';
const textColumnsMax = 200;
const loopWarningMs = 50;
const recentMax = 3;
const dayMs = 86_400_000;
/** Half of a year is what an automatic certificate has; it is renewed long before. */
const certificateWarningDays = 14;

export interface NodeView {
  readonly id: SafeText;
  readonly facts: readonly {
    readonly label: SafeText;
    readonly value: SafeText;
    readonly token?: Token;
  }[];
  readonly charts: readonly NodeChart[];
  readonly gauges: readonly { readonly label: SafeText; readonly share: number | undefined }[];
  /** Sentence and runbook of each open alarm. */
  readonly alarms: readonly {
    readonly sentence: SafeText;
    readonly runbook: SafeText;
    readonly token: Token;
  }[];
  /** What is said where no alarm stands. */
  readonly noAlarms: { readonly text: SafeText; readonly token: Token };
  readonly recent: readonly RecentLine[];
  readonly empty: SafeText | undefined;
}

export interface NodeChart {
  readonly title: SafeText;
  readonly series: readonly number[];
  /** What meets the upper edge; the largest value without one. */
  readonly max: number | undefined;
  readonly top: SafeText;
  readonly now: SafeText;
}

/** The node that the view is opened on; the one that answers without one. */
function nodeOf(model: Model): NodeSnapshot | undefined {
  const cluster = snapshotIn(model.cluster);
  const wanted = argumentOf(model, view) ?? cluster?.self;
  return cluster?.nodes.find(({ id }) => id === wanted);
}

export function selectNode(model: Model): NodeView {
  const node = nodeOf(model);
  const wanted = argumentOf(model, view) ?? '';
  const id = node?.id ?? wanted;
  const latest = latestOf(model.history, id);
  return {
    id: clean(id, 40),
    facts: node === undefined ? [] : factsOf(model, node, latest),
    charts: chartsOf(model, id),
    gauges: gaugesOf(latest),
    alarms: alarmsOf(model, id),
    noAlarms: noAlarms(model),
    recent: recentLines(model, { node: id, most: recentMax }),
    empty: emptyText(model, node, latest),
  };
}

function emptyText(
  model: Model,
  node: NodeSnapshot | undefined,
  latest: NodeMetrics | undefined,
): SafeText | undefined {
  if (node === undefined) return literal('there is no node of that name in this cluster');
  if (latest !== undefined) return undefined;
  if (model.metrics.state === 'denied') {
    return deniedWords(model, 'sys/control/metrics');
  }
  return literal(
    model.identity.kind === 'known'
      ? 'the first figures are on their way'
      : 'figures come with a login',
  );
}

function factsOf(
  model: Model,
  node: NodeSnapshot,
  latest: NodeMetrics | undefined,
): NodeView['facts'] {
  const agentNowMs = model.nowMs + model.agentAheadMs;
  const { devices, working, index } = node.audit;
  const isAuditBad = working < devices;
  const facts: NodeView['facts'] = [
    {
      label: literal('seal'),
      value: literal(node.sealed ? '■ SEALED' : '● unsealed'),
      token: node.sealed ? 'bad' : 'good',
    },
    { label: literal('role'), value: literal(`${node.role}, term ${countText(node.term)}`) },
    {
      label: literal('store'),
      value: clean(
        `${node.storage}, revision ${countText(node.revision)}, lag ${countText(node.lag)}`,
        80,
      ),
    },
    {
      label: literal('audit'),
      value: literal(`${working} of ${devices} devices write, ${countText(index)} records`),
      token: isAuditBad ? 'bad' : 'text',
    },
    {
      label: literal('agent'),
      value: clean(`${node.version}, up ${spanText((agentNowMs - node.startedAtMs) / 1_000)}`, 80),
    },
    { label: literal('certificate'), ...certificateOf(node.certificateUntilMs, agentNowMs) },
  ];
  if (latest === undefined) return facts;
  const { loopDelayP99Ms, storageLoopDelayP99Ms } = latest.agent;
  return [
    ...facts,
    loopFact('request loop', loopDelayP99Ms),
    ...(storageLoopDelayP99Ms === undefined
      ? []
      : [loopFact('storage loop', storageLoopDelayP99Ms)]),
    { label: literal('figures'), value: literal(`${ageText(agentNowMs - latest.atMs)} old`) },
  ];
}

/** How late the loop of one of the agent's threads is. */
function loopFact(label: string, delayMs: number): NodeView['facts'][number] {
  return {
    label: literal(label),
    value: literal(`${millisecondsText(delayMs)} late (p99)`),
    token: delayMs > loopWarningMs ? 'warning' : 'text',
  };
}

/** How long clients can still trust it. */
function certificateOf(
  untilMs: number | undefined,
  nowMs: number,
): { readonly value: SafeText; readonly token: Token } {
  if (untilMs === undefined) return { value: literal('none is shown'), token: 'muted' };
  const until = timeText(untilMs).slice(0, 10);
  const days = Math.floor((untilMs - nowMs) / dayMs);
  if (untilMs <= nowMs) return { value: literal(`EXPIRED ${until}`), token: 'bad' };
  const token = days < certificateWarningDays ? 'warning' : 'text';
  return { value: literal(`${until}, ${countText(days)} days left`), token };
}

function noAlarms(model: Model): NodeView['noAlarms'] {
  return snapshotIn(model.alarms) === undefined
    ? { text: literal('alarms: not known'), token: 'warning' }
    : { text: literal('● no alarm is open here'), token: 'good' };
}

function chartsOf(model: Model, id: string): readonly NodeChart[] {
  const { history } = model;
  const agent = (
    title: string,
    figure: (sample: NodeMetrics['agent']) => number,
    text: (value: number) => SafeText,
  ): NodeChart =>
    chart(
      title,
      seriesOf(history, id, (sample) => figure(sample.agent)),
      { max: undefined, text },
    );
  return [
    chart(
      'host cpu',
      seriesOf(history, id, ({ host }) => host?.cpuPercent),
      {
        max: 100,
        text: percentText,
      },
    ),
    agent('requests/s', ({ requestsPerSecond }) => requestsPerSecond, countText),
    agent('request p99', ({ requestP99Ms }) => requestP99Ms, millisecondsText),
    agent('agent memory', ({ residentBytes }) => residentBytes, sizeText),
    agent('commits/s', ({ commitsPerSecond }) => commitsPerSecond, countText),
    agent('request loop p99', ({ loopDelayP99Ms }) => loopDelayP99Ms, millisecondsText),
  ];
}

function chart(
  title: string,
  series: readonly number[],
  { max, text }: { readonly max: number | undefined; readonly text: (value: number) => SafeText },
): NodeChart {
  const top = max ?? Math.max(0, ...series);
  const now = series.at(-1);
  return {
    title: literal(title),
    series,
    max,
    top: text(top),
    now: now === undefined ? literal('–') : text(now),
  };
}

function gaugesOf(latest: NodeMetrics | undefined): NodeView['gauges'] {
  const host = latest?.host;
  if (host === undefined) return [];
  const memory = share(host.memoryUsedBytes, host.memoryTotalBytes);
  const disks = host.disks.map(({ mount, usedBytes, totalBytes }) => ({
    label: clean(mount, 24),
    share: share(usedBytes, totalBytes),
  }));
  return [{ label: literal('memory'), share: memory }, ...disks];
}

function share(used: number, total: number): number | undefined {
  return total > 0 ? Math.min(1, Math.max(0, used / total)) : undefined;
}

function alarmsOf(model: Model, id: string): NodeView['alarms'] {
  return (snapshotIn(model.alarms)?.open ?? [])
    .filter(({ node }) => node === id)
    .map(({ sentence, runbook, severity }) => ({
      sentence: clean(sentence, textColumnsMax),
      runbook: clean(runbook, textColumnsMax),
      token: severity === 'critical' ? 'bad' : 'warning',
    }));
}

export const nodeScreen: Screen = defineScreen<null>({
  view,
  command: {
    name: 'node',
    parameters: [
      {
        name: 'NODE',
        optional: true,
        values: (model) => (snapshotIn(model.cluster)?.nodes ?? []).map(({ id }) => id),
      },
    ],
  },
  help: 'one node: host, agent, disks, alarms',
  initial: null,
  trail: (model) => [selectNode(model).id],
  verbs: [],
  plain: (model): JsonValue => {
    const node = nodeOf(model);
    const latest = node === undefined ? undefined : latestOf(model.history, node.id);
    return JSON.parse(JSON.stringify({ node: node ?? null, metrics: latest ?? null })) as JsonValue;
  },
});
