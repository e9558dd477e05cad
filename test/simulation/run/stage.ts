/**
 * A calm world for one scenario: production's times, a healthy network and healthy disks, nothing
 * that goes wrong by itself. The scenario does what goes wrong, and waits for what it means.
 */
import assert from 'node:assert/strict';
import type { Outcome, WriteRequest } from '../hosts/host.ts';
import { calmDisk } from '../world/disk.ts';
import { drawPlan } from '../world/draw-plan.ts';
import type { Machine } from '../world/machine.ts';
import { calmNetwork } from '../world/network.ts';
import type { Plan } from '../world/plan.ts';
import { World } from '../world/world.ts';

/** Nothing takes so long. */
const waitMsMax = 60_000;

/** A cluster of three real replicas, unless told otherwise. */
export function calmWorld(seed: number, otherwise: Partial<Plan> = {}): World {
  return new World({
    ...drawPlan(seed, 'replica'),
    voters: 3,
    spares: 0,
    sizes: {
      electionTicks: 12,
      heartbeatTicks: 2,
      pendingSnapshotTicksMax: 46,
      messageBytesMax: 1_048_576,
      applyingBytesMax: 8_388_608,
      inflightMessagesMax: 128,
    },
    network: calmNetwork,
    disk: calmDisk,
    applyMeanUs: 500,
    driftPermilleMax: 5,
    faults: [],
    deadNode: 0,
    ...otherwise,
  });
}

/** Lets it happen until then; fails where that never comes. */
export function waitUntil(world: World, isDone: () => boolean): void {
  if (isDone()) return;
  assert.ok(world.runUntil(world.nowMs + waitMsMax, isDone), 'it is waited for in vain');
}

/** Lets so much time pass. */
export function pass(world: World, ms: number): void {
  world.runUntil(world.nowMs + ms);
}

/** The node that leads, once it has committed in its term. */
export function waitForLeader(world: World): Machine {
  waitUntil(world, () => world.leader()?.host?.core?.raft.hasCommittedInTerm === true);
  const leader = world.leader();
  assert.ok(leader !== undefined, 'somebody leads');
  return leader;
}

/** Asks the node, and waits for its answer. */
export function write(world: World, machine: Machine, request: WriteRequest): Outcome {
  return ask(world, machine, (done) => {
    machine.turn('client', (host) => host.write(request, done));
  });
}

export function read(world: World, machine: Machine, key: number): Outcome {
  return ask(world, machine, (done) => {
    machine.turn('client', (host) => host.read(key, done));
  });
}

/** Every member that runs has applied what the leader has committed. */
export function isAllApplied(world: World): boolean {
  const raft = world.leader()?.host?.core?.raft;
  if (raft === undefined) return false;
  return [...raft.tracker.progress.keys()].every((id) => {
    const { host } = world.machine(id);
    return host === undefined || host.appliedIndex >= raft.log.committed;
  });
}

/** Whoever is in the way of a write that must succeed says why. */
export function mustWrite(world: World, key: number, value: number): number {
  const outcome = write(world, waitForLeader(world), { key, value, ifRevision: undefined });
  assert.equal(outcome.kind, 'done', 'the leader takes a write');
  return outcome.kind === 'done' ? outcome.revision : 0;
}

function ask(world: World, machine: Machine, put: (done: (it: Outcome) => void) => void): Outcome {
  assert.ok(machine.host !== undefined, 'whoever is asked runs');
  let answer: Outcome | undefined;
  put((outcome) => {
    answer = outcome;
  });
  waitUntil(world, () => answer !== undefined);
  assert.ok(answer !== undefined, 'there is an answer');
  return answer;
}
