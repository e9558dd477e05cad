/** Home: every node in a row, the figures of the one that answers, and what happened last. */
import type { NodeMetrics, NodeSnapshot } from '../../../../shared/control/topics.ts';
import { holderCharactersMax } from '../../../../shared/control/sealed-share.ts';
import type { JsonValue } from '../../../../shared/json/value.ts';
import type { TableCell, TableColumn, TableRow, TableView } from '../../components/table-layout.ts';
import { filterRows, parseFilter } from '../../keys/filter.ts';
import { sentenceOf } from '../../model/cluster.ts';
import { go } from '../../model/effect.ts';
import { ageText, countText, percentText, sizeText } from '../../model/figures.ts';
import { latestOf, seriesOf } from '../../model/metrics-history.ts';
import type { Model } from '../../model/model.ts';
import { type RecentLine, recentLines } from '../../model/recent.ts';
import { snapshotIn } from '../../model/topic.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import { deniedWords, isSealedHere } from '../empty-words.ts';
import { defineScreen, filterOf, type Screen, type ScreenVerb, selectedId } from '../screen.ts';

const view = 'cluster';
const nameColumnsMax = 24;
const recentMax = 6;
/** A disk that is fuller than this is marked. */
const diskWarningPercent = 75;

export interface ClusterView {
  readonly table: TableView;
  readonly hiddenCount: number;
  /** Commits a second of the last minutes, oldest first. */
  readonly commits: readonly number[];
  /** Newest figures of the node that answers. */
  readonly figures: NodeMetrics | undefined;
  /** Why there are none. */
  readonly noFigures: SafeText;
  readonly recent: readonly RecentLine[];
}

const columns: readonly TableColumn[] = [
  { id: 'node', title: literal('NODE'), columnsMin: 8 },
  { id: 'seal', title: literal('SEAL'), columnsMin: 10 },
  { id: 'role', title: literal('ROLE'), columnsMin: 8 },
  { id: 'term', title: literal('TERM'), columnsMin: 4, alignment: 'right', importance: 5 },
  { id: 'applied', title: literal('APPLIED'), columnsMin: 7, alignment: 'right', importance: 2 },
  { id: 'lag', title: literal('LAG'), columnsMin: 3, alignment: 'right', importance: 1 },
  { id: 'cpu', title: literal('CPU'), columnsMin: 4, alignment: 'right', importance: 3 },
  { id: 'memory', title: literal('MEM'), columnsMin: 4, alignment: 'right', importance: 4 },
  { id: 'disk', title: literal('DISK'), columnsMin: 4, alignment: 'right', importance: 2 },
  { id: 'age', title: literal('AGE'), columnsMin: 4, alignment: 'right', importance: 1 },
];

export function selectCluster(model: Model): ClusterView {
  const snapshot = snapshotIn(model.cluster);
  const self = snapshot?.self ?? '';
  const { shown, hiddenCount } = shownNodes(model);
  const selected = selectedId(
    model,
    view,
    shown.map(({ id }) => id),
  );
  return {
    table: {
      columns,
      rows: shown.map((node) => rowOf(model, node)),
      selectedId: selected,
      empty: literal(snapshot === undefined ? 'waiting for the agent' : 'no node is shown'),
    },
    hiddenCount,
    commits: seriesOf(model.history, self, ({ agent }) => agent.commitsPerSecond),
    figures: latestOf(model.history, self),
    noFigures: whyNoFigures(model),
    recent: recentLines(model, { most: recentMax }),
  };
}

function whyNoFigures(model: Model): SafeText {
  if (model.identity.kind !== 'known') return literal('figures come with a login');
  if (model.metrics.state !== 'denied') return literal('the first figures are on their way');
  return isSealedHere(model)
    ? literal('figures come again when it is unsealed')
    : deniedWords(model, 'sys/control/metrics');
}

function shownNodes(model: Model) {
  const nodes = snapshotIn(model.cluster)?.nodes ?? [];
  const filter = parseFilter(filterOf(model, view));
  return filterRows(nodes, filter, ({ id, role, sealed }) => [id, role, sealed ? 'sealed' : '']);
}

function rowOf(model: Model, node: NodeSnapshot): TableRow {
  const metrics = latestOf(model.history, node.id);
  const self = snapshotIn(model.cluster)?.self;
  const receivedAtMs = model.cluster.state === 'ready' ? model.cluster.receivedAtMs : model.nowMs;
  const ageMs = node.ageMs + model.nowMs - receivedAtMs;
  return {
    id: node.id,
    cells: [
      { text: clean(node.id === self ? `${node.id} *` : node.id, nameColumnsMax) },
      sealCell(node),
      roleCell(node),
      { text: countText(node.term) },
      { text: countText(node.revision) },
      { text: countText(node.lag), ...(node.lag > 0 && { token: 'warning' as const }) },
      { text: metrics?.host === undefined ? none : percentText(metrics.host.cpuPercent) },
      { text: metrics === undefined ? none : sizeText(metrics.agent.residentBytes) },
      diskCell(metrics),
      { text: ageText(ageMs) },
    ],
  };
}

const none = literal('–');

function sealCell({ sealed }: NodeSnapshot): TableCell {
  return sealed
    ? { text: literal('■ SEALED'), token: 'bad' }
    : { text: literal('● unsealed'), token: 'good' };
}

function roleCell({ role }: NodeSnapshot): TableCell {
  return role === 'unknown'
    ? { text: literal('? unknown'), token: 'warning' }
    : { text: literal(role) };
}

