/** Entries, order, pages, compares, stamps. */
import assert from 'node:assert/strict';
import { rangeBytesMax } from '../../../src/limits.ts';
import { afterSubtree } from '../../../src/store/keys.ts';
import { keys as hardKeys } from './arbitraries.ts';
import { caseMaker, keysUnder, put, read, rejectsWith, remove, text, write } from './harness.ts';
import type { StoreFactory } from './suite.ts';

export function entryCases(name: string, makeStore: StoreFactory): void {
  const given = caseMaker(name, makeStore);

  given('a new store is empty, at revision 0', async ({ store }) => {
    const answer = await store.get([{ key: 'a' }]);
    assert.deepEqual(answer.results, [{ kind: 'absent' }]);
    assert.equal(answer.revision, 0);
    assert.equal((await store.get([])).revision, 0);
    assert.deepEqual((await store.range('', { limit: 1 })).entries, []);
  });

  given('an entry tells when it was made, changed, and how often', async ({ store }) => {
    await write(store, put('x'));
    await write(store, put('a', 'one'));
    const second = await store.commit({ compare: [], then: [put('a', 'two')], else: [] });
    assert.equal(second.revision, 3);
    const [result] = (await store.get([{ key: 'a' }])).results;
    assert.ok(result?.kind === 'entry');
    const { value, ...facts } = result.entry;
    assert.equal(text(value), 'two');
    assert.deepEqual(facts, { key: 'a', createRevision: 2, modRevision: 3, version: 2 });
    assert.equal(value.constructor, Uint8Array, 'plain bytes, whatever holds them');
  });

  given('an entry that was deleted and made again is a new one', async ({ store }) => {
    await write(store, put('a'));
    await write(store, remove('a'));
    await write(store, put('a', ''));
    const [result] = (await store.get([{ key: 'a' }])).results;
    assert.ok(result?.kind === 'entry');
    assert.equal(result.entry.version, 1);
    assert.equal(result.entry.createRevision, 3);
    assert.equal(result.entry.value.length, 0, 'an empty value is a value');
  });

  given('a reader that knows the revision is told so instead', async ({ store }) => {
    await write(store, put('a', 'x'));
    const { results } = await store.get([
      { key: 'a', knownModRevision: 1 },
      { key: 'a', knownModRevision: 2 },
      { key: 'b', knownModRevision: 1 },
      { key: 'a' },
    ]);
    const kinds = results.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['unchanged', 'entry', 'absent', 'entry']);
  });

  given('what is answered at once is what is answered otherwise', async ({ store }) => {
    const requests = [{ key: 'a' }, { key: 'a', knownModRevision: 2 }, { key: 'b' }];
    for (const value of ['one', 'two', 'three']) {
      await write(store, put('a', value));
      const now = store.getNow?.(requests);
      const { results, revision } = await store.get(requests);
      const again = store.getNow?.(requests);
      for (const answer of [now, again]) {
        if (answer === undefined) continue;
        assert.deepEqual([answer.results, answer.revision], [results, revision]);
      }
    }
  });

  given('keys are in the order of their UTF-8 bytes', async ({ store }) => {
    await write(store, ...hardKeys.toReversed().map((key) => put(key)));
    const sorted = hardKeys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(await keysUnder(store, ''), sorted);
    assert.notDeepEqual(sorted, hardKeys.toSorted(), 'which is not the order of JavaScript');
  });

  given('pages follow one another without a gap', async ({ store }) => {
    const keys = Array.from({ length: 25 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    await write(store, put('j'), put('l'), ...keys.map((key) => put(key, key)));
    const found: string[] = [];
    let after: string | undefined;
    for (let more = true; more; ) {
      const options = after === undefined ? { limit: 10 } : { limit: 10, after };
      const page = await store.range('k', options);
      for (const entry of page.entries) assert.equal(text(entry.value), entry.key);
      found.push(...page.entries.map(({ key }) => key));
      after = found.at(-1);
      more = page.more;
    }
    assert.deepEqual(found, keys);
  });

  given('a page without values has keys and revisions', async ({ store }) => {
    await write(store, put('a', 'secret'));
    const { entries } = await store.range('', { limit: 5, keysOnly: true });
    assert.equal(entries[0]?.modRevision, 1);
    assert.equal(entries[0]?.value.length, 0);
  });

  given('a page begins behind a sub-tree when it is told to', async ({ store }) => {
    await write(store, put('a'), put('a/b/1'), put('a/b/\u{10FFFD}'), put('a/c'), put('a0'));
    const { entries } = await store.range('a', { after: afterSubtree('a/b/'), limit: 5 });
    assert.deepEqual(
      entries.map(({ key }) => key),
      ['a/c', 'a0'],
    );
  });

  given('a page of large values ends early, but never empty', async ({ store }) => {
    const value = new Uint8Array(1_500_000);
    const fitting = Math.floor(rangeBytesMax / value.length);
    for (let index = 0; index <= fitting; index += 1) await write(store, put(`k${index}`, value));
    const first = await store.range('', { limit: 100 });
    assert.equal(first.entries.length, fitting);
    assert.equal(first.more, true);
    const last = await store.range('', { limit: 100, after: first.entries.at(-1)?.key ?? '' });
    assert.equal(last.entries.length, 1);
    assert.equal(last.more, false);
    assert.equal((await store.range('', { limit: 100, keysOnly: true })).more, false);
  });

  given('compares decide the branch, and nothing of the other is done', async ({ store }) => {
    await write(store, put('a', '1'));
    const branches = { then: [put('a', '2'), read('a')], else: [read('a'), put('b', 'e')] };
    const stale = await store.commit({ compare: [{ key: 'a', modRevision: 9 }], ...branches });
    assert.equal(stale.succeeded, false);
    assert.equal(stale.revision, 2);
    assert.ok(stale.reads[0]?.kind === 'entry' && text(stale.reads[0].entry.value) === '1');
    const current = await store.commit({ compare: [{ key: 'a', modRevision: 1 }], ...branches });
    assert.equal(current.succeeded, true);
    assert.ok(current.reads[0]?.kind === 'entry' && current.reads[0].entry.version === 2);
    const absent = await store.commit({ compare: [{ key: 'c', modRevision: 0 }], ...branches });
    assert.equal(absent.succeeded, true);
  });

  given('a transaction without changes takes no revision', async ({ store }) => {
    await write(store, put('a'));
    const empty = { compare: [], then: [], else: [] };
    assert.equal((await store.commit(empty)).revision, 1);
    assert.equal(await write(store, remove('none'), read('a')), 1);
    assert.equal(await write(store, put('b'), remove('b')), 1);
    const failing = { compare: [{ key: 'a', modRevision: 0 }], then: [put('c')], else: [] };
    assert.deepEqual((await store.commit(failing)).succeeded, false);
    assert.equal((await store.get([])).revision, 1);
    assert.equal(await write(store, put('a')), 2);
  });

  given('names of built-in properties are keys like any other', async ({ store }) => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    for (const key of names) {
      assert.equal((await store.get([{ key }])).results[0]?.kind, 'absent');
    }
    await write(store, ...names.map((key) => put(key, key)));
    const { results } = await store.get(names.map((key) => ({ key })));
    for (const [index, result] of results.entries()) {
      assert.ok(result.kind === 'entry' && text(result.entry.value) === names[index]);
    }
  });

  given(
    'answers carry cluster time, which passes and does not go back',
    async ({ store, clock }) => {
      const first = await store.get([]);
      clock.advance(1_500);
      const second = await store.range('', { limit: 1 });
      assert.equal(second.clusterTimeMs, first.clusterTimeMs + 1_500);
      clock.jumpWall(-86_400_000);
      clock.advance(10);
      const third = await store.commit({ compare: [], then: [put('a')], else: [] });
      assert.equal(third.clusterTimeMs, first.clusterTimeMs + 1_510);
    },
  );

  given('what was passed in may be kept, and is not modified', async ({ store }) => {
    const value = new Uint8Array([1, 2, 3]);
    await write(store, put('a', value));
    assert.deepEqual(value, new Uint8Array([1, 2, 3]));
  });

  given('a closed store refuses, and can be closed again', async ({ store }) => {
    await write(store, put('a'));
    await store.close();
    await store.close();
    await rejectsWith(store.get([{ key: 'a' }]), 'store.closed');
    await rejectsWith(store.get([]), 'store.closed');
    if (store.getNow !== undefined) {
      assert.throws(() => store.getNow?.([{ key: 'a' }]), /the store is closed/);
    }
    await rejectsWith(store.range('', { limit: 1 }), 'store.closed');
    await rejectsWith(write(store, put('b')), 'store.closed');
    assert.throws(() => store.watch('', 1), /the store is closed/);
  });

  given('closing finishes what waits', async ({ store }) => {
    const commits = Array.from({ length: 20 }, (_, index) => write(store, put(`k${index}`)));
    const got = store.get([{ key: 'k0' }]);
    await store.close();
    const revisions = await Promise.all(commits);
    assert.equal(new Set(revisions).size, 20);
    await got;
  });
}
