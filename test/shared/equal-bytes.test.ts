/** Both comparisons against the text of the bytes, near and far from equal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equalBytes, equalConstantTime } from '../../shared/equal-bytes.ts';

for (const equal of [equalBytes, equalConstantTime]) {
  test(`${equal.name}: only the same bytes are equal`, () => {
    const bytes = fc.uint8Array({ maxLength: 20 });
    fc.assert(
      fc.property(bytes, bytes, (left, right) => {
        assert.equal(equal(left, right), String(left) === String(right));
        assert.ok(equal(left, left.slice()));
      }),
    );
  });

  test(`${equal.name}: one bit, or one byte more, makes a difference`, () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.nat(7), (left, at, bit) => {
        const other = left.slice();
        const place = at % left.length;
        other[place] = (left[place] ?? 0) ^ (1 << bit);
        assert.ok(!equal(left, other));
        const longer = new Uint8Array([...left, 0]);
        assert.ok(!equal(left, longer) && !equal(longer, left));
      }),
    );
  });
}
