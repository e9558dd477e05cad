/**
 * Cluster time over a restart and over a kill: a copy of the data folder is what a killed agent
 * leaves behind.
 */
import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { test } from 'node:test';
import { clusterTimePersistMs } from '../../../agent/replica/limits.ts';
import { keepClusterTime } from '../../../agent/replica/keep-cluster-time.ts';
import { writeTime } from '../../../agent/replica/sqlite-schema.ts';
import { put, rejectsWith } from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { failOn, openStore, withFile } from './intercepted-store.ts';
import { openAt, withFolder } from './store-folder.ts';

const dayMs = 86_400_000;

test('cluster time that only reads have seen does not go back over a restart', async () => {
  await withFile(async (path) => {
    const clock = new ManualClock();
    const first = await openStore(path, undefined, { clock });
    clock.advance(30 * dayMs);
    const { clusterTimeMs } = await first.store.get([]);
    await first.store.close();
    clock.jumpWall(-30 * dayMs);
    const second = await openStore(path, undefined, { clock });
    const stamp = await second.store.get([]);
    assert.equal(stamp.clusterTimeMs, clusterTimeMs);
    assert.equal(stamp.revision, 0, 'it is no change of the entries');
    await second.store.close();
  });
});

test('what is owed is persisted when asked for, and nothing is written where nothing is', async () => {
  await withFile(async (path) => {
    const clock = new ManualClock();
    const written: unknown[] = [];
    const { store, fatal } = await openStore(
      path,
      (sql, [time]) => {
        if (sql === writeTime) written.push(time);
      },
      { clock },
    );
    await store.persistTime();
    const { clusterTimeMs } = await store.commit({ compare: [], then: [put('a')], else: [] });
    await store.persistTime();
    assert.deepEqual(written, [], 'a commit keeps its time itself');
    clock.advance(1_000);
    await store.persistTime();
    await store.get([{ key: 'a' }]);
    await store.persistTime();
    await store.persistTime();
    await store.close();
    assert.deepEqual(written, [clusterTimeMs + 1_000]);
    assert.deepEqual(fatal, []);
  });
});

test('time that cannot be persisted on a full disk is owed further, another error is fatal', async () => {
  await withFile(async (path) => {
    const intercept = failOn(writeTime, 'SQLITE_FULL');
    const { store, fatal } = await openStore(path, intercept);
    intercept.on = true;
    const { clusterTimeMs } = await store.get([]);
    await store.persistTime();
    await store.close();
    assert.deepEqual(fatal, []);
    intercept.on = false;
    const clock = new ManualClock();
    clock.jumpWall(-dayMs);
    const again = await openStore(path, intercept, { clock });
    assert.ok((await again.store.get([])).clusterTimeMs < clusterTimeMs, 'it could not be kept');
    await again.store.close();
  });
  await withFile(async (path) => {
    const intercept = failOn(writeTime, 'SQLITE_IOERR');
    const { store, fatal } = await openStore(path, intercept);
    intercept.on = true;
    await store.get([]);
    await store.persistTime();
    await rejectsWith(store.get([]), 'store.io');
    assert.equal(fatal.length, 1);
    await store.close();
  });
});

test('cluster time that reads saw a minute ago is there after a kill', async () => {
  await withFolder(async (folder) => {
    const clock = new ManualClock();
    const { store, close } = await openAt(folder, { clock, timers: clock });
    clock.advance(10 * dayMs);
    const { clusterTimeMs } = await store.get([]);
    clock.advance(clusterTimePersistMs);
    await store.range('', { limit: 1 }); // Its turn comes behind what is written.
    const left = `${folder}-left`;
    await cp(folder, left, { recursive: true });
    await close();
    const later = new ManualClock();
    later.jumpWall(-dayMs);
    const again = await openAt(left, { clock: later });
    assert.ok((await again.store.get([])).clusterTimeMs >= clusterTimeMs);
    await again.close();
  });
});

test('it is asked each minute until that ends, whatever comes of it', () => {
  const clock = new ManualClock();
  let asked = 0;
  const persistTime = async (): Promise<void> => {
    asked += 1;
    throw new Error('overloaded');
  };
  const stop = keepClusterTime({ persistTime }, clock);
  clock.advance(clusterTimePersistMs - 1);
  assert.equal(asked, 0);
  clock.advance(3 * clusterTimePersistMs);
  assert.equal(asked, 3);
  stop();
  clock.advance(10 * clusterTimePersistMs);
  assert.equal(asked, 3);
  assert.equal(clock.armedCount, 0);
});

test('closing ends it', async () => {
  await withFolder(async (folder) => {
    const clock = new ManualClock();
    const { close } = await openAt(folder, { clock, timers: clock });
    assert.equal(clock.armedCount, 1);
    await close();
    assert.equal(clock.armedCount, 0);
  });
});
