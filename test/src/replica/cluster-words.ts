/** What tests ask of a cluster in virtual time, and wait for. */
import assert from 'node:assert/strict';
import type { CommitAnswer, Operation } from '../../../src/ports/store.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import type { ReplicaEvent } from '../../../src/replica/events.ts';
import type { ProposalResult } from '../../../src/replica/proposer.ts';
import {
  SimCluster,
  type SimClusterOptions,
  type SimNode,
} from '../../simulation/support/sim-cluster.ts';
import { put, transaction } from './support.ts';

const limitTicks = 400;

/** A cluster of three whose nodes have all told that they started. */
export function settled(options: Partial<SimClusterOptions> = {}): SimCluster {
  const cluster = new SimCluster({ voters: [1, 2, 3], ...options });
  cluster.startAll();
  const { length } = options.voters ?? [1, 2, 3];
  cluster.awaitLeader();
  cluster.scheduler.runUntil(() => isTold(cluster, length));
  return cluster;
}

function isTold(cluster: SimCluster, count: number): boolean {
  return [...cluster.nodes.values()].every(
    ({ replica }) => replica?.machine.windows.size === count,
  );
}

/** Submits, and gives where the result will be. */
export function submit(
  node: SimNode,
  operations: readonly Operation[],
  ticks = limitTicks,
): { result: ProposalResult | undefined } {
  const told: { result: ProposalResult | undefined } = { result: undefined };
  node.running.submit(transaction(...operations), ticks, (result) => {
    assert.equal(told.result, undefined, 'a proposal has one outcome');
    told.result = result;
  });
  return told;
}

export function commit(
  cluster: SimCluster,
  node: SimNode,
  ...operations: readonly Operation[]
): CommitAnswer {
  const told = submit(node, operations);
  cluster.scheduler.runUntil(() => told.result !== undefined);
  assert.ok(told.result?.ok === true, codeOf(told.result));
  return told.result.answer;
}

export function codeOf(result: ProposalResult | undefined): string {
  return result === undefined || result.ok ? 'none' : result.error.code;
}

/** Many commits, some at a time. */
export function fill(cluster: SimCluster, node: SimNode, count: number, value = ''): void {
  for (let first = 0; first < count; first += 200) {
    const size = Math.min(200, count - first);
    const told = Array.from({ length: size }, (_, position) =>
      submit(node, [put(`fill/${String(first + position).padStart(6, '0')}`, value)]),
    );
    cluster.scheduler.runUntil(() => told.every(({ result }) => result !== undefined));
    assert.ok(told.every(({ result }) => result?.ok));
  }
}

/** A linearizable read: the code of its error, or `read`. */
export function read(cluster: SimCluster, node: SimNode, ticks = limitTicks): string {
  let told: string | undefined;
  node.running.read(ticks, (error) => {
    told = error?.code ?? 'read';
  });
  cluster.scheduler.runUntil(() => told !== undefined);
  return told ?? '';
}

export function others(cluster: SimCluster, node: SimNode): readonly SimNode[] {
  return [...cluster.nodes.values()].filter((other) => other !== node);
}

export function isolate(cluster: SimCluster, node: SimNode): void {
  cluster.network.isolate(node.id, [...cluster.nodes.keys()]);
}

/** All nodes that run have applied the same, and hold the same. */
export function assertSame(cluster: SimCluster): void {
  const { scheduler } = cluster;
  const running = (): readonly SimNode[] =>
    [...cluster.nodes.values()].filter(({ replica }) => replica !== undefined);
  const indexOf = ({ running: replica }: SimNode): number => replica.machine.applied.index;
  const isEven = (): boolean => new Set(running().map(indexOf)).size === 1;
  scheduler.runUntil(isEven);
  const [first, ...rest] = running();
  assert.ok(first !== undefined);
  for (const node of rest) {
    assert.deepEqual(node.running.machine.digest, first.running.machine.digest);
    assert.deepEqual(node.stateStorage?.allEntries(), first.stateStorage?.allEntries());
  }
}

export function has(node: SimNode, type: ReplicaEvent['type']): boolean {
  return node.events.some((event) => event.type === type);
}

export function leaderIs(cluster: SimCluster, id: NodeId): boolean {
  return cluster.leader?.id === id;
}
