/** The core in a world that goes wrong: nothing unsafe ever happens, and it recovers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Oracle } from './support/oracle.ts';
import { eventsOfRun, runSeed } from './support/run-seed.ts';

/** More of them, or one alone, from the shell. */
const seeds = Number(process.env['RAFT_SEEDS'] ?? 300);
const firstSeed = Number(process.env['RAFT_FIRST_SEED'] ?? 1);

test(`${seeds} seeds of ${eventsOfRun} events: no invariant breaks`, (t) => {
  const totals = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    for (const [name, count] of Object.entries(runNamed(seed))) {
      totals.set(name, (totals.get(name) ?? 0) + count);
    }
  }
  t.diagnostic([...totals].map(([name, total]) => `${name}: ${total}`).join(', '));
  // A world in which something never happens says nothing about it.
  for (const [name, total] of totals) assert.ok(total > 0 || seeds < 100, `there are ${name}`);
});

function runNamed(seed: number): Oracle['counts'] {
  try {
    return runSeed(seed);
  } catch (error) {
    const message = `seed ${seed}: RAFT_FIRST_SEED=${seed} RAFT_SEEDS=1 runs it alone`;
    throw new Error(message, { cause: error });
  }
}
