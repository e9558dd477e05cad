/** What stands on the wallboard, as plain data: from snapshots to words and curves. */
import type {
  AlarmsSnapshot,
  ClusterSnapshot,
  HostMetrics,
  NodeMetrics,
  NodeSnapshot,
} from '../../shared/control/topics.ts';
import { clean, type SafeText } from '../tui/terminal/safe-text.ts';
import type { MetricsHistory } from './history.ts';
import type { WallboardUpdate } from './update.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'muted' | 'plain';

export interface Line {
  readonly text: string;
  readonly tone: Tone;
}

export interface Curve {
  readonly title: string;
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  /** Text of each sample's time; empty while there is none. */
  readonly times: readonly string[];
  readonly curves: readonly Curve[];
  /** Where the scale ends; above the highest value when it is not given. */
  readonly scaleMax?: number;
}

export interface WallboardView {
  /** Cluster and clock. */
  readonly title: Line;
  /** State and consequence, in one sentence. */
  readonly sentence: Line;
  readonly requests: Chart;
  readonly latency: Chart;
  readonly load: Chart;
  readonly nodes: readonly Line[];
  readonly alarms: readonly Line[];
}

const nameColumns = 10;
const sentenceColumnsMax = 200;

/** The view at a moment; `nowMs` in UTC since 1970. */
export function wallboardView(
  update: WallboardUpdate,
  history: MetricsHistory,
  nowMs: number,
): WallboardView {
  const { cluster, alarms, stale } = update;
  return {
    title: titleLine(cluster, stale, nowMs),
    sentence: stale ? staleSentence(cluster, nowMs) : sealSentence(cluster),
    requests: chart('requests/s', history, (sample) => sample.agent.requestsPerSecond),
    latency: chart('p99 ms', history, (sample) => sample.agent.requestP99Ms),
    load: loadChart(history),
    nodes: (cluster?.nodes ?? []).map((node) => nodeLine(node, history.of(node.id).at(-1))),
    alarms: alarmLines(alarms),
  };
}

function titleLine(cluster: ClusterSnapshot | undefined, stale: boolean, nowMs: number): Line {
  const named = cluster?.clusterName ?? '';
  const name = named === '' ? 'new cluster' : clean(named, sentenceColumnsMax);
  const link = stale ? '✗ link down' : '● live';
  return { text: `${name} › wall   ${link}   ${clock(nowMs)}Z`, tone: stale ? 'bad' : 'plain' };
}

function staleSentence(cluster: ClusterSnapshot | undefined, nowMs: number): Line {
  if (cluster === undefined) {
    return { text: 'Nothing was heard from the agent yet.', tone: 'muted' };
  }
  const seconds = Math.max(0, Math.round((nowMs - cluster.capturedAtMs) / 1_000));
  return {
    text: `✗ STALE  no word from the agent for ${seconds} s; all below is old`,
    tone: 'bad',
  };
}

function sealSentence(cluster: ClusterSnapshot | undefined): Line {
  if (cluster === undefined) return { text: 'Waiting for the first answer.', tone: 'muted' };
  if (!cluster.initialised) {
    return { text: '■ NEW  not initialised; nothing is stored or served', tone: 'warning' };
  }
  const all = cluster.nodes.length;
  const sealed = cluster.nodes.filter((node) => node.sealed).length;
  if (sealed === 0) return { text: `● UNSEALED  ${all} of ${all} nodes serve`, tone: 'good' };
  const text = `■ SEALED  ${sealed} of ${all} nodes need unsealing`;
  return { text, tone: sealed === all ? 'bad' : 'warning' };
}

