/** Bugs of other systems that begin on a disk, played out with the real driver (see bugs.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NodeId, none } from '../../../src/raft/types.ts';
import {
  calmWorld,
  isAllApplied,
  mustWrite,
  pass,
  read,
  waitForLeader,
  waitUntil,
  write,
} from '../run/stage.ts';
import type { Outcome } from '../hosts/host.ts';
import { calmDisk } from '../world/disk.ts';
import type { Machine } from '../world/machine.ts';
import type { World } from '../world/world.ts';

const longestElectionMs = 1_150;
/** A crash leaves nothing that was not durable. */
const forgetful = { disk: { ...calmDisk, survivesCrashPermille: 0 } };

function killAll(world: World): void {
  for (const machine of world.machines) machine.crash('the power is gone');
  for (const machine of world.machines) machine.start();
}

function mustRead(world: World, key: number, value: number): void {
  const outcome = read(world, waitForLeader(world), key);
  assert.equal(outcome.kind === 'done' ? outcome.value : undefined, value);
}

test('4: the only node of a cluster answers a write when it is durable', () => {
  const world = calmWorld(1, { voters: 1, ...forgetful });
  for (let value = 1; value <= 30; value += 1) {
    mustWrite(world, 1, value);
    killAll(world);
    mustRead(world, 1, value);
  }
});

test('5: what was acknowledged is there after all nodes lost their power at once', () => {
  const world = calmWorld(2, forgetful);
  for (let value = 1; value <= 20; value += 1) {
    mustWrite(world, value, value);
    killAll(world);
    mustRead(world, value, value);
  }
});

test('a node that voted and starts again knows its term and its vote', () => {
  const world = calmWorld(9, forgetful);
  const leader = waitForLeader(world);
  for (const machine of world.machines) {
    if (machine === leader) continue;
    const { term, vote } = machine.body.log.durable.hardState ?? { term: 0, vote: 0 };
    machine.crash('it is killed');
    machine.start();
    waitUntil(world, () => machine.host?.core !== undefined);
    const raft = machine.host?.core?.raft;
    assert.deepEqual([raft?.term, raft?.vote], [term, vote]);
  }
  const votes = world.machines.map(({ body }) => body.log.durable.hardState?.vote);
  assert.ok(votes.filter((vote) => vote === leader.id).length >= 2, 'a quorum voted for it');
});

test('7, 33: a node that comes back with an empty disk does not vote, and nobody ends over it', () => {
  const world = calmWorld(3);
  const leader = waitForLeader(world);
  mustWrite(world, 1, 1);
  waitUntil(world, () => isAllApplied(world));
  const [other, wiped] = world.machines.filter((machine) => machine !== leader);
  assert.ok(other !== undefined && wiped !== undefined, 'there are two others');
  wiped.crash('its disk is taken away');
  wiped.isAmnesiac = true;
  wiped.body.loseDisk();
  wiped.start();
  // The one that has everything is away: the empty one must not help the other to an election.
  leader.crash('it is cut off');
  pass(world, 10 * longestElectionMs);
  assert.equal(world.leader(), undefined, 'one of three is no quorum');
  leader.start();
  mustRead(world, 1, 1);
  mustWrite(world, 1, 2);
  assert.ok(wiped.host !== undefined, 'the empty node waits to be removed');
});

test('an old image does not vote, however often it is started', () => {
  const world = calmWorld(3, forgetful);
  const leader = waitForLeader(world);
  const [behind, imaged] = world.machines.filter((machine) => machine !== leader);
  assert.ok(behind !== undefined && imaged !== undefined, 'there are two others');
  imaged.body.keepImage();
  imaged.crash('it was killed');
  imaged.start();
  mustWrite(world, 1, 1);
  pass(world, longestElectionMs);
  waitUntil(world, () => isAllApplied(world));
  // The one that falls behind knows with which start of the other it has dealt.
  behind.turn('checkpoint', (host) => host.compact());
  behind.crash('it misses a write');
  mustWrite(world, 1, 2);
  leader.crash('it is cut off');
  imaged.crash('an old image of it is put back');
  imaged.isAmnesiac = true;
  imaged.body.restoreImage();
  behind.start();
  // The counter of the start that is known is behind it soon.
  for (let starts = 0; starts < 4; starts += 1) {
    imaged.start();
    pass(world, 3 * longestElectionMs);
    imaged.crash('somebody hopes that it helps');
  }
  imaged.start();
  pass(world, 10 * longestElectionMs);
  assert.equal(world.leader(), undefined, 'the image and the one behind are no majority');
  leader.start();
  mustRead(world, 1, 2);
});

test('a node that lost its disk takes no outcome of what it was for its own', () => {
  let timesRead = 0;
  for (let seed = 1; seed <= 40 && timesRead < 4; seed += 1) {
    // Slow states: it reads on in the log until the others know that they must not let it.
    const world = calmWorld(seed, { ...forgetful, applyMeanUs: 20_000 });
    waitForLeader(world);
    const wiped = world.machine(3);
    const before = write(world, wiped, { key: 1, value: 1, ifRevision: undefined });
    assert.equal(before.kind, 'done');
    const writtenIndex = wiped.host?.appliedIndex ?? 0;
    // States fall back, and logs do not: for a while some of the others do not know who it was.
    for (const machine of world.machines) machine.crash('the power is gone');
    wiped.isAmnesiac = true;
    wiped.body.loseDisk();
    for (const machine of world.machines) machine.start();
    // Its first start again, and its first proposals: those in the log have the same numbers.
    const answers = [2, 3, 4, 5, 6].map((value) => {
      pass(world, longestElectionMs / 5);
      return { value, outcome: askLater(wiped, value) };
    });
    mustWrite(world, 1, 7);
    pass(world, longestElectionMs);
    for (const { value, outcome } of answers) {
      if (outcome().kind === 'done') mustRead(world, value, value);
    }
    world.checkAll();
    if ((wiped.host?.appliedIndex ?? 0) >= writtenIndex) timesRead += 1;
  }
  assert.ok(timesRead > 0, 'it comes so far as to read what it has once proposed');
});

