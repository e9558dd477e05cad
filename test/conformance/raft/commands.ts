/** The commands of interaction tests: etcd's, and some that it lacks (crash, restart, reads). */
import assert from 'node:assert/strict';
import type { ConfChange, ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { SnapshotReport } from '../../../src/raft/leader.ts';
import type { MsgSnap } from '../../../src/raft/messages.ts';
import type { NodeId, Refusal } from '../../../src/raft/types.ts';
import { addNodes } from './add-nodes.ts';
import { type Cluster, refusalText } from './cluster.ts';
import { type Command, plainArguments, plainNumbers, toNumber, valuesOf } from './data-driven.ts';
import {
  firstFormat,
  renderEntries,
  renderMessage,
  renderProgressMap,
  roleName,
} from './render.ts';
import { stabilize } from './stabilize.ts';

type Handler = (cluster: Cluster, command: Command) => void;

/** Runs a command; gives what it prints. */
export function runCommand(cluster: Cluster, command: Command): string {
  const handler = handlers.get(command.name);
  assert.ok(handler !== undefined, `line ${command.line}: there is no command ${command.name}`);
  try {
    handler(cluster, command);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // Even a silent output tells of an error.
    if (cluster.output.isQuiet) return `${error.message}\n`;
    cluster.output.write(error.message);
  }
  const text = cluster.output.take();
  if (text === '') return 'ok\n';
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** What a node refuses: it is printed, and the file goes on. */
class CommandError extends Error {}

function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw new CommandError(refusalText(refusal));
}

/** The node that a command is about: its first argument. */
function firstNode(command: Command): NodeId {
  return toNumber(command.args[0]?.key ?? '');
}

function secondNumber(command: Command): number {
  return toNumber(command.args[1]?.key ?? '');
}

function oneValue(command: Command, key: string): string {
  const [value, ...others] = valuesOf(command, key);
  assert.ok(value !== undefined && others.length === 0, `line ${command.line}: one ${key}`);
  return value;
}

const changeTypes: ReadonlyMap<string, ConfChangeSingle['type']> = new Map([
  ['v', 'add-voter'],
  ['l', 'add-learner'],
  ['r', 'remove'],
  ['u', 'update'],
]);

/** Reads `v1 l2 r3 u4`. */
export function parseChanges(text: string): readonly ConfChangeSingle[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    const type = changeTypes.get(word.charAt(0));
    assert.ok(type !== undefined, `${word} is a change`);
    return { type, id: toNumber(word.slice(1)) };
  });
}

const transitions: ReadonlyMap<string, ConfChange['transition']> = new Map([
  ['auto', 'auto'],
  ['implicit', 'joint-implicit'],
  ['explicit', 'joint-explicit'],
]);

function parseConfChange(command: Command): ConfChange {
  const transition = transitions.get(valuesOf(command, 'transition')[0] ?? 'auto');
  assert.ok(transition !== undefined, `line ${command.line}: a transition is known`);
  const isFirstFormat = valuesOf(command, 'v1')[0] === 'true';
  const context = isFirstFormat ? firstFormat : new Uint8Array();
  return { transition, changes: parseChanges(command.input), context };
}

/** One header and block for each node, or none of that for a single one. */
function forEachNode(
  cluster: Cluster,
  command: Command,
  heading: string,
  action: (id: NodeId) => void,
): void {
  const ids = plainNumbers(command);
  for (const id of ids) {
    if (ids.length === 1) return action(id);
    cluster.output.write(`> ${id} ${heading}\n`);
    cluster.output.indented(() => action(id));
  }
}

function printLog(cluster: Cluster, id: NodeId): void {
  const { stable } = cluster.node(id);
  const [first, last] = [stable.firstIndex(), stable.lastIndex()];
  if (last < first) {
    cluster.output.write(`log is empty: first index=${first}, last index=${last}`);
    return;
  }
  const entries = stable.entries(first, last + 1, Number.POSITIVE_INFINITY) ?? [];
  cluster.output.write(renderEntries(entries));
}

function printStates(cluster: Cluster): void {
  for (const { id, raw } of cluster.nodes) {
    if (raw === undefined) {
      cluster.output.write(`${id}: crashed\n`);
      continue;
    }
    const { role, term, lead, conf } = raw.status();
    const isVoter = conf.voters.includes(id) || conf.votersOutgoing.includes(id);
    const voter = isVoter ? '(Voter)' : '(Non-Voter)';
    cluster.output.write(`${id}: ${roleName(role)} ${voter} Term:${term} Lead:${lead}\n`);
  }
}

function deliver(cluster: Cluster, command: Command): void {
  const type = valuesOf(command, 'type')[0];
  const delivered = plainNumbers(command).map((id) => cluster.deliver(id, type, false));
  const dropped = valuesOf(command, 'drop').map((id) => cluster.deliver(toNumber(id), type, true));
  const count = [...delivered, ...dropped].reduce((sum, messages) => sum + messages, 0);
  if (count === 0) cluster.output.write('no messages\n');
}

