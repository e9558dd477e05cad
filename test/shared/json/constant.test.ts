import assert from 'node:assert/strict';
import { test } from 'node:test';

import { constantJson, isConstantJson } from '../../../shared/json/constant.ts';

test('a constant is the same object, and nothing in it can be changed any more', () => {
  const inner = { list: ['a', { deep: true }], none: null, absent: undefined };
  const made = { inner, number: 1 };
  const constant = constantJson(made);
  assert.equal(constant, made);
  assert.equal(isConstantJson(constant), true);
  assert.throws(() => Object.assign(constant, { number: 2 }), TypeError);
  assert.throws(() => inner.list.push('b'), TypeError);
  assert.throws(() => Object.assign(inner.list[1] as object, { deep: false }), TypeError);
});

test('what is frozen, or lies inside of a constant, is not taken for one', () => {
  const inner = { a: 1 };
  constantJson({ inner });
  assert.equal(isConstantJson(inner), false);
  assert.equal(isConstantJson(Object.freeze({})), false);
});
