import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import { queuedBytesMax } from '../../../src/link/limits.ts';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import { seededDraw, type SimCluster, type SimNode } from '../../simulation/support/sim-cluster.ts';
import {
  assertSame,
  codeOf,
  commit,
  fill,
  isolate,
  others,
  read,
  settled,
  submit,
} from './cluster-words.ts';
import { put } from './support.ts';

function followerOf(cluster: SimCluster): SimNode {
  const [follower] = others(cluster, cluster.awaitLeader());
  assert.ok(follower !== undefined);
  return follower;
}

test('what a follower proposes is answered on it, when it is applied on it', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  const answer = commit(cluster, follower, put('a', '1'), { kind: 'get', key: 'a' });
  assert.equal(answer.revision, 1);
  assert.equal(answer.reads[0]?.kind, 'entry');
  assert.equal(follower.running.machine.revision, 1);
  assertSame(cluster);
});

test('what the link to the leader has no room for is sent when it has', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  cluster.network.clog(follower.id);
  const value = 'v'.repeat(1_000_000);
  // More than may wait for a connection.
  const count = Math.ceil(queuedBytesMax / value.length) + 4;
  const writes = Array.from({ length: count }, (_, at) => submit(follower, [put(`${at}`, value)]));
  assert.ok(writes.every(({ result }) => result === undefined));
  cluster.network.unclog(follower.id);
  cluster.scheduler.runUntil(() => writes.every(({ result }) => result !== undefined));
  for (const { result } of writes) assert.equal(codeOf(result), 'none');
  assert.equal(follower.running.machine.revision, count, 'each counts once');
});

test('one voter leads at once, and answers only what is on its disk', () => {
  const cluster = settled({ voters: [1] });
  const node = cluster.node(1);
  node.log.isHanging = true;
  const told = submit(node, [put('a')]);
  cluster.scheduler.runFor(1_000);
  assert.equal(told.result, undefined);
  node.log.isHanging = false;
  cluster.scheduler.runUntil(() => told.result !== undefined);
  assert.equal(codeOf(told.result), 'none');
});

test('many proposals at once cost few syncs', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const before = leader.log.writes;
  fill(cluster, leader, 200);
  assert.ok(leader.log.writes - before <= 10, `${leader.log.writes - before} writes`);
});

test('proposals outlive their leader, and each counts once', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [home] = others(cluster, leader);
  assert.ok(home !== undefined);
  // Some reach the leader's log, some a follower's, some get lost: it ends in the midst.
  const told = Array.from({ length: 50 }, (_, index) => submit(home, [put(`k${index}`)]));
  cluster.scheduler.runFor(3);
  cluster.crash(leader);
  told.push(...Array.from({ length: 50 }, (_, index) => submit(home, [put(`l${index}`)])));
  cluster.scheduler.runUntil(() => told.every(({ result }) => result !== undefined));
  assert.ok(told.every(({ result }) => result?.ok));
  cluster.start(leader);
  assertSame(cluster);
  const entries = home.stateStorage?.allEntries() ?? [];
  assert.equal(entries.length, 100);
  assert.ok(entries.every(({ version }) => version === 1));
});

test('what is sent again after the links broke is applied once', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  const { network } = cluster;
  const told = Array.from({ length: 20 }, (_, index) => submit(follower, [put(`k${index}`)]));
  cluster.scheduler.runFor(2);
  network.cut(1, 2);
  network.cut(1, 3);
  network.cut(2, 3);
  cluster.scheduler.runFor(100);
  network.heal();
  cluster.scheduler.runUntil(() => told.every(({ result }) => result !== undefined));
  assertSame(cluster);
  const entries = follower.stateStorage?.allEntries() ?? [];
  assert.ok(entries.every(({ version }) => version === 1));
  assert.equal(entries.length, 20);
});

test('a leader that was cut off answers no read and no write', () => {
  const cluster = settled();
  const old = cluster.awaitLeader();
  commit(cluster, old, put('a', 'old'));
  isolate(cluster, old);
  const write = submit(old, [put('b')], 40);
  let told: string | undefined;
  old.running.read(40, (error) => {
    told = error?.code ?? 'read';
  });
  const [one] = others(cluster, old);
  assert.ok(one !== undefined);
  cluster.scheduler.runUntil(() => others(cluster, old).includes(cluster.leader ?? old));
  commit(cluster, one, put('a', 'new'));
  cluster.scheduler.runUntil(() => told !== undefined && write.result !== undefined);
  assert.equal(told, 'replica.no-leader');
  assert.equal(codeOf(write.result), 'replica.outcome-unknown');
  cluster.network.heal();
  assert.equal(read(cluster, old), 'read');
  const entry = old.stateStorage?.allEntries().find(({ key }) => key === 'a');
  assert.equal(new TextDecoder().decode(entry?.value), 'new');
  assertSame(cluster);
});

test('without a majority what was never sent was certainly not done', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  for (const other of others(cluster, follower)) cluster.crash(other);
  cluster.scheduler.runUntil(() => follower.running.core.raft.lead === 0);
  const told = submit(follower, [put('a')], 20);
  cluster.scheduler.runUntil(() => told.result !== undefined);
  assert.equal(codeOf(told.result), 'replica.no-leader');
});