function sendSnapshot(cluster: Cluster, command: Command): void {
  const [from, to] = [firstNode(command), secondNumber(command)];
  const snapshot = cluster.node(from).stable.snapshot();
  assert.ok(snapshot !== undefined, `node ${from} has a state`);
  const { term } = cluster.raw(from).status();
  const message: MsgSnap = { type: 'MsgSnap', from, to, term, snapshot };
  cluster.messages.push(message);
  cluster.output.write(renderMessage(message));
}

function tick(cluster: Cluster, id: NodeId, ticks: number): void {
  for (let passed = 0; passed < ticks; passed += 1) cluster.raw(id).tick();
}

const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['add-nodes', (cluster, command) => addNodes(cluster, command)],
  ['campaign', (cluster, command) => cluster.raw(firstNode(command)).campaign()],
  [
    'compact',
    (cluster, command) => {
      cluster.node(firstNode(command)).stable.compact(secondNumber(command));
      printLog(cluster, firstNode(command));
    },
  ],
  ['deliver-msgs', deliver],
  [
    'process-ready',
    (cluster, command) =>
      forEachNode(cluster, command, 'handling Ready', (id) => cluster.processReady(id)),
  ],
  [
    'process-append-thread',
    (cluster, command) =>
      forEachNode(cluster, command, 'processing append thread', (id) =>
        cluster.processAppendThread(id),
      ),
  ],
  [
    'process-apply-thread',
    (cluster, command) =>
      forEachNode(cluster, command, 'processing apply thread', (id) =>
        cluster.processApplyThread(id),
      ),
  ],
  ['log-level', (cluster, command) => cluster.output.setLevel(plainArguments(command)[0] ?? '')],
  ['raft-log', (cluster, command) => printLog(cluster, firstNode(command))],
  ['raft-state', (cluster) => printStates(cluster)],
  [
    'set-randomized-election-timeout',
    (cluster, command) => {
      const timeout = toNumber(oneValue(command, 'timeout'));
      cluster.raw(firstNode(command)).raft.randomizedElectionTicks = timeout;
    },
  ],
  ['stabilize', (cluster, command) => stabilize(cluster, command)],
  [
    'status',
    (cluster, command) =>
      cluster.output.write(renderProgressMap(cluster.raw(firstNode(command)).status().progress)),
  ],
  [
    'tick-election',
    (cluster, command) => {
      const id = firstNode(command);
      tick(cluster, id, cluster.node(id).switches.electionTicks);
    },
  ],
  [
    'tick-heartbeat',
    (cluster, command) => {
      const id = firstNode(command);
      tick(cluster, id, cluster.node(id).switches.heartbeatTicks);
    },
  ],
  [
    'transfer-leadership',
    (cluster, command) => {
      const from = toNumber(oneValue(command, 'from'));
      cluster.raw(from).transferLeader(toNumber(oneValue(command, 'to')));
    },
  ],
  ['forget-leader', (cluster, command) => cluster.raw(firstNode(command)).forgetLeader()],
  ['send-snapshot', sendSnapshot],
  [
    'propose',
    (cluster, command) => {
      const data = new TextEncoder().encode(command.args[1]?.key ?? '');
      refuse(cluster.raw(firstNode(command)).propose(data));
    },
  ],
  [
    'propose-conf-change',
    (cluster, command) =>
      refuse(cluster.raw(firstNode(command)).proposeConfChange(parseConfChange(command))),
  ],
  [
    'report-unreachable',
    (cluster, command) => cluster.raw(firstNode(command)).reportUnreachable(secondNumber(command)),
  ],

  // What etcd's files have no need of.
  ['crash', (cluster, command) => cluster.crash(firstNode(command))],
  ['restart', (cluster, command) => cluster.start(firstNode(command))],
  [
    'partition',
    (cluster, command) => {
      cluster.apart = plainNumbers(command);
    },
  ],
  [
    'heal',
    (cluster) => {
      cluster.apart = [];
    },
  ],
  ['step-down', (cluster, command) => cluster.raw(firstNode(command)).stepDown()],
  ['tick', (cluster, command) => tick(cluster, firstNode(command), secondNumber(command))],
  [
    'hold-campaign',
    (cluster, command) => cluster.raw(firstNode(command)).holdCampaign(secondNumber(command)),
  ],
  [
    'read-index',
    (cluster, command) => refuse(cluster.raw(firstNode(command)).readIndex(secondNumber(command))),
  ],
  [
    'report-snapshot',
    (cluster, command) => {
      const [from, to, report] = plainArguments(command);
      const raw = cluster.raw(toNumber(from ?? ''));
      raw.reportSnapshot(toNumber(to ?? ''), report as SnapshotReport);
    },
  ],
]);
