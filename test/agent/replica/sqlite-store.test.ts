import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectSqlite } from '../../../agent/replica/sqlite-connection.ts';
import { readKeys, writeSteps } from '../../../agent/replica/sqlite-schema.ts';
import { recentRevisionsMax } from '../../../agent/replica/limits.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../../src/limits.ts';
import {
  nextEvent,
  put,
  rejectsWith,
  remove,
  watchFrom,
  write,
} from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { burst, openStore, withFile } from './intercepted-store.ts';

test('commits that wait are made durable together, and gets are read together', async () => {
  await withFile(async (path) => {
    const counts = new Map<string, number>();
    const count = (sql: string): unknown => counts.set(sql, (counts.get(sql) ?? 0) + 1);
    const { store } = await openStore(path, count, { knownEntriesMax: 2 });
    const revisions = await Promise.all(burst(store, 100));
    assert.equal(new Set(revisions).size, 100);
    assert.equal(counts.get(writeSteps), 1, 'one statement, one sync');
    counts.clear();
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.get([{ key: `k${index}` }])));
    assert.equal(counts.get(readKeys), 1);
    await store.close();
  });
});

test('revision, cluster time and history go on after a restart', async () => {
  await withFile(async (path) => {
    const first = await openStore(path);
    await write(first.store, put('a', '1'));
    const { clusterTimeMs } = await first.store.commit({
      compare: [],
      then: [put('a', '2'), put('b')],
      else: [],
    });
    await first.store.close();
    const clock = new ManualClock();
    clock.jumpWall(-3_600_000);
    const second = await openStore(path, undefined, { clock });
    const stamp = await second.store.get([]);
    assert.equal(stamp.revision, 2);
    assert.equal(stamp.clusterTimeMs, clusterTimeMs, 'time does not go back with the clock');
    const watch = watchFrom(second.store, 'a', 1);
    assert.equal((await nextEvent(watch)).revision, 1);
    const [change] = (await nextEvent(watch)).changes;
    assert.ok(change?.kind === 'put' && change.entry.version === 2);
    assert.equal(await write(second.store, remove('a')), 3);
    assert.equal((await nextEvent(watch)).revision, 3);
    await second.store.close();
  });
});

test('a watch reaches from what is on disk into what is in memory', async () => {
  await withFile(async (path) => {
    const { store } = await openStore(path);
    const total = recentRevisionsMax + 300;
    for (let made = 0; made < total; made += 100) await Promise.all(burst(store, 100));
    const watch = watchFrom(store, '', 1);
    for (let revision = 1; revision <= total; revision += 1) {
      assert.equal((await nextEvent(watch)).revision, revision);
    }
    await store.close();
  });
});

test('history is kept within its bounds, on disk and across a restart', async () => {
  await withFile(async (path) => {
    const limits = { historyRevisionsMax: 50, historyBytesMax: 4_000 };
    const first = await openStore(path, undefined, limits);
    for (let index = 0; index < 120; index += 1) await write(first.store, put('a', String(index)));
    await rejectsWith(watchFrom(first.store, '', 70).next(), 'store.compacted');
    assert.equal((await nextEvent(watchFrom(first.store, '', 71))).revision, 71);
    await write(first.store, put('b', new Uint8Array(3_000)));
    await write(first.store, put('b', new Uint8Array(3_000)));
    await rejectsWith(watchFrom(first.store, '', 121).next(), 'store.compacted');
    assert.equal((await nextEvent(watchFrom(first.store, '', 122))).revision, 122);
    await first.store.close();

    const second = await openStore(path, undefined, limits);
    await rejectsWith(watchFrom(second.store, '', 121).next(), 'store.compacted');
    assert.equal((await nextEvent(watchFrom(second.store, '', 122))).revision, 122);
    await second.store.close();
    const connection = await connectSqlite(path);
    const statement = await connection.prepare('SELECT revision FROM history');
    assert.deepEqual(await statement.all(), [{ revision: 122 }], 'the rest is gone from the disk');
    await connection.close();
  });
});

test('a change larger than the bound of the history is kept while it is the newest', async () => {
  await withFile(async (path) => {
    const { store } = await openStore(path, undefined, { historyBytesMax: 1_000 });
    await write(store, put('a', new Uint8Array(5_000)));
    assert.equal((await nextEvent(watchFrom(store, '', 1))).revision, 1);
    await write(store, put('a'));
    await rejectsWith(watchFrom(store, '', 1).next(), 'store.compacted');
    await store.close();
  });
});

test('beyond so many waiting commits the store says that it is overloaded', async () => {
  await withFile(async (path) => {
    const { store } = await openStore(path);
    const waiting = burst(store, waitingCommitsMax);
    await rejectsWith(write(store, put('more')), 'store.overloaded');
    await store.get([{ key: 'k0' }]);
    assert.equal((await Promise.all(waiting)).at(-1), waitingCommitsMax);
    assert.equal(await write(store, put('more')), waitingCommitsMax + 1);
    await store.close();
  });
});

test('beyond so many waiting reads the store says that it is overloaded', async () => {
  await withFile(async (path) => {
    const { store } = await openStore(path);
    const waiting = Array.from({ length: waitingReadsMax }, () => store.get([{ key: 'a' }]));
    await rejectsWith(store.get([{ key: 'a' }]), 'store.overloaded');
    await rejectsWith(store.range('', { limit: 1 }), 'store.overloaded');
    await Promise.all(waiting);
    await store.close();
  });
});
