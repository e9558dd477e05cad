import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayWidth } from '../../../../console/tui/terminal/display-width.ts';
import { fit, truncate, truncateStart, wrap } from '../../../../console/tui/terminal/fit.ts';
import { clean, literal } from '../../../../console/tui/terminal/safe-text.ts';

test('a text is padded or cut to its columns, at the left or the right', () => {
  assert.equal(fit(literal('ab'), 4), 'ab  ');
  assert.equal(fit(literal('ab'), 4, 'right'), '  ab');
  assert.equal(fit(literal('abcde'), 4), 'abc…');
  assert.equal(fit(literal('日本語'), 5), '日本…');
  assert.equal(fit(literal('日本語'), 4), '日… ', 'half of a wide letter becomes a space');
  assert.equal(fit(literal('ab'), 0), '');
});

test('the end of a path can be what is kept', () => {
  assert.equal(truncateStart(literal('secret/data/payments/live'), 14), '…payments/live');
  assert.equal(truncateStart(literal('short'), 14), 'short');
});

test('a sentence is broken at its spaces, a word only when it must be', () => {
  assert.deepEqual(wrap(literal('writes are refused until two unseal'), 12), [
    'writes are',
    'refused',
    'until two',
    'unseal',
  ]);
  assert.deepEqual(wrap(literal('abcdefgh'), 3), ['abc', 'def', 'gh']);
  assert.deepEqual(wrap(literal(''), 3), ['']);
});

test('a letter with marks that take columns of their own fits the narrowest line', () => {
  const marks = '\u0e33\u0903\u0903\u0903'.repeat(2);
  for (const text of [`a${marks}`, `日${marks}`]) {
    assert.ok(wrap(clean(text, 200), 2).every((line) => displayWidth(line) <= 2));
  }
});

test('whatever the text, fitted ones have their width and wrapped ones fit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 2, max: 20 }),
      (text, columns) => {
        const safe = clean(text, 200);
        assert.equal(displayWidth(fit(safe, columns)), columns);
        assert.ok(displayWidth(truncate(safe, columns)) <= columns);
        assert.ok(displayWidth(truncateStart(safe, columns)) <= columns);
        const lines = wrap(safe, columns);
        assert.ok(lines.every((line) => displayWidth(line) <= columns));
        assert.equal(
          lines.join('').replaceAll(' ', ''),
          safe.replaceAll(' ', ''),
          'nothing is lost',
        );
      },
    ),
  );
});
