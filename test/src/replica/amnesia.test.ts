/** Nodes that come back with less than they had, or are not who they say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimCluster, SimNode } from '../../simulation/support/sim-cluster.ts';
import { LogDisk } from '../../simulation/support/sim-log.ts';
import { StateDisk } from '../../simulation/support/sim-state.ts';
import { commit, fill, others, settled } from './cluster-words.ts';
import { put } from './support.ts';

function loseDisk(node: SimNode): void {
  Object.assign(node.log, new LogDisk());
  Object.assign(node.state, new StateDisk());
}

/** The words with which a peer has refused a node since an event. */
function refusals(node: SimNode, peer: number): readonly string[] {
  return node.events.flatMap((event) => {
    const isRefusal = event.type === 'link-down' && event.peer === peer;
    return isRefusal && event.reason !== undefined ? [event.reason.message] : [];
  });
}

function restart(cluster: SimCluster, node: SimNode): void {
  cluster.start(node, false);
  cluster.scheduler.runFor(3_000);
}

test('a node that lost its disk is refused, whatever it says', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [lost] = others(cluster, leader);
  assert.ok(lost !== undefined);
  fill(cluster, leader, 10);
  cluster.crash(lost);
  loseDisk(lost);
  lost.incarnation = new Uint8Array(16).fill(0x77);
  lost.started = { startCounter: 40, startNonce: 1, earlierNonces: [] };
  restart(cluster, lost);
  assert.ok(refusals(leader, lost.id).some((words) => /data folder is another one/.test(words)));
  assert.equal(lost.running.machine.applied.index, 0);
  commit(cluster, leader, put('without it'));
});

test('a node with an empty state does not vote, even where nobody remembers it', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [lost, other] = others(cluster, leader);
  assert.ok(lost !== undefined && other !== undefined);
  fill(cluster, leader, 10);
  cluster.crash(lost);
  loseDisk(lost);
  // As if it were the very same start: nothing in a hello speaks against it.
  cluster.crash(leader);
  cluster.crash(other);
  loseDisk(other);
  cluster.start(other);
  cluster.start(lost, false);
  cluster.scheduler.runFor(10_000);
  assert.equal(cluster.leader, undefined, 'its vote would make one');
});

test('an old image that is started is refused by its start counter', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node] = others(cluster, leader);
  assert.ok(node !== undefined);
  const { started } = node;
  const image = { log: { ...node.log.durable }, state: { ...node.state.durable } };
  for (let starts = 0; starts < 3; starts += 1) {
    cluster.crash(node);
    cluster.start(node);
    fill(cluster, leader, 5);
  }
  cluster.crash(node);
  node.log.durable = image.log;
  node.state.durable = image.state;
  node.started = started;
  restart(cluster, node);
  assert.ok(refusals(leader, node.id).some((words) => /start counter went back/.test(words)));
});

test('an image with the counter of the start that it replaces is told by its nonce', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node] = others(cluster, leader);
  assert.ok(node !== undefined);
  const { started } = node;
  cluster.crash(node);
  restart(cluster, node);
  cluster.crash(node);
  node.started = started;
  restart(cluster, node);
  assert.ok(refusals(leader, node.id).some((words) => /started twice/.test(words)));
});

test('an image that is started until its counter is a new one is told by the starts before', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node, other] = others(cluster, leader);
  assert.ok(node !== undefined && other !== undefined);
  const { started } = node;
  cluster.crash(node);
  restart(cluster, node);
  fill(cluster, leader, 10);
  cluster.crash(node);
  node.started = started;
  // Its own disks are whole: nothing but the start that it does not come from speaks against it.
  for (let starts = 0; starts < 3; starts += 1) {
    restart(cluster, node);
    cluster.crash(node);
  }
  // What peers know is in their states, not only in their memory.
  cluster.crash(other);
  cluster.start(other);
  cluster.scheduler.runFor(3_000);
  other.events.length = 0;
  cluster.start(node);
  cluster.scheduler.runFor(3_000);
  assert.equal(node.started?.startCounter, 5);
  assert.ok(refusals(leader, node.id).some((words) => /started twice/.test(words)));
  assert.ok(refusals(other, node.id).some((words) => /started twice/.test(words)));
});

test('a log that is shorter than what this leader was told is refused', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node] = others(cluster, leader);
  assert.ok(node !== undefined);
  const [log, state] = [node.log.durable, node.state.durable];
  fill(cluster, leader, 10);
  cluster.scheduler.runFor(200);
  cluster.crash(node);
  node.log.durable = log;
  node.state.durable = state;
  restart(cluster, node);
  assert.ok(refusals(leader, node.id).some((words) => /shorter than it said/.test(words)));
});

test('a node that forgot what is committed finds no voter when the leader is gone, either', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node, other] = others(cluster, leader);
  assert.ok(node !== undefined && other !== undefined);
  const [log, state] = [node.log.durable, node.state.durable];
  fill(cluster, leader, 10);
  cluster.scheduler.runFor(300);
  cluster.crash(node);
  cluster.crash(leader);
  node.log.durable = log;
  node.state.durable = state;
  restart(cluster, node);
  assert.ok(refusals(other, node.id).some((words) => /shorter than it said/.test(words)));
  assert.equal(cluster.leader, undefined);
  cluster.start(leader);
  cluster.scheduler.runUntil(() => leader.replica !== undefined);
  commit(cluster, other, put('the two that remember'));
});

test('agents of another cluster, or with other timings, do not get in', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [node] = others(cluster, leader);
  assert.ok(node !== undefined);
  cluster.crash(node);
  node.clusterId = 'another';
  restart(cluster, node);
  const heard = [...refusals(leader, node.id), ...refusals(node, leader.id)];
  assert.ok(heard.some((words) => /belongs to another cluster/.test(words)));
});
