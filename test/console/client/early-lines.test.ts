/** Lines that wait for the older ones: in order, bounded, and what is missing is counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EarlyLines } from '../../../console/client/early-lines.ts';
import { earlyLinesUnitsMax } from '../../../console/limits.ts';

test('lines are given back in order, once, with what the sender dropped', () => {
  const early = new EarlyLines();
  early.keep(['a', 'b'], 0);
  early.keep(['c'], 3);
  assert.deepEqual(early.take(), { lines: ['a', 'b', 'c'], dropped: 3 });
  assert.deepEqual(early.take(), { lines: [], dropped: 0 });
});

test('what does not fit is dropped oldest first and counted', () => {
  const early = new EarlyLines();
  const half = 'x'.repeat(earlyLinesUnitsMax / 2 - 1);
  early.keep(['first', half], 1);
  early.keep([half], 0);
  early.keep(['last'], 0);
  const { lines, dropped } = early.take();
  assert.deepEqual(
    lines.map((line) => line.length),
    [half.length, 4],
  );
  assert.equal(dropped, 3);
});

test('after lines were taken there is room for as many again', () => {
  const early = new EarlyLines();
  const whole = 'x'.repeat(earlyLinesUnitsMax - 1);
  early.keep([whole], 0);
  early.take();
  early.keep([whole], 0);
  assert.equal(early.take().dropped, 0);
});
