import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, Operation, Transaction } from '../../../src/ports/store.ts';
import { applyTransaction } from '../../../src/store/apply.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (key: string, value: string): Operation => ({ kind: 'put', key, value: bytes(value) });
const remove = (key: string): Operation => ({ kind: 'delete', key });
const get = (key: string): Operation => ({ kind: 'get', key });

const present: Entry = {
  key: 'a',
  value: bytes('old'),
  createRevision: 3,
  modRevision: 5,
  version: 2,
};
const read = (key: string): Entry | undefined => (key === 'a' ? present : undefined);
const always = (...then: Operation[]): Transaction => ({ compare: [], then, else: [] });

test('a put keeps the creation, takes the revision and counts the version', () => {
  const { changes } = applyTransaction(read, always(put('a', 'new'), put('b', 'x')), 9);
  assert.deepEqual(changes, [
    { kind: 'put', entry: { ...present, value: bytes('new'), modRevision: 9, version: 3 } },
    {
      kind: 'put',
      entry: { key: 'b', value: bytes('x'), createRevision: 9, modRevision: 9, version: 1 },
    },
  ]);
});

test('operations run in order, and a get sees the writes before it', () => {
  const steps = always(
    get('b'),
    put('b', '1'),
    get('b'),
    remove('b'),
    get('b'),
    remove('a'),
    put('a', '2'),
  );
  const { reads, changes } = applyTransaction(read, steps, 9);
  assert.deepEqual(
    reads.map((result) => result.kind),
    ['absent', 'entry', 'absent'],
  );
  const created = { key: 'a', value: bytes('2'), createRevision: 9, modRevision: 9, version: 1 };
  assert.deepEqual(changes, [{ kind: 'put', entry: created }], 'deleted and put again is new');
});

test('two puts of one key are one change of two versions', () => {
  const { changes } = applyTransaction(read, always(put('b', '1'), put('b', '2')), 9);
  const entry = { key: 'b', value: bytes('2'), createRevision: 9, modRevision: 9, version: 2 };
  assert.deepEqual(changes, [{ kind: 'put', entry }]);
});

test('the delete of an absent key changes nothing', () => {
  assert.deepEqual(applyTransaction(read, always(remove('b')), 9).changes, []);
});

test('every compare must hold, else the other branch is taken', () => {
  const compare = [
    { key: 'a', modRevision: 5 },
    { key: 'b', modRevision: 0 },
  ];
  const branches = { then: [put('t', '')], else: [put('e', '')] };
  const taken = applyTransaction(read, { compare, ...branches }, 9);
  assert.equal(taken.succeeded, true);
  for (const wrong of [
    { key: 'a', modRevision: 0 },
    { key: 'a', modRevision: 4 },
    { key: 'b', modRevision: 5 },
  ]) {
    const other = applyTransaction(read, { compare: [...compare, wrong], ...branches }, 9);
    assert.equal(other.succeeded, false);
    assert.equal(other.changes[0]?.kind === 'put' && other.changes[0].entry.key, 'e');
  }
});
