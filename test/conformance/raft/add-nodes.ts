/** The command that makes nodes, with its many switches. */
import assert from 'node:assert/strict';
import { productionSizes, productionSwitches } from '../../../src/raft/options.ts';
import type { RaftSizes, RaftSwitches } from '../../../src/raft/options.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Snapshot } from '../../../src/raft/types.ts';
import type { Cluster } from './cluster.ts';
import { type Command, toNumber, valuesOf } from './data-driven.ts';
import { MemoryLog } from './memory-log.ts';

type Settings = RaftSwitches & RaftSizes;
type Change = { -readonly [Name in keyof Settings]?: Settings[Name] };

/** What etcd's files take for granted. */
const defaults: Settings = {
  preVote: false,
  checkQuorum: false,
  asyncStorageWrites: false,
  readOnly: 'safe',
  disableProposalForwarding: false,
  disableConfChangeValidation: false,
  stepDownOnRemoval: false,
  electionTicks: 3,
  heartbeatTicks: 1,
  pendingSnapshotTicksMax: Number.POSITIVE_INFINITY,
  messageBytesMax: Number.POSITIVE_INFINITY,
  applyingBytesMax: Number.POSITIVE_INFINITY,
  uncommittedBytesMax: Number.POSITIVE_INFINITY,
  inflightMessagesMax: Number.POSITIVE_INFINITY,
  inflightBytesMax: Number.POSITIVE_INFINITY,
};

/** Our own files' nodes run as in production; ticks are fewer, so that files stay readable. */
const production: Settings = {
  ...productionSizes,
  ...productionSwitches,
  electionTicks: 3,
  heartbeatTicks: 1,
};

const settings: ReadonlyMap<string, (value: string) => Change> = new Map<
  string,
  (value: string) => Change
>([
  ['inflight', (value) => ({ inflightMessagesMax: toNumber(value) })],
  ['inflight-bytes', (value) => ({ inflightBytesMax: toNumber(value) })],
  ['message-bytes', (value) => ({ messageBytesMax: toNumber(value) })],
  ['uncommitted-bytes', (value) => ({ uncommittedBytesMax: toNumber(value) })],
  ['snapshot-ticks', (value) => ({ pendingSnapshotTicksMax: toNumber(value) })],
  ['max-committed-size-per-ready', (value) => ({ applyingBytesMax: toNumber(value) })],
  ['async-storage-writes', (value) => ({ asyncStorageWrites: value === 'true' })],
  ['prevote', (value) => ({ preVote: value === 'true' })],
  ['checkquorum', (value) => ({ checkQuorum: value === 'true' })],
  ['read-only', (value) => ({ readOnly: value === 'lease-based' ? 'lease-based' : 'safe' })],
  ['step-down-on-removal', (value) => ({ stepDownOnRemoval: value === 'true' })],
  [
    'disable-conf-change-validation',
    (value) => ({ disableConfChangeValidation: value === 'true' }),
  ],
]);

const bootKeys = ['voters', 'learners', 'index', 'production'];

export function addNodes(cluster: Cluster, command: Command): void {
  const [count, ...args] = command.args;
  const isProduction = args.some(({ key }) => key === 'production');
  let chosen: Settings = isProduction ? production : defaults;
  for (const { key, values } of args) {
    const setting = settings.get(key);
    assert.ok(setting !== undefined || bootKeys.includes(key), `line ${command.line}: ${key}`);
    chosen = { ...chosen, ...setting?.(values[0] ?? '') };
  }
  const boot = bootSnapshot(command);
  for (let added = 0; added < toNumber(count?.key ?? ''); added += 1) {
    const stable = new MemoryLog();
    if (boot !== undefined) stable.install(boot);
    // etcd's files begin in term 0, before the term of the snapshot that they begin with.
    const { index: commit, term } = boot ?? { index: 0, term: 0 };
    if (isProduction && boot !== undefined) stable.setHardState({ term, vote: 0, commit });
    cluster.add(chosen, stable);
  }
}

/** Nodes that begin with members begin with a snapshot that names them. */
function bootSnapshot(command: Command): Snapshot | undefined {
  const [index] = valuesOf(command, 'index').map(toNumber);
  if (index === undefined) return undefined;
  const voters = valuesOf(command, 'voters').map(toNumber);
  const learners = valuesOf(command, 'learners').map(toNumber);
  return { index, term: 1, confState: { ...emptyConf, voters, learners } };
}
