/**
 * The Raft core in simulated worlds, each seed twice. `npm run sim` runs as many as one likes; how
 * many are run here can be set from the shell.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { happenings, replayCommand } from './run/say.ts';
import { runTwice } from './run/twice.ts';

const seeds = Number(process.env['STRONGBOX_SIM_SEEDS'] ?? 500);
/** From so many on, everything that can happen has to. */
const seedsThatShowAll = 100;

test(`${seeds} worlds of bare cores keep all invariants, and are the same twice`, async (t) => {
  const result = await runTwice({ tier: 'core', from: 1, seeds });
  t.diagnostic(happenings(result));
  const broken = result.failures.map(
    ({ seed, message }) => `${replayCommand('core', seed)}: ${message}`,
  );
  assert.deepEqual(broken, []);
  assert.deepEqual(result.differing, [], 'a run depends on something beside its seed');
  const happened = new Set(result.results.flatMap(({ counts }) => [...counts.keys()]));
  const never = ['conf-changes', 'crashes', 'elections', 'joint-confs', 'linearized', 'reads']
    .concat(['snapshots', 'unknowns', 'writes'])
    .filter((what) => ![...happened].some((known) => known === what));
  if (seeds >= seedsThatShowAll) assert.deepEqual(never, []);
});
