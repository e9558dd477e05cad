/**
 * The contract on a cluster of three agents in virtual time. The store is the one of an agent that
 * stays; whoever leads is killed again and again while the tests run, and comes back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplicatedStore } from '../../../src/replica/replicated-store.ts';
import { type SimNode, SimCluster, tickMs } from '../../simulation/support/sim-cluster.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { storeConformance } from './suite.ts';

/** Virtual time between two kills: long enough to elect, short enough to meet every test. */
const killEveryMs = 3_000;
const firstKillMs = 20;
const downMs = 700;
const requestTicksMax = 60_000 / tickMs;
let kills = 0;
/** Events of virtual time in one turn of the real loop. */
const eventsOfTurn = 50;

storeConformance('replicated, leaders killed', async (options = {}) => {
  const clock = new ManualClock();
  const { historyRevisionsMax } = options;
  const cluster = new SimCluster({ voters: [1, 2, 3], clock, historyRevisionsMax });
  cluster.startAll();
  cluster.awaitLeader();
  const home = cluster.node(3);
  cluster.scheduler.runUntil(() => isSettled(cluster));
  const { running: replica, stateStorage: state } = home;
  if (state === undefined) throw new Error('the node runs');
  const store = new ReplicatedStore({ replica, state, requestTicksMax });
  const end = keepRunning(cluster);
  killLeaders(cluster, home);
  const dispose = async (): Promise<void> => {
    await store.close();
    end();
  };
  return { store, clock, dispose };
});

void test('replicated: leaders were killed while the contract was tested', () => {
  assert.ok(kills > 30, `${kills} kills`);
});

/** Every node has said that it started: cluster time is known. */
function isSettled(cluster: SimCluster): boolean {
  return [...cluster.nodes.values()].every(({ replica }) => replica?.machine.windows.size === 3);
}

/** Virtual time goes on as fast as it can, between the turns of the real loop. */
function keepRunning(cluster: SimCluster): () => void {
  let isEnded = false;
  const turn = (): void => {
    if (isEnded) return;
    for (let count = 0; count < eventsOfTurn; count += 1) cluster.scheduler.step();
    setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isEnded = true;
  };
}

/** The store's own node only loses the leadership; any other leader is killed. */
function killLeaders(cluster: SimCluster, home: SimNode): void {
  const { scheduler } = cluster;
  const kill = (): void => {
    const { leader } = cluster;
    if (leader === home) home.running.handOver();
    else if (leader !== undefined) {
      kills += 1;
      cluster.crash(leader);
      scheduler.after(downMs, () => cluster.start(leader));
    }
    scheduler.after(killEveryMs, kill);
  };
  scheduler.after(firstKillMs, kill);
}
