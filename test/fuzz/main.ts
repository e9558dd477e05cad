/**
 * `npm run fuzz`: random input against everything that reads input, for longer than the tests do.
 *
 * `-- --target NAME` runs the targets whose names begin so (`--list` shows all); `--minutes N` is
 * the time of each (1); `--seed S` begins with that seed (a random one, printed). What breaks a
 * claim is cut small and printed with the command that runs it again; `--path P` is part of that.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runTarget } from './campaign.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

/** A round begins anew with the next seed, so that memory and bias stay small. */
const runsOfRound = 20_000;
const seedMax = 2 ** 31;

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: '' },
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    path: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<0 | 1> {
  const chosen = targets.filter(({ name }) => name.startsWith(values.target));
  if (chosen.length === 0) throw new Error(`no target begins with "${values.target}"; try --list`);
  if (values.list) {
    for (const { name, claim } of chosen) say(`${name.padEnd(26)} ${claim}`);
    return 0;
  }
  const seed = values.seed === undefined ? randomInt(seedMax) : numberOf(values.seed);
  if (values.path !== undefined) return replay(chosen, seed, values.path);
  let broken = 0;
  for (const target of chosen) broken += await campaign(target, seed);
  return broken === 0 ? 0 : 1;
}

/** Rounds of one target until its time is over; how many claims were broken (0 or 1). */
async function campaign(target: Target, firstSeed: number): Promise<0 | 1> {
  const endMs = performance.now() + numberOf(values.minutes) * 60_000;
  let runs = 0;
  for (let seed = firstSeed; performance.now() < endMs; seed += 1) {
    const timeMsMax = Math.max(1, endMs - performance.now());
    const outcome = await runTarget(target, { seed, runsMax: runsOfRound, timeMsMax });
    runs += outcome.runs;
    if (outcome.failure !== undefined) {
      say(outcome.failure);
      return 1;
    }
  }
  say(`${target.name.padEnd(26)} ${String(runs).padStart(9)} runs from seed ${firstSeed}: holds`);
  return 0;
}

async function replay(chosen: readonly Target[], seed: number, path: string): Promise<0 | 1> {
  const [target, ...others] = chosen;
  if (target === undefined || others.length > 0) throw new Error('--path needs one --target');
  const { failure } = await runTarget(target, { seed, path, runsMax: 1 });
  say(failure ?? `${target.name}: holds`);
  return failure === undefined ? 0 : 1;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  throw new Error(`"${text}" is no number`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