test('a lost disk that was let in is put out once the others states know better', () => {
  let letIn = 0;
  for (let seed = 1; seed <= 40 && letIn < 2; seed += 1) {
    const world = calmWorld(seed, forgetful);
    waitForLeader(world);
    const wiped = world.machine(3);
    assert.equal(write(world, wiped, { key: 1, value: 1, ifRevision: undefined }).kind, 'done');
    for (const machine of world.machines) machine.crash('the power is gone');
    wiped.isAmnesiac = true;
    wiped.body.loseDisk();
    for (const machine of world.machines) machine.start();
    waitForLeader(world);
    const isIn = (): boolean => wiped.host?.core?.raft.lead !== none;
    world.runUntil(world.nowMs + longestElectionMs, isIn);
    if (!isIn()) continue;
    letIn += 1;
    mustWrite(world, 1, 3);
    pass(world, longestElectionMs);
    const lastIndex = (): number | undefined => wiped.host?.core?.raft.log.lastIndex();
    const before = lastIndex();
    mustWrite(world, 1, 2);
    pass(world, longestElectionMs);
    assert.equal(lastIndex(), before, 'no connection is left from when they did not know');
    mustRead(world, 1, 2);
  }
  assert.ok(letIn > 0, 'states that fell back let it in');
});

test('15: a node whose log is damaged does not start, and the others go on', () => {
  const world = calmWorld(4);
  const leader = waitForLeader(world);
  mustWrite(world, 1, 1);
  leader.crash('its disk rots');
  leader.body.log.isDamaged = true;
  assert.throws(() => leader.start(), /a damaged log is not taken/);
  leader.isGone = true;
  mustRead(world, 1, 1);
  mustWrite(world, 1, 2);
});

test('19: a leader whose disk hangs gives up, although its heartbeats could go on', () => {
  const world = calmWorld(5);
  const leader = waitForLeader(world);
  leader.body.disk.slowTimes = 1_000_000;
  leader.turn('client', (host) => {
    host.write({ key: 1, value: 1, ifRevision: undefined }, () => {});
  });
  const isOther = (): boolean => {
    const next = world.leader();
    return next !== undefined && next !== leader && mayCommit(world, next.id);
  };
  const begunMs = world.nowMs;
  waitUntil(world, isOther);
  // Twice the longest election time-out, and what a hand-over and an election may take.
  assert.ok(world.nowMs - begunMs < 5 * longestElectionMs, `it takes ${world.nowMs - begunMs} ms`);
  mustWrite(world, 1, 2);
});

test('20: a leader whose disk is full hands over, and writes go on', () => {
  const world = calmWorld(6);
  const leader = waitForLeader(world);
  pass(world, 500);
  leader.body.disk.health = 'full';
  // The first to meet the full disk may be told that nobody knows; not that it was done.
  write(world, leader, { key: 1, value: 1, ifRevision: undefined });
  waitUntil(world, () => world.leader() !== undefined && world.leader() !== leader);
  mustWrite(world, 1, 2);
  leader.body.disk.health = 'well';
  waitUntil(world, () => isAllApplied(world));
});

test('36: disks that fail or fill up in the midst of a truncation end no node for ever', () => {
  for (const health of ['full', 'failing'] as const) {
    const world = calmWorld(7);
    const leader = waitForLeader(world);
    mustWrite(world, 1, 1);
    // Entries that no quorum has: the next leader replaces them.
    for (const { id } of world.machines) {
      if (id !== leader.id) world.network.block(leader.id, id);
    }
    for (let value = 2; value <= 10; value += 1) {
      leader.turn('client', (host) => {
        host.write({ key: 1, value, ifRevision: undefined }, () => {});
      });
    }
    waitUntil(world, () => world.leader()?.id !== leader.id && world.leader() !== undefined);
    mustWrite(world, 2, 20);
    leader.body.disk.health = health;
    world.network.heal();
    pass(world, longestElectionMs);
    leader.body.disk.health = 'well';
    mustWrite(world, 2, 21);
    waitUntil(world, () => leader.host !== undefined && isAllApplied(world));
    world.checkAll();
  }
});

test('37: a state that applies slowly costs no leader its leadership', () => {
  const world = calmWorld(8, { applyMeanUs: 400_000 });
  const leader = waitForLeader(world);
  const term = leader.host?.core?.raft.term;
  for (let value = 1; value <= 20; value += 1) {
    leader.turn('client', (host) => {
      host.write({ key: 1, value, ifRevision: undefined }, () => {});
    });
  }
  pass(world, 20_000);
  assert.equal(world.leader()?.id, leader.id);
  assert.equal(leader.host?.core?.raft.term, term, 'there was no election');
});

/** The node is asked to write a key its own number; what it has answered so far. */
function askLater(machine: Machine, value: number): () => Outcome {
  let answer: Outcome = { kind: 'unknown' };
  machine.turn('client', (host) => {
    host.write({ key: value, value, ifRevision: undefined }, (outcome) => {
      answer = outcome;
    });
  });
  return () => answer;
}

/** The node has committed in its term. */
function mayCommit(world: World, id: NodeId): boolean {
  return world.machine(id).host?.core?.raft.hasCommittedInTerm === true;
}
