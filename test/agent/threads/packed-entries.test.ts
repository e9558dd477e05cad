/** What is packed comes out as it was, on another thread, and takes nothing along. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packEntries, unpackEntries } from '../../../agent/threads/packed-entries.ts';

const fields = {
  key: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  value: fc.uint8Array({ maxLength: 32 }),
  createRevision: fc.maxSafeNat(),
  modRevision: fc.maxSafeNat(),
  version: fc.maxSafeNat(),
};
const entry = fc.record(fields, { noNullPrototype: true });

test('entries are the same on the other side', () => {
  const property = fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
    const packed = packEntries(entries);
    const transfer = [packed.facts.buffer, packed.values.buffer];
    assert.deepEqual(unpackEntries(structuredClone(packed, { transfer })), entries);
  });
  fc.assert(property, { numRuns: 200 });
});

test('values cut out of larger memory cross without it, and keys alone without any', () => {
  const facts = { createRevision: 1, modRevision: 2, version: 3 };
  const memory = new Uint8Array(1_024);
  const cut = packEntries([
    { key: 'a', value: memory.subarray(5, 7), ...facts },
    { key: 'b', value: memory.subarray(9, 10), ...facts },
  ]);
  assert.equal(cut.values.buffer.byteLength, 3);
  const empty = packEntries([{ key: 'a', value: memory.subarray(5, 5), ...facts }]);
  assert.equal(empty.values.buffer.byteLength, 0);
});
