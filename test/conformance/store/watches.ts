/** Watches: from the past into the present, filtered, ended, compacted. */
import assert from 'node:assert/strict';
import { caseMaker, nextEvent, put, rejectsWith, remove, watchFrom, write } from './harness.ts';
import { plainChanges } from './model.ts';
import type { StoreFactory } from './suite.ts';

export function watchCases(name: string, makeStore: StoreFactory): void {
  const given = caseMaker(name, makeStore);

  given('a watch tells what has been and then what comes, in order', async ({ store }) => {
    await write(store, put('a', '1'));
    await write(store, put('a', '2'), put('b', '1'));
    const watch = watchFrom(store, '', 1);
    assert.equal((await nextEvent(watch)).revision, 1);
    const second = await nextEvent(watch);
    assert.deepEqual(plainChanges(second), [
      {
        revision: 2,
        key: 'a',
        entry: { value: '2', createRevision: 1, modRevision: 2, version: 2 },
      },
      {
        revision: 2,
        key: 'b',
        entry: { value: '1', createRevision: 2, modRevision: 2, version: 1 },
      },
    ]);
    const live = nextEvent(watch);
    await write(store, remove('a'));
    const changes = plainChanges(await live);
    assert.deepEqual(changes, [{ revision: 3, key: 'a', entry: undefined }]);
  });

  given('a watch starts where it is told to, also in the future', async ({ store }) => {
    for (let index = 0; index < 5; index += 1) await write(store, put('a', String(index)));
    assert.equal((await nextEvent(watchFrom(store, '', 4))).revision, 4);
    const future = nextEvent(watchFrom(store, '', 7));
    await write(store, put('a'));
    await write(store, put('a'));
    assert.equal((await future).revision, 7);
  });

  given('a watch sees its prefix and nothing else', async ({ store }) => {
    const watch = watchFrom(store, 'a/', 1);
    await write(store, put('a'), put('b'));
    await write(store, put('a/1'), put('b'), put('ab'));
    await write(store, put('c'));
    await write(store, remove('a/1'), remove('b'));
    const first = await nextEvent(watch);
    assert.equal(first.revision, 2);
    assert.deepEqual(first.changes.length, 1);
    assert.deepEqual(plainChanges(await nextEvent(watch)), [
      { revision: 4, key: 'a/1', entry: undefined },
    ]);
  });

  given('a key that is written several times in one commit is one change', async ({ store }) => {
    await write(store, put('a', '1'), put('a', '2'), put('b'), remove('b'));
    const [change, ...others] = plainChanges(await nextEvent(watchFrom(store, '', 1)));
    assert.equal(change?.entry?.value, '2');
    assert.equal(change?.entry?.version, 2);
    assert.deepEqual(others, []);
  });

  given('a watch ends when it is returned, also while it waits', async ({ store }) => {
    const watch = watchFrom(store, '', 1);
    const waiting = watch.next();
    await watch.return?.();
    assert.deepEqual(await waiting, { done: true, value: undefined });
    assert.deepEqual(await watch.next(), { done: true, value: undefined });
    await write(store, put('a'));
    for await (const event of store.watch('', 1)) {
      assert.equal(event.revision, 1);
      break;
    }
  });

  given('watches end when the store closes', async ({ store }) => {
    const waiting = watchFrom(store, '', 1).next();
    await store.close();
    assert.equal((await waiting).done, true);
  });

  given('a watch does not start at revision 0', async ({ store }) => {
    for (const from of [0, -1, 1.5]) assert.throws(() => store.watch('', from), /assertion failed/);
  });

  given(
    'a watch reaches back so many revisions, and is told when that is not enough',
    async ({ store }) => {
      for (let index = 0; index < 12; index += 1) await write(store, put('a', String(index)));
      assert.equal((await nextEvent(watchFrom(store, '', 8))).revision, 8);
      await rejectsWith(watchFrom(store, '', 7).next(), 'store.compacted');
      const ended = watchFrom(store, '', 7);
      await ended.next().catch(() => {});
      assert.equal((await ended.next()).done, true);
    },
    { historyRevisionsMax: 5 },
  );

  given(
    'a reader that falls behind that far is told, too',
    async ({ store }) => {
      const watch = watchFrom(store, '', 1);
      await write(store, put('a'));
      assert.equal((await nextEvent(watch)).revision, 1);
      for (let index = 0; index < 12; index += 1) await write(store, put('a', String(index)));
      await rejectsWith(watch.next(), 'store.compacted');
    },
    { historyRevisionsMax: 5 },
  );

  given(
    'a reader that waits is not behind, however much goes by that it does not watch',
    async ({ store }) => {
      const waiting = nextEvent(watchFrom(store, 'b', 1));
      for (let index = 0; index < 12; index += 1) await write(store, put('a', String(index)));
      await write(store, put('b'));
      assert.equal((await waiting).revision, 13);
    },
    { historyRevisionsMax: 5 },
  );
}
