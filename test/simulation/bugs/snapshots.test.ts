/** Bugs of other systems around snapshots, played out with the real driver (see bugs.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import {
  calmWorld,
  isAllApplied,
  mustWrite,
  pass,
  waitForLeader,
  waitUntil,
} from '../run/stage.ts';
import { dialAs } from '../support/raw-peer.ts';
import { SimCluster } from '../support/sim-cluster.ts';
import { calmDisk } from '../world/disk.ts';
import type { World } from '../world/world.ts';

/** A joining node is one that the log does not reach: it needs a snapshot. */
const joining = 4;

function change(world: World, type: ConfChangeSingle['type']): void {
  waitForLeader(world).turn('change', (host) => {
    const changes = [{ type, id: joining }];
    host.change({ transition: 'auto', changes, context: new Uint8Array() });
  });
}

test('16: a joining node that crashes at any moment of its snapshot comes back and catches up', () => {
  const disk = { ...calmDisk, writeMeanUs: 4_000, survivesCrashPermille: 0 };
  for (let crashMs = 0; crashMs < 120; crashMs += 1) {
    const world = calmWorld(crashMs, { spares: 1, disk, applyMeanUs: 2_000 });
    mustWrite(world, 1, 1);
    change(world, 'add-learner');
    pass(world, crashMs);
    world.machine(joining).crash('at any moment');
    world.machine(joining).start();
    mustWrite(world, 1, 2);
    waitUntil(world, () => isMember(world) && isAllApplied(world));
    assert.ok((world.machine(joining).host?.appliedIndex ?? 0) > 1, 'it has the state');
    world.checkAll();
  }
});

test('22: a node that joins under load catches up, and does not need snapshot after snapshot', () => {
  const world = calmWorld(1, { spares: 1 });
  for (let value = 1; value <= 200; value += 1) mustWrite(world, value, value);
  change(world, 'add-learner');
  for (let value = 201; value <= 300; value += 1) mustWrite(world, value, value);
  waitUntil(world, () => isMember(world) && isAllApplied(world));
  assert.equal(world.oracle.findings.counts.get('snapshots'), 1);
  change(world, 'add-voter');
  waitUntil(world, () => leaderConf(world)?.isVoter(joining) === true);
  mustWrite(world, 1, 301);
});

test('a newer offer does not take away the snapshot that is about to be installed', () => {
  const cluster = new SimCluster({ voters: [1, 2, 3] });
  cluster.startAll();
  const leader = cluster.awaitLeader();
  const learner = cluster.add(joining);
  cluster.start(learner, false);
  cluster.scheduler.runUntil(() => learner.replica !== undefined);
  const changes = [{ type: 'add-learner', id: joining }] as const;
  leader.running.changeMembers({ transition: 'auto', changes, context: new Uint8Array() });
  cluster.scheduler.runUntil(() => learner.events.some(({ type }) => type === 'snapshot'));
  // The term is written before the state is put in place: that takes for ever now.
  learner.log.isHanging = true;
  cluster.scheduler.runUntil(() => learner.running.core.raft.log.unstable.snapshot !== undefined);
  // Whoever leads next may have cut its log, and offers another one without being asked.
  const next = { from: 9, to: joining, channel: 'bulk' } as const;
  const confState = { ...emptyConf, voters: [1, 2, 3, 9] };
  const { term } = leader.running.core.raft;
  const snapshot = { index: 1_000, term: term + 1, confState };
  const message = { type: 'MsgSnap', from: 9, to: joining, term: term + 1, snapshot } as const;
  const peer = dialAs(cluster, next);
  peer.send({ type: 'snapshot-offer', transfer: 77, message });
  cluster.scheduler.runFor(200);
  assert.deepEqual(peer.told, ['hello'], 'it is not taken up');
  learner.log.isHanging = false;
  cluster.scheduler.runUntil(() => learner.running.machine.conf.learners.includes(joining));
  assert.equal(learner.fatal, undefined);
  const given = learner.events.filter(
    (event) => event.type === 'snapshot' && event.step === 'given-up',
  );
  assert.deepEqual(given, []);
});

function leaderConf(world: World) {
  return world.leader()?.host?.core?.raft.tracker;
}

function isMember(world: World): boolean {
  return leaderConf(world)?.progress.has(joining) === true;
}
