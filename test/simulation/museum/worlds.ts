/**
 * The other program of a visit: runs worlds until one breaks. Its exit code says whether one did,
 * its output what broke.
 */
import { withoutPlatform } from '../run/forbid.ts';
import { tryPlan } from '../run/shrink.ts';
import { drawPlan } from '../world/draw-plan.ts';

const [tierName, seedsText] = process.argv.slice(2);
const tier = tierName === 'replica' ? 'replica' : 'core';
const seeds = Number(seedsText);

for (let seed = 1; seed <= seeds && process.exitCode === undefined; seed += 1) {
  const broken = withoutPlatform(() => tryPlan(drawPlan(seed, tier)));
  if (broken === undefined) continue;
  process.stdout.write(`seed ${seed}: ${broken.message.split('\n')[0]}\n`);
  process.exitCode = 1;
}
