/** The command that lets nodes work until nothing is left to do. */
import type { NodeId } from '../../../src/raft/types.ts';
import type { Cluster, ClusterNode } from './cluster.ts';
import { type Command, plainNumbers, valuesOf } from './data-driven.ts';

interface Phase {
  readonly heading: string;
  readonly hasWork: (cluster: Cluster, node: ClusterNode) => boolean;
  /** Does some of the work. */
  readonly work: (cluster: Cluster, id: NodeId) => void;
  /** All of it under one heading. */
  readonly isExhaustive: boolean;
}

/** Each phase goes over all nodes before the next begins. */
const phases: readonly Phase[] = [
  {
    heading: 'handling Ready',
    hasWork: (_cluster, { raw }) => raw?.hasReady ?? false,
    work: (cluster, id) => cluster.processReady(id),
    isExhaustive: false,
  },
  {
    heading: 'receiving messages',
    hasWork: (cluster, { id }) => cluster.messages.some(({ to }) => to === id),
    work: (cluster, id) => cluster.deliver(id, undefined, false),
    isExhaustive: false,
  },
  {
    heading: 'processing append thread',
    hasWork: (_cluster, { appendWork }) => appendWork.length > 0,
    work: (cluster, id) => cluster.processAppendThread(id),
    isExhaustive: true,
  },
  {
    heading: 'processing apply thread',
    hasWork: (_cluster, { applyWork }) => applyWork.length > 0,
    work: (cluster, id) => cluster.processApplyThread(id),
    isExhaustive: true,
  },
];

export function stabilize(cluster: Cluster, command: Command): void {
  const before = cluster.output.level;
  const [level = before] = valuesOf(command, 'log-level');
  cluster.output.setLevel(level);
  const ids = plainNumbers(command);
  const nodes = ids.length === 0 ? cluster.nodes : ids.map((id) => cluster.node(id));
  // A list, not `some`: every phase runs in each round.
  while (phases.map((phase) => runPhase(cluster, nodes, phase)).includes(true));
  cluster.output.setLevel(before);
}

/** Whether there was anything to do. */
function runPhase(cluster: Cluster, nodes: readonly ClusterNode[], phase: Phase): boolean {
  let hasWorked = false;
  for (const node of nodes) {
    if (!phase.hasWork(cluster, node)) continue;
    hasWorked = true;
    cluster.output.write(`> ${node.id} ${phase.heading}\n`);
    do cluster.output.indented(() => phase.work(cluster, node.id));
    while (phase.isExhaustive && phase.hasWork(cluster, node));
  }
  return hasWorked;
}
