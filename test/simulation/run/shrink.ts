/**
 * From a plan that breaks something to a smaller one that breaks the same: faults are taken out, in
 * halves and then one by one, and what is left is made calmer, as long as it still breaks.
 */
import { calmDisk } from '../world/disk.ts';
import { calmNetwork } from '../world/network.ts';
import type { Fault, Plan } from '../world/plan.ts';
import { BrokenRun, runPlan } from './run-plan.ts';

const attemptsMax = 300;

export interface Shrunk {
  readonly plan: Plan;
  readonly broken: BrokenRun;
  readonly attempts: number;
}

export function shrink(plan: Plan, broken: BrokenRun): Shrunk {
  const kind = kindOf(broken);
  let best: Shrunk = { plan, broken, attempts: 0 };
  let attempts = 0;
  const breaks = (candidate: Plan): boolean => {
    if (attempts >= attemptsMax) return false;
    attempts += 1;
    const found = tryPlan(candidate);
    if (found === undefined || kindOf(found) !== kind) return false;
    best = { plan: candidate, broken: found, attempts };
    return true;
  };
  for (const calmer of calmerPlans(plan)) breaks({ ...best.plan, ...calmer });
  withoutFaults(() => best.plan, breaks);
  return { ...best, attempts };
}

/** Undefined if nothing breaks. */
export function tryPlan(plan: Plan): BrokenRun | undefined {
  try {
    runPlan(plan);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenRun) return error;
    throw error;
  }
}

/** Two runs break alike if they say the same, but for numbers. */
function kindOf({ message }: BrokenRun): string {
  return message.replaceAll(/\d+/g, '#');
}

function calmerPlans(plan: Plan): readonly Partial<Plan>[] {
  return [
    { deadNode: 0 },
    { spares: 0 },
    { network: calmNetwork },
    { network: { ...plan.network, doublePermille: 0 } },
    { network: { ...plan.network, lossPermille: 0 } },
    { disk: calmDisk },
    { driftPermilleMax: 0 },
    { applyMeanUs: 0 },
    { clients: { ...plan.clients, count: 1 } },
    { clients: { ...plan.clients, conditionalPermille: 0 } },
  ];
}

/** Takes out ever smaller parts of the faults (delta debugging). */
function withoutFaults(best: () => Plan, breaks: (plan: Plan) => boolean): void {
  let size = Math.ceil(best().faults.length / 2);
  while (size >= 1) {
    let from = 0;
    while (from < best().faults.length) {
      const plan = best();
      const faults: readonly Fault[] = plan.faults.toSpliced(from, size);
      const chaosMs = Math.min(plan.chaosMs, (faults.at(-1)?.atMs ?? 0) + 1_000);
      if (!breaks({ ...plan, faults, chaosMs }) && !breaks({ ...plan, faults })) from += size;
    }
    size = size === 1 ? 0 : Math.ceil(size / 2);
  }
}
