/** Voters that do not know each other yet, because one was away while the other joined. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import { allVoters } from '../../../src/raft/quorum.ts';
import {
  calmWorld,
  isAllApplied,
  mustWrite,
  pass,
  waitForLeader,
  waitUntil,
} from '../run/stage.ts';
import { usPerMs } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const longestElectionMs = 1_150;
/** Of three voters: who is replaced, who knows of it and is lost, and who was away. */
const [replaced, lost, away, joined] = [1, 2, 3, 4];

function change(world: World, changes: readonly ConfChangeSingle[]): void {
  waitForLeader(world).turn('change', (host) => {
    host.change({ transition: 'auto', changes, context: new Uint8Array() });
  });
}

/** Who decides, as the node knows it: of a joint configuration both halves. */
function votersAt(world: World, id: number): readonly number[] {
  const conf = world.machine(id).host?.core?.raft.tracker.conf;
  return conf === undefined ? [] : allVoters(conf);
}

/** Node 3 is down while 4 takes the place of 1; then 2 is lost, and 3 comes back. */
function strangersMeet(seed: number): World {
  const world = calmWorld(seed, { spares: 1 });
  mustWrite(world, 1, 1);
  waitUntil(world, () => isAllApplied(world));
  world.machine(away).crash('it is away');
  change(world, [{ type: 'add-learner', id: joined }]);
  waitUntil(world, () => world.leader()?.host?.core?.raft.tracker.progress.has(joined) === true);
  mustWrite(world, 1, 2);
  waitUntil(world, () => isAllApplied(world));
  // The leader has to hear of it, too.
  pass(world, longestElectionMs);
  change(world, [
    { type: 'remove', id: replaced },
    { type: 'add-voter', id: joined },
  ]);
  const isReplaced = (id: number): boolean => !votersAt(world, id).includes(replaced);
  waitUntil(world, () => isReplaced(lost) && isReplaced(joined));
  world.machine(lost).crash('it is lost');
  world.machine(lost).isGone = true;
  assert.deepEqual(votersAt(world, joined), [lost, away, joined]);
  world.machine(away).start();
  return world;
}

test('two voters that never met elect one of them when those that know both are lost', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const world = strangersMeet(seed);
    world.machine(replaced).crash('nobody needs it');
    waitUntil(world, () => world.leader()?.id === joined);
    mustWrite(world, 1, 3);
    waitUntil(world, () => votersAt(world, away).includes(joined));
    world.checkAll();
  }
});

test('a removed node is a stranger to nobody: those that know of it refuse it', () => {
  for (let seed = 1; seed <= 5; seed += 1) {
    const world = strangersMeet(seed);
    // Until then it may lead on in the old term, and even bring node 3 up to date.
    const isNew = (id = 0): boolean => id === away || id === joined;
    waitUntil(world, () => isNew(world.leader()?.id) && isAllApplied(world));
    const leader = waitForLeader(world);
    const before = world.oracle.findings.counts.get('elections');
    // It has not heard that it is a member no more, or does not want to.
    for (let count = 0; count < 10; count += 1) {
      world.machine(replaced).stall(usPerMs);
      world.machine(replaced).turn('campaign', ({ core }) => core?.campaign());
      pass(world, longestElectionMs);
    }
    assert.equal(world.oracle.findings.counts.get('elections'), before);
    assert.equal(world.leader(), leader);
    mustWrite(world, 1, 4);
  }
});
