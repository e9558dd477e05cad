/** What the suites of both kinds of worlds ask of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Happening } from './check/findings.ts';
import { happenings, replayCommand } from './run/say.ts';
import { runTwice, tightLimits } from './run/twice.ts';
import type { Plan } from './world/plan.ts';

/** From so many seeds on, everything that can happen has to. */
const seedsThatShowAll = 100;

export interface Suite {
  readonly tier: Plan['tier'];
  /** How many seeds; STRONGBOX_TEST_SEEDS_FACTOR multiplies them (a build machine takes more). */
  readonly seeds: number;
  /** The driver's limits are so small that short runs reach them. */
  readonly isTight?: boolean;
  /** A world in which something never happens says nothing about it. */
  readonly mustHappen: readonly Happening[];
}

export function testWorlds(
  name: string,
  { tier, seeds: usual, isTight = false, mustHappen }: Suite,
): void {
  const seeds = usual * Number(process.env['STRONGBOX_TEST_SEEDS_FACTOR'] ?? 1);
  test(`${seeds} ${name} keep all invariants, and are the same twice`, async (t) => {
    const result = await runTwice({ tier, from: 1, seeds, execArgv: isTight ? tightLimits : [] });
    t.diagnostic(happenings(result));
    const broken = result.failures.map(
      ({ seed, message }) => `${replayCommand(tier, seed, isTight)}: ${message}`,
    );
    assert.deepEqual(broken, []);
    assert.deepEqual(result.differing, [], 'a run depends on something beside its seed');
    const happened = new Set(result.results.flatMap(({ counts }) => [...counts.keys()]));
    const never = mustHappen.filter((what) => !happened.has(what));
    if (seeds >= seedsThatShowAll) assert.deepEqual(never, []);
  });
}