/** One line a node: name, seal, role, how busy its host is. */
function nodeLine(node: NodeSnapshot, metrics: NodeMetrics | undefined): Line {
  const seal = node.sealed ? '■ SEALED' : '● unsealed';
  const host = metrics?.host;
  const figures = [percent(host?.cpuPercent), memoryPercent(host), diskPercent(host)];
  const agent = metrics?.agent;
  const rates = [agent?.requestsPerSecond, agent?.requestP99Ms].map(
    (rate) => rate?.toFixed(1) ?? '–',
  );
  const texts = [
    clean(node.id, nameColumns).padEnd(nameColumns),
    seal.padEnd(10),
    ...figures.map((figure) => figure.padStart(4)),
    ...rates.map((rate) => rate.padStart(7)),
    node.alarm === undefined ? '' : `! ${node.alarm}`,
  ];
  return { text: texts.join(' ').trimEnd(), tone: nodeTone(node) };
}

/** A narrow pane cuts the last columns off, which the charts beside it show. */
export const nodesHeading: string = ['NODE'.padEnd(nameColumns), 'SEAL'.padEnd(10)]
  .concat(['CPU', 'MEM', 'DISK'].map((name) => name.padStart(4)))
  .concat(['REQ/S', 'P99 MS'].map((name) => name.padStart(7)))
  .join(' ');

function nodeTone(node: NodeSnapshot): Tone {
  if (node.sealed || node.alarm === 'critical') return 'bad';
  return node.alarm === 'warning' ? 'warning' : 'good';
}

function memoryPercent(host: HostMetrics | undefined): string {
  return host === undefined ? '–' : percent(share(host.memoryUsedBytes, host.memoryTotalBytes));
}

/** The fullest disk is the one that matters. */
function diskPercent(host: HostMetrics | undefined): string {
  if (host === undefined || host.disks.length === 0) return '–';
  return percent(Math.max(...host.disks.map((disk) => share(disk.usedBytes, disk.totalBytes))));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}

function percent(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)}%`;
}

/** A curve a node, all over the times of the first: nodes are sampled together. */
function chart(
  title: string,
  history: MetricsHistory,
  valueOf: (sample: NodeMetrics) => number,
): Chart {
  const curves = history.nodes.map((node) => ({
    title: clean(node, nameColumns),
    values: history.of(node).map(valueOf),
  }));
  return { title, times: timesOf(history), curves };
}

function loadChart(history: MetricsHistory): Chart {
  const isSingle = history.nodes.length === 1;
  const curves = history.nodes.flatMap((node) => {
    const hosts = history.of(node).map((sample) => sample.host);
    const name = isSingle ? '' : `${clean(node, nameColumns)} `;
    const cpu = hosts.map((host) => host?.cpuPercent ?? 0);
    const memory = hosts.map((host) =>
      host === undefined ? 0 : share(host.memoryUsedBytes, host.memoryTotalBytes),
    );
    return [
      { title: `${name}cpu`, values: cpu },
      { title: `${name}memory`, values: memory },
    ];
  });
  return { title: 'host, %', times: timesOf(history), curves, scaleMax: 100 };
}

function timesOf(history: MetricsHistory): readonly string[] {
  const lists = history.nodes.map((node) => history.of(node));
  const longest = lists.toSorted((left, right) => right.length - left.length)[0] ?? [];
  return longest.map((sample) => clock(sample.atMs));
}

function alarmLines(alarms: AlarmsSnapshot | undefined): readonly Line[] {
  if (alarms === undefined) return [{ text: 'not known yet', tone: 'muted' }];
  if (alarms.open.length === 0) return [{ text: '✓ none', tone: 'good' }];
  return alarms.open.map(({ severity, node, sentence, raisedAtMs }) => ({
    text: `${severity === 'critical' ? '✗' : '!'} ${clock(raisedAtMs)}Z ${severity} ${alarmText(node, sentence)}`,
    tone: severity === 'critical' ? 'bad' : 'warning',
  }));
}

function alarmText(node: string, sentence: string): SafeText {
  return clean(`${node}: ${sentence}`, sentenceColumnsMax);
}

/** As in `12:03:11`. */
function clock(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19);
}
