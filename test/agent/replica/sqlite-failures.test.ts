/** What the store does when SQLite, its disk or its driver fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkpoint,
  readKeys,
  readPage,
  writeSteps,
} from '../../../agent/replica/sqlite-schema.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { put, rejectsWith, watchdogMs, watchFrom, write } from '../../conformance/store/harness.ts';
import { sqliteError } from './intercepted-connection.ts';
import { burst, failOn, openStore, withFile } from './intercepted-store.ts';

test('a full disk refuses what waits, changes nothing, and the store goes on', async () => {
  await withFile(async (path) => {
    const intercept = failOn(writeSteps, 'SQLITE_FULL');
    const { store, fatal } = await openStore(path, intercept);
    await write(store, put('a', 'before'));
    intercept.on = true;
    for (const refused of burst(store, 3)) await rejectsWith(refused, 'store.disk-full');
    assert.equal((await store.get([{ key: 'k0' }])).results[0]?.kind, 'absent');
    assert.equal((await store.get([{ key: 'a' }])).results[0]?.kind, 'entry');
    intercept.on = false;
    assert.equal(await write(store, put('a', 'after')), 2);
    assert.deepEqual(fatal, []);
    await store.close();
  });
});

test('after a failed write the store acknowledges nothing ever again', async () => {
  for (const code of ['SQLITE_IOERR', 'SQLITE_CORRUPT', 'SQLITE_NOMEM', 'SQLITE_BUSY']) {
    await withFile(async (path) => {
      const intercept = failOn(writeSteps, code);
      const { store, fatal } = await openStore(path, intercept);
      await write(store, put('a', 'before'));
      const watch = watchFrom(store, '', 2).next();
      intercept.on = true;
      const outcomes = await Promise.allSettled([...burst(store, 3), store.get([{ key: 'a' }])]);
      assert.deepEqual(
        outcomes.map(({ status }) => status),
        ['rejected', 'rejected', 'rejected', 'fulfilled'],
      );
      intercept.on = false;
      const expected = code === 'SQLITE_CORRUPT' ? 'store.corrupt' : 'store.io';
      await rejectsWith(write(store, put('a', 'after')), expected);
      await rejectsWith(store.get([{ key: 'a' }]), expected);
      await rejectsWith(store.range('', { limit: 1 }), expected);
      assert.equal((await watch).done, true);
      assert.deepEqual(
        fatal.map((reason) => reason.code),
        [expected],
        'the owner is told once',
      );
      await store.close();
    });
  }
});

test('what waits behind a failed write is refused with the same reason', async () => {
  await withFile(async (path) => {
    const intercept = failOn(writeSteps, 'SQLITE_IOERR');
    const { store } = await openStore(path, intercept);
    intercept.on = true;
    const commits = burst(store, 600);
    for (const refused of commits) await rejectsWith(refused, 'store.io');
    await store.close();
  });
});

/** So few that a large value makes a checkpoint due. */
const checkpointPages = 256;

test('a failed checkpoint is fatal, one on a full disk is put off', async () => {
  const large = put('a', new Uint8Array(1_200_000));
  await withFile(async (path) => {
    const intercept = failOn(checkpoint, 'SQLITE_FULL');
    intercept.on = true;
    const { store, fatal } = await openStore(path, intercept, { checkpointPages });
    assert.equal(await write(store, large), 1);
    assert.equal(await write(store, large), 2);
    assert.deepEqual(fatal, []);
    await store.close();
  });
  await withFile(async (path) => {
    const intercept = failOn(checkpoint, 'SQLITE_IOERR');
    intercept.on = true;
    const { store, fatal } = await openStore(path, intercept, { checkpointPages });
    assert.equal(await write(store, large), 1, 'it was durable before');
    await rejectsWith(write(store, put('b')), 'store.io');
    assert.equal(fatal.length, 1);
    await store.close();
  });
});

test('an entry that cannot be read fails its readers and nobody else', async () => {
  await withFile(async (path) => {
    const before = await openStore(path);
    await write(before.store, put('good'), put('bad'));
    await before.store.close();
    let broken = false;
    const { store, fatal } = await openStore(path, (sql, [keys]) => {
      if (broken && sql === readKeys && String(keys).includes('bad')) {
        throw sqliteError('SQLITE_CORRUPT');
      }
    });
    broken = true;
    const good = Promise.all([store.get([{ key: 'good' }]), store.get([{ key: 'good' }])]);
    await rejectsWith(store.get([{ key: 'bad' }]), 'store.corrupt');
    assert.ok((await good).every(({ results }) => results[0]?.kind === 'entry'));
    const commits = [
      write(store, put('good')),
      write(store, put('bad')),
      write(store, put('other')),
    ];
    const outcomes = (await Promise.allSettled(commits)).map(({ status }) => status);
    assert.deepEqual(outcomes, ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(fatal, [], 'nothing was written that could be in doubt');
    await store.close();
  });
});

/** Rejects in time, or says that it hangs. */
async function fate(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof StrongBoxError ? error.code : String(error)),
  );
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), watchdogMs / 10);
  });
  return Promise.race([settled, hangs]).finally(() => clearTimeout(timer));
}

test('an error that the driver gives no code ends the store, and leaves nobody waiting', async () => {
  for (const failing of [readKeys, readPage, writeSteps, checkpoint]) {
    await withFile(async (path) => {
      let on = false;
      const fault = (sql: string): void => {
        if (on && sql === failing) throw new TypeError('a fault of the driver');
      };
      const { store, fatal } = await openStore(path, fault, { checkpointPages });
      await write(store, put('a', 'before'));
      const watch = watchFrom(store, '', 2).next();
      on = true;
      const waiting = [
        store.get([{ key: 'a' }]),
        store.get([{ key: 'b' }]),
        store.range('', { limit: 1 }),
        store.range('b', { limit: 1 }),
        write(store, put('a', new Uint8Array(1_200_000))),
        write(store, put('b')),
      ];
      const fates = await Promise.all(waiting.map(fate));
      assert.ok(!fates.includes('hangs'), fates.join());
      if (failing !== checkpoint) assert.ok(fates.includes('store.failed'), fates.join());
      for (const later of [store.get([{ key: 'a' }]), store.range('', { limit: 1 })]) {
        assert.equal(await fate(later), 'store.failed');
      }
      assert.equal(await fate(write(store, put('a'))), 'store.failed');
      assert.equal(await fate(store.get([])), 'store.failed');
      assert.equal((await watch).done, failing !== checkpoint, 'no watch waits');
      assert.deepEqual(
        fatal.map(({ code }) => code),
        ['store.failed'],
        'the owner is told once',
      );
      assert.equal(await fate(store.close()), 'resolved');
    });
  }
});
