import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { Recent } from '../../../src/store/recent.ts';

test('what was kept last under a name is found, and nothing under another', () => {
  const recent = new Recent<string>({ valuesMax: 4 });
  recent.keep('a', 'one');
  recent.keep('a', 'two');
  assert.equal(recent.find('a'), 'two');
  assert.equal(recent.find('b'), undefined);
  assert.equal(recent.size, 1);
});

test('what is used again stays, what is not goes', () => {
  const recent = new Recent<string>({ valuesMax: 4 });
  recent.keep('used', 'value');
  recent.keep('unused', 'value');
  for (let count = 0; count < 100; count += 1) {
    recent.keep(`other ${count}`, 'value');
    assert.equal(recent.find('used'), 'value');
  }
  assert.equal(recent.find('unused'), undefined);
});

test('what is forgotten or cleared is gone from both generations', () => {
  const recent = new Recent<string>({ valuesMax: 2 });
  for (const name of ['a', 'b', 'c']) recent.keep(name, 'value');
  recent.forget('a');
  recent.forget('c');
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => recent.find(name)),
    [undefined, 'value', undefined],
  );
  recent.clear();
  assert.equal(recent.find('b'), undefined);
  assert.equal(recent.size, 0);
});

test('the weight is bounded, and one value that is heavier than all is still kept', () => {
  const weigh = (name: string, value: string): number => name.length + value.length;
  const recent = new Recent<string>({ valuesMax: 1_000, weightMax: 100, weigh });
  for (let count = 0; count < 50; count += 1) recent.keep(`name ${count}`, 'x'.repeat(20));
  assert.ok(recent.size <= 10);
  recent.keep('heavy', 'x'.repeat(500));
  assert.equal(recent.find('heavy')?.length, 500);
});

test('it answers what was kept last or nothing, and never holds more than its limits', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const step = fc.oneof(
    fc.record({ kind: fc.constant('keep'), name, value: fc.string({ maxLength: 8 }) }),
    fc.record({ kind: fc.constantFrom('find', 'forget'), name, value: fc.constant('') }),
  );
  const limits = fc.record({
    valuesMax: fc.integer({ min: 1, max: 4 }),
    weightMax: fc.constant(12),
  });
  const property = fc.property(fc.array(step, { maxLength: 60 }), limits, (steps, bounds) => {
    const recent = new Recent<string>({ ...bounds, weigh: (_name, value) => value.length });
    const model = new Map<string, string>();
    for (const { kind, name: key, value } of steps) {
      if (kind === 'forget') recent.forget(key);
      if (kind === 'forget') model.delete(key);
      if (kind === 'keep') recent.keep(key, value);
      if (kind === 'keep') model.set(key, value);
      const found = recent.find(key);
      if (kind === 'keep') assert.equal(found, value);
      assert.ok(found === undefined || found === model.get(key));
      assert.ok(recent.size <= 2 * bounds.valuesMax);
    }
  });
  fc.assert(property, { numRuns: 200 });
});
