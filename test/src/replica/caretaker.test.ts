import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tickMs, SimCluster } from '../../simulation/support/sim-cluster.ts';
import { productionSizes } from '../../../src/raft/options.ts';
import { caretakerTimeouts } from '../../../src/replica/limits.ts';
import { commit, fill, has, isolate, leaderIs, others, read, settled } from './cluster-words.ts';
import { put } from './support.ts';

const { electionTicks } = productionSizes;
const electionMs = electionTicks * tickMs;

function sealed(voters: readonly number[] = [1, 2, 3]): SimCluster {
  const cluster = new SimCluster({ voters });
  for (const node of cluster.nodes.values()) node.fit = false;
  cluster.startAll();
  return cluster;
}

test('where nobody is fit, one steps in after three time-outs: it serves, and has no duties', () => {
  const cluster = sealed();
  cluster.scheduler.runFor(caretakerTimeouts * electionMs - tickMs);
  assert.equal(cluster.leader, undefined);
  const caretaker = cluster.awaitLeader();
  assert.ok(cluster.scheduler.nowMs < 5_000, `${cluster.scheduler.nowMs} ms`);
  const [follower] = others(cluster, caretaker);
  assert.ok(follower !== undefined);
  commit(cluster, follower, put('a'));
  assert.equal(read(cluster, follower), 'read');
  assert.equal(caretaker.running.hasDuties, false);
  const duties = caretaker.events.some((event) => event.type === 'leadership' && event.duties);
  assert.equal(duties, false);
});

test('a caretaker hands over as soon as there is a fit voter', () => {
  const cluster = sealed();
  const caretaker = cluster.awaitLeader();
  const [fit] = others(cluster, caretaker);
  assert.ok(fit !== undefined);
  fit.running.setFit(true);
  const before = cluster.scheduler.nowMs;
  cluster.scheduler.runUntil(() => leaderIs(cluster, fit.id) && fit.running.hasDuties);
  assert.ok(cluster.scheduler.nowMs - before < 500, `${cluster.scheduler.nowMs - before} ms`);
  assert.ok(has(caretaker, 'hand-over'));
});

test('it hands over to the fit voter with the longest log', () => {
  const cluster = sealed();
  const caretaker = cluster.awaitLeader();
  const [behind, ahead] = others(cluster, caretaker);
  assert.ok(behind !== undefined && ahead !== undefined);
  isolate(cluster, behind);
  fill(cluster, caretaker, 50);
  cluster.network.heal();
  // Both say so before the one that was away has caught up.
  behind.running.setFit(true);
  ahead.running.setFit(true);
  cluster.scheduler.runUntil(() => cluster.leader?.running.hasDuties === true);
  const handed = caretaker.events.find((event) => event.type === 'hand-over');
  assert.equal(handed?.type === 'hand-over' ? handed.to : 0, ahead.id);
});

test('a fit node does not wait for a caretaker, and none disturbs it', () => {
  const cluster = sealed();
  const fit = cluster.node(2);
  cluster.scheduler.runUntil(() => fit.replica !== undefined);
  cluster.scheduler.runFor(100);
  fit.running.setFit(true);
  const before = cluster.scheduler.nowMs;
  cluster.scheduler.runUntil(() => leaderIs(cluster, fit.id));
  assert.ok(cluster.scheduler.nowMs - before < 100, 'unsealed without a leader: at once');
  const { term } = fit.running.core.raft;
  cluster.scheduler.runFor(20_000);
  assert.equal(fit.running.core.raft.term, term);
});

test('a leader that is sealed hands over, and goes on where nobody could take over', () => {
  const cluster = settled();
  const old = cluster.awaitLeader();
  old.running.setFit(false);
  assert.equal(old.running.hasDuties, false);
  cluster.scheduler.runUntil(() => cluster.leader !== undefined && cluster.leader !== old);
  const next = cluster.awaitLeader();
  for (const node of others(cluster, next)) node.running.setFit(false);
  cluster.scheduler.runFor(500);
  next.running.setFit(false);
  cluster.scheduler.runFor(5_000);
  assert.equal(cluster.leader, next);
  commit(cluster, next, put('a'));
});

test('a live majority with a fit node that is cut off finds a leader', () => {
  const cluster = settled();
  const fit = cluster.awaitLeader();
  for (const node of others(cluster, fit)) node.running.setFit(false);
  cluster.scheduler.runFor(300);
  isolate(cluster, fit);
  const before = cluster.scheduler.nowMs;
  const [one] = others(cluster, fit);
  assert.ok(one !== undefined);
  commit(cluster, one, put('a'));
  assert.ok(cluster.scheduler.nowMs - before < 5_000, `${cluster.scheduler.nowMs - before} ms`);
});

test('one voter always leads, sealed or not, and at once', () => {
  const cluster = sealed([1]);
  cluster.awaitLeader();
  assert.ok(cluster.scheduler.nowMs < 100, `${cluster.scheduler.nowMs} ms`);
  assert.equal(cluster.node(1).running.hasDuties, false);
  cluster.node(1).running.setFit(true);
  assert.equal(cluster.node(1).running.hasDuties, true);
});

test('a hand-over goes to a fit voter, or is refused; forced, the leader gives up', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [one, other] = others(cluster, leader);
  assert.ok(one !== undefined && other !== undefined);
  assert.equal(one.running.handOver()?.code, 'replica.not-leader');
  one.running.setFit(false);
  cluster.scheduler.runFor(300);
  assert.equal(leader.running.handOver(one.id)?.code, 'replica.no-fit-peer');
  assert.equal(leader.running.hasFitPeer, true);
  assert.equal(leader.running.handOver(other.id), undefined);
  cluster.scheduler.runUntil(() => leaderIs(cluster, other.id));
  leader.running.setFit(false);
  cluster.scheduler.runFor(300);
  assert.equal(other.running.hasFitPeer, false);
  assert.equal(other.running.handOver()?.code, 'replica.no-fit-peer');
  const { term } = other.running.core.raft;
  assert.equal(other.running.handOver(undefined, true), undefined);
  assert.notEqual(other.running.core.raft.role, 'leader');
  cluster.awaitLeader();
  assert.ok((cluster.leader?.running.core.raft.term ?? 0) > term);
});

test('a hand-over to one that is no longer fit ends at once, and the leader works on', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [target] = others(cluster, leader);
  assert.ok(target !== undefined);
  target.running.setFit(false);
  // The leader does not know yet.
  assert.equal(leader.running.handOver(target.id), undefined);
  assert.equal(leader.running.core.raft.leadTransferee, target.id);
  const before = cluster.scheduler.nowMs;
  cluster.scheduler.runUntil(() => leader.running.core.raft.leadTransferee === 0);
  assert.ok(cluster.scheduler.nowMs - before < 20, `${cluster.scheduler.nowMs - before} ms`);
  commit(cluster, leader, put('a'));
  assert.equal(cluster.leader, leader);
});
