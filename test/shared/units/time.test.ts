import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime, timeMsMax } from '../../../shared/units/time.ts';

function expected(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/Z$/u, '000000Z');
}

test('every time is written as the platform writes it, with nanoseconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: timeMsMax }), (timeMs) => {
      assert.equal(formatTime(timeMs), expected(timeMs));
    }),
    { numRuns: 2_000 },
  );
});

test('every day from 1970 to 2500 has its date', () => {
  for (let day = 0; day < 193_700; day += 1) {
    assert.equal(formatTime(day * 86_400_000), expected(day * 86_400_000));
  }
});

test('first and last moment are written; what lies outside is a fault of the caller', () => {
  assert.equal(formatTime(0), '1970-01-01T00:00:00.000000000Z');
  assert.equal(formatTime(timeMsMax), '9999-12-31T23:59:59.999000000Z');
  for (const wrong of [-1, timeMsMax + 1, 0.5, Number.NaN]) {
    assert.throws(() => formatTime(wrong), /assertion failed/u);
  }
});
