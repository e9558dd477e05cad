import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  following,
  linesBelow,
  logRange,
  moveLog,
  type LogPosition,
} from '../../../../console/tui/components/log-position.ts';
import { scrollThumb, windowOf } from '../../../../console/tui/components/window.ts';

const extent = { first: 100, end: 130, rows: 10 };

test('a log is left and found again with the keys of a list', () => {
  const paused = moveLog(following, 'up', extent);
  assert.deepEqual(paused, { kind: 'paused', bottom: 128 });
  assert.deepEqual(moveLog(paused, 'down', extent), following, 'back at the end it follows');
  assert.deepEqual(moveLog(paused, 'page-up', extent), { kind: 'paused', bottom: 118 });
  assert.deepEqual(moveLog(paused, 'top', extent), { kind: 'paused', bottom: 109 });
  assert.deepEqual(moveLog(paused, 'bottom', extent), following);
  assert.deepEqual(moveLog(following, 'follow', extent), { kind: 'paused', bottom: 129 });
  assert.deepEqual(moveLog(paused, 'follow', extent), following);
  assert.equal(moveLog(paused, 'open', extent), paused, 'other keys mean nothing');
});

test('lines that are dropped at the front push a reader only when they must', () => {
  const paused: LogPosition = { kind: 'paused', bottom: 112 };
  assert.deepEqual(logRange(paused, extent), { from: 103, to: 113 });
  assert.deepEqual(logRange(paused, { ...extent, first: 103 }), { from: 103, to: 113 });
  assert.deepEqual(logRange(paused, { ...extent, first: 110 }), { from: 110, to: 120 });
});

test('whatever the keys, the range lies in the log and is as full as it can be', () => {
  const key = fc.constantFrom(
    'up',
    'down',
    'top',
    'bottom',
    'half-up',
    'half-down',
    'page-up',
    'page-down',
    'follow',
  );
  const size = fc.record({
    first: fc.nat(50),
    count: fc.nat(60),
    rows: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(key), size, (keys, { first, count, rows }) => {
      const all = { first, end: first + count, rows };
      let position: LogPosition = following;
      for (const each of keys) position = moveLog(position, each, all);
      const { from, to } = logRange(position, all);
      assert.ok(from >= first && to <= all.end && from <= to);
      assert.equal(to - from, Math.min(rows, count));
      assert.ok(linesBelow(position, all) >= 0);
    }),
  );
});

test('a window holds the selection, lies in the list and is as full as it can be', () => {
  const numbers = fc.record({
    total: fc.nat(200),
    rows: fc.integer({ min: 1, max: 30 }),
    before: fc.nat(300),
  });
  fc.assert(
    fc.property(numbers, fc.nat(), ({ total, rows, before }, any) => {
      const selected = total === 0 ? -1 : any % total;
      const { first, count } = windowOf(total, rows, { selected, before });
      assert.equal(count, Math.min(rows, total));
      assert.ok(first >= 0 && first + count <= total);
      assert.ok(selected === -1 || (selected >= first && selected < first + count));
    }),
  );
});

test('the thumb of a bar is at the ends when the list is, and never outside', () => {
  assert.equal(scrollThumb(5, 5, 0), undefined);
  assert.deepEqual(scrollThumb(100, 10, 0), { from: 0, to: 1 });
  assert.deepEqual(scrollThumb(100, 10, 90), { from: 9, to: 10 });
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 500 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(),
      (total, rows, any) => {
        const first = any % (Math.max(0, total - rows) + 1);
        const thumb = scrollThumb(total, rows, first);
        assert.ok(
          thumb === undefined || (thumb.from >= 0 && thumb.to <= rows && thumb.from < thumb.to),
        );
      },
    ),
  );
});
