import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../shared/errors/failure.ts';
import type { Checkpoint, Health } from '../../../src/link/peer-frame.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import { Agreement } from '../../../src/replica/agreement.ts';
import { checkpointEntries } from '../../../src/replica/limits.ts';
import type { SimCluster, SimNode } from '../../simulation/support/sim-cluster.ts';
import { commit, fill, has, others, read, settled, submit } from './cluster-words.ts';
import { put } from './support.ts';

const conf = { ...emptyConf, voters: [1, 2, 3] };
const at = (index: number, byte: number): Checkpoint => {
  return { index, digest: new Uint8Array(32).fill(byte) };
};
const health = (part: Partial<Health>): Health => {
  const rest = { fit: true, appendLatencyMs: 0, newestCheckpoint: 0, confirmed: false };
  return { ...rest, checkpoint: undefined, acknowledged: [], ...part };
};

/** A leader with digests at 1 and 2, whose peers have reached so far. */
function leading(own: readonly Checkpoint[], ...reached: readonly number[]): Agreement {
  const agreement = new Agreement(1);
  agreement.setOwn(own);
  for (const [position, newestCheckpoint] of reached.entries()) {
    agreement.heardPeer(position + 2, health({ newestCheckpoint }), conf);
  }
  return agreement;
}

test('the leader asks about the newest index that all have reached', () => {
  const own = [at(1, 7), at(2, 7), at(3, 7)];
  const askedOf = (...reached: readonly number[]): number | undefined =>
    leading(own, ...reached).question(conf).checkpoint?.index;
  assert.equal(askedOf(3, 2), 2);
  assert.equal(askedOf(9, 9), 3);
  assert.equal(askedOf(), undefined);
  // One that is hopelessly behind holds nobody up.
  assert.equal(askedOf(3, 0), 3);
});

test('a digest of a quorum is confirmed, and whoever has another is outvoted', () => {
  const agreement = leading([at(1, 7)], 1, 1);
  assert.equal(agreement.question(conf).confirmed, false);
  const told = (byte: number): Health => health({ newestCheckpoint: 1, checkpoint: at(1, byte) });
  assert.equal(agreement.heardPeer(2, told(7), conf), 'agreed');
  assert.equal(agreement.question(conf).confirmed, true);
  assert.equal(agreement.heardPeer(3, told(8), conf), 'agreed');
  const follower = new Agreement(3);
  follower.setOwn([at(1, 8)]);
  const heard = health({ checkpoint: at(1, 7), confirmed: true });
  assert.equal(follower.heardLeader({ ...heard, confirmed: false }), 'open');
  assert.equal(follower.heardLeader(heard), 'outvoted');
  assert.deepEqual(follower.answer().checkpoint, at(1, 8));
});

test('a leader can be outvoted, too', () => {
  const agreement = leading([at(1, 7)], 1, 1);
  agreement.question(conf);
  const told = health({ newestCheckpoint: 1, checkpoint: at(1, 8) });
  assert.equal(agreement.heardPeer(2, told, conf), 'split');
  assert.equal(agreement.heardPeer(3, told, conf), 'outvoted');
  assert.equal(agreement.question(conf).confirmed, false);
});

test('where no quorum agrees there is an alarm and no verdict', () => {
  const agreement = leading([at(1, 7)], 1, 1);
  agreement.question(conf);
  const told = (byte: number): Health => health({ newestCheckpoint: 1, checkpoint: at(1, byte) });
  assert.equal(agreement.heardPeer(2, told(8), conf), 'split');
  assert.equal(agreement.heardPeer(3, told(9), conf), 'split');
});

test('a joint configuration needs both of its majorities', () => {
  const joint = { ...emptyConf, voters: [1, 2, 3], votersOutgoing: [1, 4, 5] };
  const agreement = leading([at(1, 7)], 1, 1, 1, 1);
  agreement.question(joint);
  const told = health({ newestCheckpoint: 1, checkpoint: at(1, 7) });
  assert.equal(agreement.heardPeer(2, told, joint), 'open');
  assert.equal(agreement.heardPeer(4, told, joint), 'agreed');
});

const revisionOf = ({ running }: SimNode): number => running.machine.revision;

/** Enough writes for one more checkpoint, over an entry that everyone rewrites. */
function passCheckpoint(cluster: SimCluster, home: SimNode): void {
  commit(cluster, home, put('rotten', 'again'));
  fill(cluster, home, checkpointEntries + 50);
  cluster.scheduler.runFor(1_000);
}

test('nodes that hold the same agree', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  passCheckpoint(cluster, leader);
  for (const node of cluster.nodes.values()) {
    assert.equal(node.running.machine.checkpoints.length, 1);
    assert.equal(node.running.isQuarantined, false);
    assert.equal(has(node, 'digests-differ'), false);
  }
});

test('an entry that rots on a follower puts it in quarantine: no reads, but it stores and votes', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const [rotten, other] = others(cluster, leader);
  assert.ok(rotten !== undefined && other !== undefined);
  commit(cluster, leader, put('rotten', 'good'));
  cluster.scheduler.runFor(100);
  rotten.stateStorage?.rot('rotten', new Uint8Array([1]));
  passCheckpoint(cluster, leader);
  assert.equal(rotten.running.isQuarantined, true);
  assert.equal(leader.running.isQuarantined, false);
  assert.throws(
    () => read(cluster, rotten),
    (error) => isFailure(error, 'replica.quarantined'),
  );
  assert.throws(
    () => submit(rotten, [put('x')]),
    (error) => isFailure(error, 'replica.quarantined'),
  );
  // It is needed for a majority now, and serves as one.
  cluster.crash(other);
  commit(cluster, leader, put('still'));
  cluster.start(other);
  cluster.scheduler.runUntil(() => other.replica?.machine.revision === revisionOf(leader));
  cluster.crash(leader);
  commit(cluster, other, put('elected with its vote'));
  assert.equal(cluster.leader, other);
});

test('a leader that is outvoted steps down, and never leads again', () => {
  const cluster = settled();
  const rotten = cluster.awaitLeader();
  const [home, other] = others(cluster, rotten);
  assert.ok(home !== undefined && other !== undefined);
  commit(cluster, rotten, put('rotten', 'good'));
  rotten.stateStorage?.rot('rotten', new Uint8Array([1]));
  passCheckpoint(cluster, home);
  assert.equal(rotten.running.isQuarantined, true);
  cluster.scheduler.runUntil(() => others(cluster, rotten).includes(cluster.leader ?? rotten));
  cluster.crash(other);
  submit(home, [put('x')]);
  cluster.scheduler.runFor(20_000);
  assert.equal(cluster.leader, home);
  assert.notEqual(rotten.running.core.raft.role, 'leader');
});
