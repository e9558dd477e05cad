import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scrollThumb, windowOf } from '../../../../console/tui/components/window.ts';

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
