/** Every limit of the contract, on both of its sides. */
import assert from 'node:assert/strict';
import {
  commitNoteBytesMax,
  rangeEntriesMax,
  storeKeyBytesMax,
  transactionBytesMax,
  transactionOperationsMax,
} from '../../../src/limits.ts';
import type { Operation, Transaction } from '../../../src/ports/store.ts';
import { caseMaker, put, read, rejectsWith, write } from './harness.ts';
import type { StoreFactory } from './suite.ts';

const many = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

const transactionOf = (part: Partial<Transaction>): Transaction => {
  return { compare: [], then: [], else: [], ...part };
};

export function limitCases(name: string, makeStore: StoreFactory): void {
  const given = caseMaker(name, makeStore);

  given('a transaction takes so many compares and operations, and no more', async ({ store }) => {
    const compare = (index: number) => ({ key: `k${index}`, modRevision: 0 });
    const operation = (index: number): Operation => put(`k${index}`);
    const full = transactionOf({
      compare: many(transactionOperationsMax, compare),
      then: many(transactionOperationsMax, operation),
      else: many(transactionOperationsMax, (index) => read(`k${index}`)),
    });
    assert.equal((await store.commit(full)).succeeded, true);
    assert.equal((await store.commit(full)).reads.length, transactionOperationsMax);
    for (const part of [
      { compare: many(transactionOperationsMax + 1, compare) },
      { then: many(transactionOperationsMax + 1, operation) },
      { else: many(transactionOperationsMax + 1, operation) },
    ]) {
      await rejectsWith(store.commit(transactionOf(part)), 'store.limit');
    }
    assert.equal((await store.get([])).revision, 1);
  });

  given('a transaction takes so many bytes, counting all keys and values', async ({ store }) => {
    const half = transactionBytesMax / 2 - 2;
    const then = [put('ab', new Uint8Array(half)), put('cd', new Uint8Array(half))];
    assert.equal(await write(store, ...then), 1);
    for (const transaction of [
      transactionOf({ then: [...then, read('x')] }),
      transactionOf({ then: then.slice(0, 1), else: [...then.slice(1), read('x')] }),
      transactionOf({ compare: [{ key: 'x', modRevision: 0 }], then }),
    ]) {
      await rejectsWith(store.commit(transaction), 'store.limit');
    }
    assert.equal((await store.get([])).revision, 1);
  });

  given('a key has so many bytes of UTF-8', async ({ store }) => {
    const longest = 'é'.repeat(storeKeyBytesMax / 2);
    await write(store, put(longest, 'x'));
    assert.equal((await store.get([{ key: longest }])).results[0]?.kind, 'entry');
    const tooLong = `${longest}x`;
    await rejectsWith(write(store, put(tooLong)), 'store.limit');
    await rejectsWith(store.get([{ key: tooLong }]), 'store.limit');
    const compare = [{ key: tooLong, modRevision: 0 }];
    await rejectsWith(store.commit(transactionOf({ compare })), 'store.limit');
  });

  given('a key is not empty, is well-formed, and does not hold U+10FFFF', async ({ store }) => {
    for (const key of ['', '\uD800', 'a\uDFFFb', '\u{10FFFF}']) {
      await rejectsWith(write(store, put(key)), 'store.key-invalid');
      await rejectsWith(store.get([{ key }]), 'store.key-invalid');
    }
    await rejectsWith(store.range('\uD800', { limit: 1 }), 'store.key-invalid');
    await rejectsWith(store.range('', { limit: 1, after: '\uDC00' }), 'store.key-invalid');
    assert.throws(() => store.watch('\uD800', 1), /surrogate/);
  });

  given('one get and one page have so many entries', async ({ store }) => {
    for (let start = 0; start < rangeEntriesMax + 20; start += 60) {
      await write(store, ...many(60, (index) => put(`k${start + index}`, 'v')));
    }
    const requests = many(rangeEntriesMax, (index) => ({ key: `k${index}` }));
    const { results } = await store.get(requests);
    assert.ok(results.every((result) => result.kind === 'entry'));
    await rejectsWith(store.get([...requests, { key: 'x' }]), 'store.limit');
    const page = await store.range('', { limit: rangeEntriesMax });
    assert.equal(page.entries.length, rangeEntriesMax);
    assert.ok(page.entries.every(({ value }) => value.length === 1));
    assert.equal(page.more, true);
    await rejectsWith(store.range('', { limit: rangeEntriesMax + 1 }), 'store.limit');
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      await assert.rejects(store.range('', { limit }), /assertion failed/);
    }
  });

  given('a note has so many bytes', async ({ store }) => {
    const note = new Uint8Array(commitNoteBytesMax);
    assert.equal((await store.commit(transactionOf({ then: [put('a')], note }))).revision, 1);
    const longer = new Uint8Array(commitNoteBytesMax + 1);
    await rejectsWith(
      store.commit(transactionOf({ then: [put('a')], note: longer })),
      'store.limit',
    );
  });
}
