/** Bugs of other systems in who leads, played out with the real driver (see bugs.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../hosts/host.ts';
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

function elections(world: World): number {
  return world.oracle.findings.counts.get('elections') ?? 0;
}

test('10, 11: a leader that was paused answers no read from before, whatever it had asked', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const world = calmWorld(seed);
    const paused = waitForLeader(world);
    mustWrite(world, 1, 1);
    let answer: Outcome | undefined;
    paused.turn('client', (host) => host.read(1, (outcome) => (answer ??= outcome)));
    let late: Outcome | undefined;
    paused.stall(4 * longestElectionMs * usPerMs);
    // Asked while it sleeps: the pause must not make it believe its own heartbeats.
    paused.turn('client', (host) => host.read(1, (outcome) => (late ??= outcome)));
    waitUntil(world, () => world.machines.some((other) => other !== paused && leads(other.id)));
    const next = world.machines.find((other) => other !== paused && leads(other.id));
    assert.ok(next !== undefined, 'another one leads');
    let written: Outcome | undefined;
    next.turn('client', (host) => {
      host.write({ key: 1, value: 2, ifRevision: undefined }, (outcome) => (written = outcome));
    });
    waitUntil(world, () => written?.kind === 'done' && late !== undefined);
    assert.ok(late?.kind !== 'done' || late.value === 2, 'it does not answer from its past');
    assert.ok(answer?.kind !== 'done' || answer.value >= 1, 'nor does it forget');
    function leads(id: number): boolean {
      return world.machine(id).host?.core?.raft.role === 'leader';
    }
  }
});

test('29: a node that was removed while it was away comes back and disturbs nobody', () => {
  const world = calmWorld(2);
  const leader = waitForLeader(world);
  mustWrite(world, 1, 1);
  const removed = world.machines.find((machine) => machine !== leader);
  assert.ok(removed !== undefined, 'there is another');
  for (const { id } of world.machines) {
    world.network.block(removed.id, id);
    world.network.block(id, removed.id);
  }
  const context = new Uint8Array();
  leader.turn('change', (host) => {
    host.change({ transition: 'auto', changes: [{ type: 'remove', id: removed.id }], context });
  });
  waitUntil(world, () => !isVoter(world, removed.id));
  // Long enough for it to campaign many times.
  pass(world, 20 * longestElectionMs);
  const [before, term] = [elections(world), leader.host?.core?.raft.term];
  world.network.heal();
  pass(world, 20 * longestElectionMs);
  assert.equal(elections(world), before);
  assert.equal(leader.host?.core?.raft.term, term, 'the term is what it was');
  mustWrite(world, 1, 2);
});

test('30: two nodes that cannot hear each other do not elect for ever', () => {
  const world = calmWorld(3);
  waitForLeader(world);
  // Both hear node 3.
  world.network.block(1, 2);
  world.network.block(2, 1);
  pass(world, 10 * longestElectionMs);
  const settled = elections(world);
  for (let value = 1; value <= 30; value += 1) {
    mustWrite(world, 1, value);
    pass(world, longestElectionMs);
  }
  assert.ok(elections(world) - settled <= 1, `${elections(world) - settled} elections`);
});

test('a caretaker hands over as soon as a fit voter is there', () => {
  const world = calmWorld(4);
  const fit = waitForLeader(world);
  const [first, second] = world.machines.filter((machine) => machine !== fit);
  assert.ok(first !== undefined && second !== undefined, 'there are two others');
  for (const machine of [first, second]) machine.turn('seal', (host) => host.setSealed(true));
  pass(world, 500);
  fit.crash('it is killed');
  const caretaker = waitForLeader(world);
  mustWrite(world, 1, 1);
  const heir = caretaker === first ? second : first;
  heir.turn('unseal', (host) => host.setSealed(false));
  waitUntil(world, () => world.leader() === heir);
  mustWrite(world, 1, 2);
});

test('nobody hands over to a node that is not fit', () => {
  const world = calmWorld(5);
  const leader = waitForLeader(world);
  mustWrite(world, 1, 1);
  const sealed = world.machines.find((machine) => machine !== leader);
  assert.ok(sealed !== undefined, 'there is another');
  sealed.turn('seal', (host) => host.setSealed(true));
  pass(world, 500);
  leader.turn('transfer', (host) => host.transfer(sealed.id));
  assert.equal(world.oracle.findings.counts.get('hand-overs'), undefined, 'it is not even tried');
  mustWrite(world, 1, 2);
  waitUntil(world, () => isAllApplied(world));
  assert.equal(world.leader(), leader);
});

function isVoter(world: World, id: number): boolean {
  return world.leader()?.host?.core?.raft.tracker.isVoter(id) === true;
}
