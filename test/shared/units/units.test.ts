import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  durationSecondsMax,
  formatDuration,
  durationSecondsOf,
  parseDurationSeconds,
} from '../../../shared/units/duration.ts';
import { formatBytes, parseBytes } from '../../../shared/units/size.ts';

test('durations come as numbers, digits or units from days to seconds', () => {
  const cases: [string | number, number][] = [
    [0, 0],
    [-0, 0],
    [90, 90],
    ['0', 0],
    ['90', 90],
    ['0s', 0],
    ['45s', 45],
    ['15m', 900],
    ['768h', 2_764_800],
    ['30d', 2_592_000],
    ['1h30m', 5_400],
    ['1d2h3m4s', 93_784],
    [durationSecondsMax, durationSecondsMax],
    [`${durationSecondsMax}s`, durationSecondsMax],
  ];
  for (const [value, seconds] of cases) {
    assert.ok(Object.is(parseDurationSeconds(value), seconds), String(value));
  }
});

test('anything else is no duration', () => {
  const refused = [
    '',
    ' ',
    ' 5',
    '5 ',
    '-1',
    '+1',
    '-5m',
    '1.5h',
    '1e3',
    '0x10',
    '5ms',
    '1us',
    '1ns',
    '5M',
    '5H',
    '30m1h',
    '1h1h',
    '1w',
    'h',
    'NaN',
    'Infinity',
    '５',
    '1_000',
    '12345678901234567',
    'system',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1.5,
  ];
  for (const value of refused) {
    assert.throws(
      () => parseDurationSeconds(value),
      { code: 'units.duration-invalid' },
      `${value}`,
    );
  }
});

test('a duration longer than exact milliseconds is refused', () => {
  const refused = [
    durationSecondsMax + 1,
    '9007199255',
    '9999999999d',
    '9999999999999999',
    2 ** 53,
    1e300,
  ];
  for (const value of refused) {
    assert.throws(() => parseDurationSeconds(value), { code: 'units.duration-too-long' });
  }
});

test('durations are printed as Go prints them, without the empty units', () => {
  assert.equal(formatDuration(2_764_800), '768h');
  assert.equal(formatDuration(5_400), '1h30m');
  assert.equal(formatDuration(3_661), '1h1m1s');
  assert.equal(formatDuration(0), '0s');
});

test('a printed duration parses to itself', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: durationSecondsMax }), (seconds) => {
      assert.equal(parseDurationSeconds(formatDuration(seconds)), seconds);
    }),
  );
});

test('sizes come as numbers, digits or binary units', () => {
  const cases: [string | number, number][] = [
    [0, 0],
    [1_048_576, 1_048_576],
    ['4096', 4_096],
    ['4096B', 4_096],
    ['1KiB', 1_024],
    ['256MiB', 268_435_456],
    ['1GiB', 1_073_741_824],
    ['2TiB', 2_199_023_255_552],
  ];
  for (const [value, bytes] of cases) assert.equal(parseBytes(value), bytes);
});

test('ambiguous, fractional, negative and huge sizes are refused', () => {
  const refused = [
    '',
    '1MB',
    '1M',
    '1mib',
    '1 MiB',
    '1.5MiB',
    '-1',
    '1e6',
    '0x10',
    1.5,
    -1,
    Number.NaN,
  ];
  for (const value of refused) {
    assert.throws(() => parseBytes(value), { code: 'units.size-invalid' }, `${value}`);
  }
  for (const value of ['9999999TiB', 2 ** 53, '9007199254740992']) {
    assert.throws(() => parseBytes(value), { code: 'units.size-too-large' });
  }
});

test('sizes are printed with the largest unit that is not below one', () => {
  const cases: [number, string][] = [
    [0, '0B'],
    [1_023, '1023B'],
    [1_024, '1KiB'],
    [1_536, '1.5KiB'],
    [268_435_456, '256MiB'],
    [1_000_000, '976.6KiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('a size printed without a fraction parses to itself', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_023 }),
      fc.integer({ min: 0, max: 4 }),
      (count, power) => {
        const bytes = count * 1_024 ** power;
        assert.equal(parseBytes(formatBytes(bytes)), bytes);
      },
    ),
  );
});

test('of a value that is no duration there are no seconds, whatever it is', () => {
  assert.equal(durationSecondsOf('1h30m'), 5_400);
  assert.equal(durationSecondsOf(90), 90);
  for (const value of ['', '1x', -1, 1.5, '9'.repeat(16), true, null, undefined, {}, ['1h']]) {
    assert.equal(durationSecondsOf(value), undefined, JSON.stringify(value));
  }
});
