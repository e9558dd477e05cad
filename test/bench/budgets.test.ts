import assert from 'node:assert/strict';
import { test } from 'node:test';

import { idleMemoryBudget, rateBudget, verdictOf } from './budgets.ts';

test('a rate is judged by what the yardstick does in the same run', () => {
  const row = { work: 'read', sync: 'write', connections: 16 } as const;
  assert.equal(Math.round(rateBudget(row, 39_500)?.value ?? 0), 16_625);
  const slowMachine = rateBudget(row, 20_000);
  assert.equal(verdictOf(8_500, slowMachine), 'met');
  assert.equal(verdictOf(4_300, slowMachine), 'within 2x');
  assert.equal(verdictOf(4_000, slowMachine), 'missed');
});

test('of a time or a size less is better', () => {
  assert.equal(verdictOf(110, idleMemoryBudget), 'met');
  assert.equal(verdictOf(111, idleMemoryBudget), 'within 2x');
  assert.equal(verdictOf(221, idleMemoryBudget), 'missed');
});

test('what has no budget, or no figure, has no verdict', () => {
  const row = { work: 'write', sync: 'always', connections: 16 } as const;
  assert.equal(rateBudget(row, 39_500), undefined);
  assert.equal(verdictOf(1, undefined), '');
  assert.equal(verdictOf(Number.NaN, idleMemoryBudget), '');
});
