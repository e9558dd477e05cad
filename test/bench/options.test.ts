import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseOptions, wanted } from './options.ts';

test('what is not said has its default', () => {
  const { seconds, tokens, reads, sizes, only } = parseOptions([]);
  assert.deepEqual(
    [seconds, tokens, reads, sizes, only],
    [5, 80_000, 1_000_000, undefined, undefined],
  );
});

test('what is said is read', () => {
  const options = parseOptions(['--sizes', '10,200', '--only', 'a,b', '--sync', 'always']);
  assert.deepEqual([options.sizes, options.only, options.sync], [[10, 200], ['a', 'b'], 'always']);
});

test('what cannot be is refused by its name', () => {
  assert.throws(() => parseOptions(['--seconds', '0']), /--seconds: "0" is not a whole number/);
  assert.throws(() => parseOptions(['--seconds', '1.5']), /--seconds/);
  assert.throws(() => parseOptions(['--sizes', '10,1']), /--sizes: .*least to the most/);
  assert.throws(() => parseOptions(['--sizes', '10,']), /--sizes/);
  assert.throws(
    () => parseOptions(['--sync', 'never']),
    /--sync: "never" is none of write, always/,
  );
  assert.throws(() => parseOptions(['--second', '1']), /--second/);
});

test('only what is there can be wanted', () => {
  const all = [{ name: 'a' }, { name: 'b' }];
  assert.deepEqual(wanted(all, { only: ['b'] }), [{ name: 'b' }]);
  assert.deepEqual(wanted(all, { only: undefined }), all);
  assert.throws(() => wanted(all, { only: ['c'] }), /no c; there are a, b/);
});
