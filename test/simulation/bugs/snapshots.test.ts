/** Bugs of other systems around snapshots, played out with the real driver (see bugs.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import {
  calmWorld,
  isAllApplied,
  mustWrite,
  pass,
  waitForLeader,
  waitUntil,
} from '../run/stage.ts';
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

function leaderConf(world: World) {
  return world.leader()?.host?.core?.raft.tracker;
}

function isMember(world: World): boolean {
  return leaderConf(world)?.progress.has(joining) === true;
}
