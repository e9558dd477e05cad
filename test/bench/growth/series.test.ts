import assert from 'node:assert/strict';
import { test } from 'node:test';

import { spreadIndices } from './read-figures.ts';
import { lastOverFirst } from './series.ts';

test('a series ends with how many times the first its last row is', () => {
  const rows = [
    [10, 0, Number.NaN],
    [5, 5, 5],
    [30, 7, 9],
  ];
  assert.deepEqual(lastOverFirst(rows), [3, Number.NaN, Number.NaN]);
  assert.deepEqual(lastOverFirst([[4]]), [1]);
});

test('a sample is spread over the whole, and the whole is no sample', () => {
  const sample = spreadIndices(1_000_000, 1_000);
  assert.equal(new Set(sample).size, 1_000);
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    sample.filter((index) => Math.floor(index / 100_000) === tenth),
  );
  for (const within of tenths) assert.ok(within.length >= 95 && within.length <= 105);
  assert.deepEqual(spreadIndices(3, 1_000), [0, 1, 2]);
});