/** The fullest disk of the host. */
function diskCell(metrics: NodeMetrics | undefined): TableCell {
  const disks = metrics?.host?.disks ?? [];
  const used = disks
    .filter(({ totalBytes }) => totalBytes > 0)
    .map(({ usedBytes, totalBytes }) => (usedBytes / totalBytes) * 100);
  if (used.length === 0) return { text: none };
  const fullest = Math.max(...used);
  const isFull = fullest >= diskWarningPercent;
  const text = literal(`${Math.round(fullest)}%${isFull ? '!' : ''}`);
  return isFull ? { text, token: 'warning' } : { text };
}

const verbs: readonly ScreenVerb[] = [
  shortcut('u', 'ceremony', {
    title: 'unseal',
    help: 'enter shares; everybody sees which came in',
    footer: 1,
  }),
  shortcut('i', 'init', {
    title: 'initialise',
    help: 'make the key and its shares, once',
    footer: 2,
  }),
  {
    id: 'cluster.log-in',
    title: 'log in',
    help: 'enter a token; it is read in a process of its own and never shown',
    keys: ['l'],
    view,
    danger: 0,
    needsWrite: false,
    footer: 3,
    enabledWhen: canLogIn,
    run: () => ({ kind: 'log-in' }),
  },
  shortcut('s', 'secrets', {
    title: 'secrets',
    help: 'browse secrets and their versions',
    footer: 4,
  }),
  shortcut('p', 'policies', {
    title: 'policies',
    help: 'read and edit policies, with what they allow',
    footer: 5,
  }),
  shortcut('t', 'audit', { title: 'audit', help: 'follow and verify the audit log', footer: 6 }),
  shortcut('a', 'alarms', {
    title: 'alarms',
    help: 'what is open, and what to do about it',
    footer: 7,
  }),
  {
    id: 'cluster.seal',
    title: 'seal',
    help: 'drop all keys of this cluster from memory; shares are needed to serve again',
    keys: [],
    command: { name: 'seal', aliases: ['operator seal'] },
    view: 'global',
    danger: 3,
    needsWrite: true,
    enabledWhen: (model) =>
      snapshotIn(model.cluster)?.nodes.some(({ sealed }) => !sealed) === true ||
      'nothing is unsealed here',
    target: (model) => {
      const snapshot = snapshotIn(model.cluster);
      if (snapshot === undefined) return undefined;
      return { id: snapshot.clusterId, name: clean(snapshot.clusterName, 40) };
    },
    warning: (model) => ({
      cluster: clusterName(model),
      act: literal('Seal the agent that answers here'),
      effect: literal('no secret can be read or written until shares are entered again'),
      undo: literal('unseal with shares'),
    }),
    run: ({ reason }) => ({
      kind: 'request',
      request: { operation: 'write', path: 'sys/seal', body: { reason: told(reason) } },
      what: literal('seal'),
      success: literal('sealed'),
      changes: [''],
    }),
  },
];

/** As much of a reason as the agent tells others. */
function told(reason: string): string {
  return reason.replaceAll(/\p{C}/gu, '').trim().slice(0, holderCharactersMax);
}

interface Shown {
  readonly title: string;
  readonly help: string;
  readonly footer: number;
}

/** A key that opens a view; named in the footer only while it helps. */
function shortcut(key: string, target: string, { title, help, footer }: Shown): ScreenVerb {
  return {
    id: `cluster.${target}`,
    title,
    help,
    keys: [key],
    view,
    danger: 0,
    needsWrite: false,
    footer,
    enabledWhen: (model) => isUseful(target, model),
    run: () => go(target),
  };
}

/** The footer names what helps now: no ceremony when all is unsealed, no secrets while sealed. */
function isUseful(target: string, model: Model): true | string {
  const cluster = snapshotIn(model.cluster);
  const isNew = cluster?.initialised === false;
  const isSealed = cluster?.nodes.some(({ sealed }) => sealed) === true;
  switch (target) {
    case 'init':
      return isNew || 'this cluster is initialised already';
    case 'ceremony':
      return (isSealed && !isNew) || 'nothing is sealed here';
    case 'secrets':
    case 'policies':
    case 'audit':
      return !isSealed || 'sealed: nothing can be read before it is unsealed';
    default:
      return true;
  }
}

function canLogIn(model: Model): true | string {
  if (model.identity.kind === 'known') return 'somebody is logged in; :logout first';
  return isUseful('secrets', model);
}

/** From the connection, never from configuration. */
export function clusterName(model: Model): SafeText {
  const snapshot = snapshotIn(model.cluster);
  if (snapshot === undefined) return literal('StrongBox');
  return clean(snapshot.clusterName === '' ? 'new cluster' : snapshot.clusterName, 40);
}

function plain(model: Model): JsonValue {
  const { state, consequence, next } = sentenceOf(model);
  const snapshot = snapshotIn(model.cluster);
  return {
    state,
    consequence,
    next: next.map(({ key, does }) => `${key} ${does}`),
    cluster: snapshot === undefined ? null : (JSON.parse(JSON.stringify(snapshot)) as JsonValue),
  };
}

export const clusterScreen: Screen = defineScreen<null>({
  view,
  command: { name: 'cluster', aliases: ['home'] },
  help: 'all agents: sealed or not, role, lag, load',
  initial: null,
  ids: (model) => shownNodes(model).shown.map(({ id }) => id),
  hidden: (model) => shownNodes(model).hiddenCount,
  enter: (id) => go('node', id),
  verbs,
  plain,
});
