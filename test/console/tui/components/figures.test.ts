import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { barText, brailleChart, sparkline } from '../../../../console/tui/components/braille.ts';
import { grouped, waitingTime } from '../../../../console/tui/components/figures.ts';
import { displayWidth } from '../../../../console/tui/terminal/display-width.ts';

test('a chart draws a line from the first sample to the last over its whole width', () => {
  assert.deepEqual(brailleChart([0, 1], { columns: 2, rows: 1 }), ['⡠⠊']);
  assert.deepEqual(brailleChart([1, 1, 1, 1], { columns: 2, rows: 1 }), ['⠉⠉']);
  assert.deepEqual(brailleChart([0, 0], { columns: 2, rows: 2 }), ['  ', '⣀⣀']);
  assert.deepEqual(brailleChart([5], { columns: 2, rows: 1 }), [' ⠈'], 'one sample is a dot');
  assert.deepEqual(brailleChart([], { columns: 2, rows: 1 }), ['  ']);
});

test('a chart clips at its upper edge and leaves a gap where a sample is missing', () => {
  assert.deepEqual(brailleChart([9, 9], { columns: 1, rows: 1, max: 1 }), ['⠉']);
  assert.deepEqual(brailleChart([1, Number.NaN, Number.NaN, 1], { columns: 2, rows: 1 }), ['⠁⠈']);
});

test('a sparkline shows the newest samples against the largest', () => {
  assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 9), '▁▂▃▄▅▆▇██');
  assert.equal(sparkline([8, 1], 4), '  █▂');
  assert.equal(sparkline([1, 2, 3, 4], 2), '▇█', 'the oldest do not fit');
  assert.equal(sparkline([0, 0], 2), '▁▁');
  assert.equal(sparkline([4], 1, 8), '▅');
});

test('a bar is as full as its share', () => {
  assert.equal(barText(0.5, 8), '████░░░░');
  assert.deepEqual([barText(-1, 2), barText(2, 2), barText(Number.NaN, 2)], ['░░', '██', '░░']);
});

test('whatever the samples, every picture has its size', () => {
  const series = fc.array(fc.oneof(fc.double(), fc.integer()));
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 30 }),
    rows: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(series, size, (samples, { columns, rows }) => {
      const lines = brailleChart(samples, { columns, rows });
      assert.equal(lines.length, rows);
      for (const line of lines) assert.match(line, /^[ \u2801-\u28ff]*$/);
      assert.ok(lines.every((line) => displayWidth(line) === columns));
      assert.equal(displayWidth(sparkline(samples, columns)), columns);
    }),
  );
});

test('numbers have separators and times two steps of precision', () => {
  assert.deepEqual([0, 999, 18_204, 1_204_551, 12.7].map(grouped), [
    '0',
    '999',
    '18,204',
    '1,204,551',
    '12',
  ]);
  assert.deepEqual([0, 900, 12_000, 185_000, 25_920_000].map(waitingTime), [
    '0 s',
    '1 s',
    '12 s',
    '3m05',
    '7h12',
  ]);
});
