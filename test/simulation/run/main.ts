/**
 * `npm run sim -- --tier A --seeds N --from S` runs that many seeds twice and says how it went:
 *
 *   --host replica   the real driver (this is the default)
 *   --host core      the core with the least around it
 *   --once           each seed once: half the time, and nothing is compared
 *   --limits tight   the driver's limits so small that short runs reach them
 *   --shrink SEED    cuts the plan of one seed down to what still breaks
 *   --plan FILE      runs a plan that was printed
 *   --failover       how long it takes from the kill of a leader to the next commit
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawPlan } from '../world/draw-plan.ts';
import type { Plan } from '../world/plan.ts';
import { measureFailovers } from './failover.ts';
import { replayCommand, sayFailovers, sayFailure, saySummary, sayShrunk } from './say.ts';
import { shrink, tryPlan } from './shrink.ts';
import { runTwice, tightLimits } from './twice.ts';

const { values } = parseArgs({
  options: {
    tier: { type: 'string', default: 'A' },
    host: { type: 'string', default: 'replica' },
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    limits: { type: 'string', default: 'usual' },
    shrink: { type: 'string' },
    plan: { type: 'string' },
    failover: { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<0 | 1> {
  if (values.tier !== 'A') throw new Error('there is the tier A: nodes without request pipeline');
  if (values.limits === 'tight' && !isTight()) return relaunch();
  const tier = hostOf(values.host);
  if (values.failover) return failover();
  if (values.plan !== undefined) {
    return runOne(JSON.parse(readFileSync(values.plan, 'utf8')) as Plan);
  }
  if (values.shrink !== undefined) return runOne(drawPlan(countOf(values.shrink), tier));
  const { from, seeds, once: isOnce } = values;
  const range = { tier, from: countOf(from), seeds: countOf(seeds), isOnce };
  const begunMs = performance.now();
  const result = await runTwice(range);
  saySummary(range, result, performance.now() - begunMs);
  const first = result.failures[0];
  if (first !== undefined) {
    sayFailure(replayCommand(tier, first.seed, isTight()), first);
    await runOne(drawPlan(first.seed, tier));
  }
  return first === undefined && result.differing.length === 0 ? 0 : 1;
}

/** The same in a process, and in threads, with the other limits. */
function relaunch(): 0 | 1 {
  const args = [...tightLimits, ...process.argv.slice(1)];
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0 ? 0 : 1;
}

function isTight(): boolean {
  return process.execArgv.includes(tightLimits[1]);
}

function failover(): 0 {
  const kills = 1_000;
  sayFailovers('no node sealed', measureFailovers(kills, 0));
  sayFailovers('one of three sealed', measureFailovers(kills, 1));
  sayFailovers('only sealed nodes left', measureFailovers(kills, 2));
  return 0;
}

async function runOne(plan: Plan): Promise<0 | 1> {
  const broken = tryPlan(plan);
  if (broken === undefined) {
    process.stdout.write('nothing breaks\n');
    return 0;
  }
  sayShrunk(shrink(plan, broken));
  return 1;
}

function hostOf(name: string): Plan['tier'] {
  if (name === 'core' || name === 'replica') return name;
  throw new Error('--host is core or replica');
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`"${text}" is no count`);
}
