/** Every target for a bounded number of runs, from a seed of each day's own. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { runTarget } from './campaign.ts';
import { targets } from './targets.ts';

for (const target of targets) {
  test(`${target.name}: ${target.claim}`, async (t) => {
    const seed = randomInt(2 ** 31);
    const { failure, runs } = await runTarget(target, { seed, runsMax: target.testRuns });
    if (failure !== undefined) t.diagnostic(`seed ${seed}`);
    assert.equal(failure, undefined, failure);
    assert.equal(runs, target.testRuns);
  });
}

test('every target has a name of its own', () => {
  assert.equal(new Set(targets.map(({ name }) => name)).size, targets.length);
});
