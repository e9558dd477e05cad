/**
 * How long a cluster of three is without a leader when its leader is killed: from the kill to the
 * first commit of the next leader, in virtual time, with a network and disks in good health.
 */
import assert from 'node:assert/strict';
import { Chance } from '../world/chance.ts';
import type { Machine } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import { calmWorld, waitForLeader, waitUntil } from './stage.ts';

/** Kills in one world, before another one is taken. */
const killsOfWorld = 20;
/** Until a hand-over is over, and everybody knows who is fit. */
const settleMs = 500;
/** A killed node is started again after so long. */
const downMs = 500;

export interface Failovers {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  readonly kills: number;
}

/** `sealedCount` of the nodes that do not lead are sealed at each kill. */
export function measureFailovers(kills: number, sealedCount: number): Failovers {
  const times: number[] = [];
  for (let seed = 1; times.length < kills; seed += 1) {
    const world = calmWorld(seed);
    const chance = new Chance(`kills ${seed}`);
    const count = Math.min(killsOfWorld, kills - times.length);
    for (let kill = 0; kill < count; kill += 1) times.push(killOnce(world, chance, sealedCount));
  }
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { medianMs: at(0.5), p99Ms: at(0.99), worstMs: at(1), kills: sorted.length };
}

function killOnce(world: World, chance: Chance, sealedCount: number): number {
  for (const machine of world.machines) seal(machine, false);
  // A caretaker may be about to hand over.
  world.runUntil(world.nowMs + settleMs);
  const leader = waitForLeader(world);
  const others = world.machines.filter((machine) => machine !== leader);
  for (const machine of others.slice(0, sealedCount)) seal(machine, true);
  // Its heartbeats are at any point, and the others know who is sealed.
  world.runUntil(world.nowMs + settleMs + chance.below(300));
  assert.ok(world.leader() === leader, 'it still leads');
  const killedAtMs = world.nowMs;
  leader.crash('it is killed');
  waitForLeader(world);
  const tookMs = world.nowMs - killedAtMs;
  world.runUntil(world.nowMs + downMs);
  leader.start();
  waitUntil(world, () => isCaughtUp(world, leader));
  return tookMs;
}

function isCaughtUp(world: World, machine: Machine): boolean {
  const committed = world.leader()?.host?.core?.raft.log.committed;
  return committed !== undefined && (machine.host?.appliedIndex ?? 0) >= committed;
}

function seal(machine: Machine, isSealed: boolean): void {
  machine.turn(isSealed ? 'seal' : 'unseal', (host) => host.setSealed(isSealed));
}