test('reads on every node see what was committed before them, on whichever node', () => {
  const cluster = settled();
  const draw = seededDraw(5);
  const nodes = [...cluster.nodes.values()];
  for (let round = 1; round <= 30; round += 1) {
    const writer = nodes[draw(3)];
    const reader = nodes[draw(3)];
    assert.ok(writer !== undefined && reader !== undefined);
    const { revision } = commit(cluster, writer, put('a', `${round}`));
    assert.equal(read(cluster, reader), 'read');
    assert.ok(reader.running.machine.revision >= revision);
  }
});

test('a new leader s first reads wait for its first commit, and are answered', () => {
  const cluster = settled();
  const old = cluster.awaitLeader();
  cluster.crash(old);
  cluster.scheduler.runUntil(() => cluster.leader !== undefined);
  const { leader } = cluster;
  assert.ok(leader !== undefined);
  assert.equal(leader.running.core.raft.hasCommittedInTerm, false);
  assert.equal(read(cluster, leader), 'read');
  assert.equal(leader.running.core.raft.hasCommittedInTerm, true);
});

test('cluster time passes on every node, with the stamps of the leader', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  const before = follower.running.readTimeMs();
  cluster.scheduler.runFor(5_000);
  const passed = follower.running.readTimeMs() - before;
  assert.ok(passed >= 4_990 && passed <= 5_010, `${passed}`);
  const { clusterTimeMs } = commit(cluster, follower, put('a'));
  assert.ok(clusterTimeMs >= before + 4_990);
});

test('what was acknowledged survives the power of all nodes at once', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  fill(cluster, follower, 300);
  for (const node of cluster.nodes.values()) cluster.crash(node);
  for (const node of cluster.nodes.values()) cluster.start(node);
  cluster.awaitLeader();
  assert.equal(read(cluster, follower), 'read');
  assert.equal(follower.stateStorage?.allEntries().length, 300);
  assertSame(cluster);
});

const change = (...changes: readonly ConfChangeSingle[]) => {
  return { transition: 'auto', changes, context: new Uint8Array() } as const;
};

test('members change on the leader, one change at a time, learners first', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const follower = followerOf(cluster);
  const learner = cluster.add(4);
  cluster.start(learner);
  const { running } = leader;
  const add = change({ type: 'add-learner', id: 4 });
  assert.equal(follower.running.changeMembers(add)?.code, 'replica.not-leader');
  const early = running.changeMembers(change({ type: 'add-voter', id: 4 }));
  assert.match(early?.message ?? '', /learner first/);
  assert.equal(running.changeMembers(add), undefined);
  assert.match(running.changeMembers(add)?.message ?? '', /pending/);
  cluster.scheduler.runUntil(() => learner.replica?.machine.conf.learners.includes(4) === true);
  fill(cluster, leader, 20);
  assertSame(cluster);
  assert.equal(running.changeMembers(change({ type: 'add-voter', id: 4 })), undefined);
  cluster.scheduler.runUntil(() => learner.running.machine.conf.voters.includes(4));
  commit(cluster, learner, put('from the new one'));
  assertSame(cluster);
});

test('no change leads to voters of whom no majority is alive', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [one, other] = others(cluster, leader);
  assert.ok(one !== undefined && other !== undefined);
  cluster.crash(one);
  cluster.scheduler.runFor(1_500);
  const refused = leader.running.changeMembers(change({ type: 'remove', id: other.id }));
  assert.match(refused?.message ?? '', /no majority of the new voters/);
  assert.equal(leader.running.changeMembers(change({ type: 'remove', id: one.id })), undefined);
});

test('a removed node leads no more and disturbs nobody', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const rest = others(cluster, leader);
  assert.equal(leader.running.changeMembers(change({ type: 'remove', id: leader.id })), undefined);
  cluster.scheduler.runUntil(() => rest.includes(cluster.leader ?? leader));
  const [one] = rest;
  assert.ok(one !== undefined);
  const term = cluster.leader?.running.core.raft.term;
  cluster.scheduler.runFor(10_000);
  assert.equal(cluster.leader?.running.core.raft.term, term);
  commit(cluster, one, put('a'));
  assert.deepEqual(one.running.machine.conf.voters, rest.map(({ id }) => id).toSorted());
});

test('a stopped replica refuses, and what waited is told', () => {
  const cluster = settled();
  const follower = followerOf(cluster);
  for (const other of others(cluster, follower)) cluster.crash(other);
  const write = submit(follower, [put('a')]);
  let told: string | undefined;
  follower.running.read(100, (error) => {
    told = error?.code;
  });
  follower.running.stop();
  follower.running.stop();
  assert.equal(codeOf(write.result), 'replica.outcome-unknown');
  assert.equal(told, 'store.closed');
  assert.throws(
    () => submit(follower, [put('b')]),
    (error) => isFailure(error, 'store.closed'),
  );
  assert.throws(
    () => follower.running.read(1, () => {}),
    (error) => isFailure(error, 'store.closed'),
  );
});
