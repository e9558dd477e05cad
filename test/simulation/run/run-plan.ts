/** One run of one plan: chaos, healing, work again, and what all of it must have kept to. */
import assert from 'node:assert/strict';
import { Clients } from '../check/clients.ts';
import type { Happening } from '../check/findings.ts';
import { checkByRevision, type Operation } from '../check/history.ts';
import { judge } from '../check/linearizable.ts';
import { isQuorum } from '../check/quorum-count.ts';
import { heal, strike } from '../world/faults.ts';
import { calmNetwork } from '../world/network.ts';
import type { Plan } from '../world/plan.ts';
import { usPerMs } from '../world/scheduler.ts';
import { World } from '../world/world.ts';

/** Within so many of the longest election time-outs of peace it must work again. */
const peaceElectionsMax = 40;
/** The search takes histories of so many operations of a key, with so few unknown outcomes. */
const searchedOperationsMax = 40;
const searchedUnknownsMax = 4;

export interface RunResult {
  readonly hash: string;
  readonly events: number;
  readonly counts: ReadonlyMap<Happening, number>;
}

/** What broke, with the last that happened before. */
export class BrokenRun extends Error {
  readonly lines: readonly string[];

  constructor(cause: unknown, lines: readonly string[]) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.lines = lines;
  }
}

export function runPlan(plan: Plan): RunResult {
  const world = new World(plan);
  try {
    live(world);
  } catch (error) {
    throw new BrokenRun(error, world.trace.lines());
  }
  const { counts } = world.oracle.findings;
  return { hash: world.trace.hash(), events: world.trace.events, counts };
}

function live(world: World): void {
  const { plan } = world;
  const clients = new Clients(world);
  for (const fault of plan.faults) {
    world.scheduler.after(fault.atMs * usPerMs, () => strike(world, fault));
  }
  world.runUntil(plan.chaosMs);
  if (plan.deadNode !== 0) {
    world.machine(plan.deadNode).crash('it is dead for ever');
    world.machine(plan.deadNode).isGone = true;
  }
  world.network.plan = calmNetwork;
  heal(world);
  recover(world);
  clients.isStopped = true;
  world.runUntil(world.nowMs + plan.clients.timeoutMs + 1);
  world.checkAll();
  checkHistory(world, clients.operations);
}

/** One leads, something new is committed, and every member that lives applies it. */
function recover(world: World): void {
  const { plan } = world;
  const longestElectionMs = 2 * plan.sizes.electionTicks * plan.tickMs;
  const untilMs = world.nowMs + peaceElectionsMax * longestElectionMs;
  let target: number | undefined;
  let askedAtMs = 0;
  let probes = 0;
  const isDone = (): boolean => {
    if (target !== undefined) return isAppliedByAll(world, target);
    if (world.nowMs < askedAtMs) return false;
    askedAtMs = world.nowMs + plan.tickMs;
    world.leader()?.turn('probe', (host) => {
      host.write({ key: 0, value: (probes += 1), ifRevision: undefined }, (outcome) => {
        if (outcome.kind === 'done') target = outcome.revision;
      });
    });
    return false;
  };
  if (world.runUntil(untilMs, isDone)) return;
  assert.ok(
    !hasLivingQuorum(world),
    `nothing is committed in ${untilMs - plan.chaosMs} ms of peace`,
  );
}

function isAppliedByAll(world: World, index: number): boolean {
  const leader = world.leader()?.host?.core?.raft;
  if (leader === undefined) return false;
  return [...leader.tracker.progress.keys()].every((id) => {
    const machine = world.machine(id);
    return machine.isGone || (machine.host?.appliedIndex ?? 0) >= index;
  });
}

/** Whether no configuration that could be in force has lost its quorum for ever. */
function hasLivingQuorum(world: World): boolean {
  const lives = (id: number): boolean => !world.machine(id).isGone;
  const confs = world.machines.flatMap(({ host }) => host?.core?.raft.tracker.conf ?? []);
  return confs.every((conf) => isQuorum(conf, lives));
}

function checkHistory(world: World, operations: readonly Operation[]): void {
  checkByRevision(operations);
  const hasConditions = world.plan.clients.conditionalPermille > 0;
  if (hasConditions) return;
  for (const ofKey of Map.groupBy(operations, ({ key }) => key).values()) {
    const unknowns = ofKey.filter(({ write, outcome }) => {
      return write !== undefined && outcome?.kind === 'unknown';
    });
    if (ofKey.length > searchedOperationsMax || unknowns.length > searchedUnknownsMax) continue;
    assert.notEqual(judge(ofKey), 'not-linearizable', 'no order explains the answers');
    world.oracle.findings.count('linearized');
  }
}
