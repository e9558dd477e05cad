/** What each kind of fault does to a world, and how it ends. */
import assert from 'node:assert/strict';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import type { Body } from '../hosts/host.ts';
import type { DiskHealth } from './disk.ts';
import type { Machine } from './machine.ts';
import { type Fault, type FaultKind, whoeverLeads } from './plan.ts';
import { usPerMs } from './scheduler.ts';
import type { World } from './world.ts';

type Strike = (world: World, fault: Fault) => void;

const strikes: Readonly<Record<FaultKind, Strike>> = {
  crash: (world, fault) => {
    world.machine(fault.node).crash();
    later(world, fault, () => world.machine(fault.node).start());
  },
  isolate: (world, fault) => block(world, fault, (from, to) => isOneOf(fault.node, from, to)),
  deafen: (world, fault) => block(world, fault, (_from, to) => to === fault.node),
  mute: (world, fault) => block(world, fault, (from) => from === fault.node),
  split: (world, fault) => block(world, fault, (from, to) => from < fault.node !== to < fault.node),
  'slow-path': (world, { node, other }) => world.network.slowDown(node, other, 50),
  'slow-disk': (world, fault) => {
    const { disk } = world.machine(fault.node).body;
    disk.slowTimes = 100;
    later(world, fault, () => {
      disk.slowTimes = 1;
    });
  },
  'full-disk': (world, fault) => sicken(world, fault, 'full'),
  'failing-disk': (world, fault) => sicken(world, fault, 'failing'),
  stall: (world, { node, forMs }) => world.machine(node).stall(forMs * usPerMs),
  'clock-jump': (world, { node, forMs }) => world.machine(node).jumpClock(forMs * 10),
  transfer: (world, { node, other }) => {
    atLeader(world, node).turn('transfer', (host) => host.transfer(other));
  },
  'change-members': (world, fault) => {
    change(world, fault, [{ type: singleTypeOf(fault), id: fault.other }]);
  },
  'replace-member': (world, fault) => {
    change(world, fault, [
      { type: 'remove', id: fault.node },
      { type: 'add-voter', id: fault.other },
    ]);
  },
  campaign: (world, { node }) => {
    world.machine(node).turn('campaign', ({ core }) => core?.campaign());
  },
  'forget-leader': (world, { node }) => {
    world.machine(node).turn('forget', ({ core }) => core?.forgetLeader());
  },
  compact: (world, { node }) => {
    world.machine(node).turn('compact', (host) => host.compact());
  },
  seal: (world, fault) => {
    world.machine(fault.node).turn('seal', (host) => host.setSealed(true));
    // Some stay sealed for ever: then a caretaker has to do, if all do.
    if (fault.forMs % 3 === 0) return;
    later(world, fault, () => {
      world.machine(fault.node).turn('unseal', (host) => host.setSealed(false));
    });
  },
  'lose-disk': (world) => forget(world, (body) => body.loseDisk()),
  'restore-image': (world, { forMs }) => {
    if (world.plan.deadNode === 0) return;
    const { body } = world.machine(world.plan.deadNode);
    if (forMs % 2 === 0) body.keepImage();
    else if (body.hasOlderImage && isStartKnown(world)) forget(world, () => body.restoreImage());
  },
  'damage-log': (world) => {
    const { deadNode } = world.plan;
    if (deadNode === 0) return;
    const machine = world.machine(deadNode);
    machine.crash('its log is damaged');
    machine.body.log.isDamaged = true;
    assert.throws(() => machine.start(), /damaged/);
    machine.isGone = true;
  },
};

/** Lets the fault happen now. */
export function strike(world: World, planned: Fault): void {
  const { kind, other, forMs } = planned;
  const node = planned.node === whoeverLeads ? (world.leader()?.id ?? 1) : planned.node;
  const fault = { ...planned, node };
  world.trace.note(world.scheduler.now, kind, node, other, forMs);
  strikes[kind](world, fault);
}

/** Ends every fault that lasts, and starts every node that may start. */
export function heal(world: World): void {
  world.network.heal();
  for (const machine of world.machines) {
    machine.body.disk.health = 'well';
    machine.body.disk.slowTimes = 1;
    machine.start();
  }
}

function later(world: World, fault: Fault, run: () => void): void {
  world.scheduler.after(fault.forMs * usPerMs, run);
}

function block(world: World, fault: Fault, isBlocked: (from: NodeId, to: NodeId) => boolean): void {
  const paths = world.machines.flatMap(({ id: from }) =>
    world.machines.flatMap(({ id: to }) => (isBlocked(from, to) ? [{ from, to }] : [])),
  );
  for (const { from, to } of paths) world.network.block(from, to);
  later(world, fault, () => {
    for (const { from, to } of paths) world.network.unblock(from, to);
  });
}

function sicken(world: World, fault: Fault, health: DiskHealth): void {
  const { disk } = world.machine(fault.node).body;
  disk.health = health;
  later(world, fault, () => {
    disk.health = 'well';
  });
}

/**
 * Whether all others know for ever with which start of the node they have dealt: an older image can
 * be told only by that, however often it is started. (One of the present start cannot be told at
 * all, but by a leader that this node has answered: nothing on the node itself says that it once
 * knew more.)
 */
function isStartKnown(world: World): boolean {
  const { plan, machines } = world;
  const { startCounter } = world.machine(plan.deadNode).body;
  const others = machines.filter(({ id }) => id !== plan.deadNode);
  return others.every(({ body }) => body.knowsStart(plan.deadNode, startCounter));
}

/** Only to the node that does not count in the end: the others must refuse it. */
function forget(world: World, lose: (body: Body) => void): void {
  const { deadNode } = world.plan;
  if (deadNode === 0) return;
  const machine = world.machine(deadNode);
  machine.crash('it will not be what it was');
  machine.isAmnesiac = true;
  lose(machine.body);
  machine.start();
}

function atLeader(world: World, otherwise: NodeId): Machine {
  return world.leader() ?? world.machine(otherwise);
}

/** The operators of the driver's worlds keep the rule that a removed id is never used again. */
function change(world: World, fault: Fault, changes: readonly ConfChangeSingle[]): void {
  if (world.plan.tier === 'replica') {
    if (changes.some(({ type, id }) => type !== 'remove' && world.removed.has(id))) return;
    for (const { type, id } of changes) if (type === 'remove') world.removed.add(id);
  }
  const transition = fault.forMs % 2 === 0 ? 'auto' : 'joint-implicit';
  atLeader(world, fault.node).turn('change', (host) => {
    host.change({ transition, changes, context: new Uint8Array() });
  });
}

function singleTypeOf({ forMs }: Fault): ConfChangeSingle['type'] {
  return (['add-voter', 'add-voter', 'add-learner', 'remove'] as const)[forMs % 4] ?? 'remove';
}

function isOneOf(node: NodeId, from: NodeId, to: NodeId): boolean {
  return (from === node || to === node) && from !== to;
}
