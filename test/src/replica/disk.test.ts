import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import { unpackFrame } from '../../../src/link/frame.ts';
import { readPeerFrame } from '../../../src/link/peer-frame.ts';
import { productionSizes } from '../../../src/raft/options.ts';
import { stalledWriteTimeoutsMax } from '../../../src/replica/limits.ts';
import { tickMs } from '../../simulation/support/sim-cluster.ts';
import {
  assertSame,
  codeOf,
  commit,
  has,
  leaderIs,
  others,
  read,
  settled,
  submit,
} from './cluster-words.ts';
import { put } from './support.ts';

const longestElectionMs = (2 * productionSizes.electionTicks - 1) * tickMs;

test('a leader whose disk hangs gives way to one whose does not', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [home] = others(cluster, leader);
  assert.ok(home !== undefined);
  leader.log.isHanging = true;
  commit(cluster, home, put('a'));
  const limitMs = stalledWriteTimeoutsMax * longestElectionMs + 500;
  const before = cluster.scheduler.nowMs;
  cluster.scheduler.runUntil(() => others(cluster, leader).includes(cluster.leader ?? leader));
  assert.ok(cluster.scheduler.nowMs - before <= limitMs, `${cluster.scheduler.nowMs - before} ms`);
  assert.ok(has(leader, 'stalled'));
  assert.equal(leader.running.isFit, false);
  commit(cluster, home, put('b'));
  leader.log.isHanging = false;
  assertSame(cluster);
  cluster.scheduler.runUntil(() => leader.running.isFit);
});

test('a leader whose disk hangs and whose hand-over gets lost lets the others elect', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [home] = others(cluster, leader);
  assert.ok(home !== undefined);
  const { term } = leader.running.core.raft;
  let lost = 0;
  cluster.network.tap = (bytes) => {
    const raw = unpackFrame(bytes);
    const frame = raw.type === 'raft' ? readPeerFrame(raw) : undefined;
    if (frame?.type !== 'raft' || frame.message.type !== 'MsgTimeoutNow') return bytes;
    lost += 1;
    return undefined;
  };
  leader.log.isHanging = true;
  commit(cluster, home, put('a'));
  cluster.scheduler.runUntil(() => leader.running.core.raft.role === 'follower');
  assert.ok(lost > 0, 'it was tried');
  assert.equal(leader.running.core.raft.term, term, 'it steps down by itself');
  const asked = leader.events.filter(({ type }) => type === 'hand-over');
  assert.equal(asked.length, 1, 'once');
  cluster.scheduler.runUntil(() => others(cluster, leader).includes(cluster.leader ?? leader));
  commit(cluster, home, put('b'));
  leader.log.isHanging = false;
  assertSame(cluster);
});

test('where all disks hang nobody gives way, and nothing is acknowledged', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  for (const node of cluster.nodes.values()) node.log.isHanging = true;
  const told = submit(leader, [put('a')], 4_000);
  cluster.scheduler.runFor(3 * longestElectionMs);
  assert.equal(told.result, undefined);
  for (const node of cluster.nodes.values()) node.log.isHanging = false;
  cluster.scheduler.runUntil(() => told.result !== undefined);
  assert.equal(codeOf(told.result), 'none');
  assertSame(cluster);
});

test('a leader whose disk is full hands over, and catches up when there is room', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [home] = others(cluster, leader);
  assert.ok(home !== undefined);
  leader.log.outcome = { kind: 'full' };
  commit(cluster, home, put('a'));
  cluster.scheduler.runUntil(() => others(cluster, leader).includes(cluster.leader ?? leader));
  for (let count = 0; count < 5; count += 1) commit(cluster, home, put(`k${count}`));
  assert.equal(leader.fatal, undefined);
  leader.log.outcome = { kind: 'done' };
  assertSame(cluster);
  cluster.scheduler.runUntil(() => leader.running.isFit);
});

test('the disk of a single node is full: writes are refused and did not happen, reads go on', () => {
  const cluster = settled({ voters: [1] });
  const node = cluster.node(1);
  commit(cluster, node, put('a'));
  node.log.outcome = { kind: 'full' };
  const caught = submit(node, [put('b')], 4_000);
  cluster.scheduler.runFor(200);
  assert.throws(
    () => submit(node, [put('c')]),
    (error) => isFailure(error, 'store.disk-full'),
  );
  assert.equal(read(cluster, node), 'read');
  assert.equal(node.running.hasDuties, false);
  node.log.outcome = { kind: 'done' };
  cluster.scheduler.runUntil(() => caught.result !== undefined);
  assert.equal(codeOf(caught.result), 'none');
  commit(cluster, node, put('c'));
  assert.deepEqual(
    node.stateStorage?.allEntries().map(({ key }) => key),
    ['a', 'b', 'c'],
  );
});

test('a log that fails ends the node: nobody is answered any more', () => {
  const cluster = settled({ voters: [1] });
  const node = cluster.node(1);
  node.log.outcome = { kind: 'failed', reason: 'EIO' };
  const told = submit(node, [put('a')]);
  cluster.scheduler.runFor(100);
  assert.equal(node.fatal, 'EIO');
  assert.equal(codeOf(told.result), 'store.io');
  assert.equal(node.running.isStopped, true);
});

test('a state that cannot be written ends the node; a full one waits for room', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [home, other] = others(cluster, leader);
  assert.ok(home !== undefined && other !== undefined);
  home.state.outcome = { kind: 'full' };
  const told = submit(home, [put('a')], 4_000);
  cluster.scheduler.runFor(500);
  assert.equal(told.result, undefined, 'it is committed, and not applied here');
  assert.equal(home.running.isFit, false);
  home.state.outcome = { kind: 'done' };
  cluster.scheduler.runUntil(() => told.result !== undefined);
  assert.equal(codeOf(told.result), 'none');
  other.state.outcome = { kind: 'failed', reason: 'SQLITE_IOERR' };
  commit(cluster, home, put('b'));
  cluster.scheduler.runUntil(() => other.fatal !== undefined);
  assert.equal(other.fatal, 'SQLITE_IOERR');
  assert.ok(leaderIs(cluster, leader.id) || cluster.awaitLeader() !== other);
});
