import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectSqlite } from '../../../agent/replica/sqlite-connection.ts';
import { createEmptyFile, openSqliteFile } from '../../../agent/replica/sqlite-file.ts';
import {
  checkpoint,
  readKeys,
  readPage,
  writeSteps,
} from '../../../agent/replica/sqlite-schema.ts';
import { SqliteStore, type SqliteStoreOptions } from '../../../agent/replica/sqlite-store.ts';
import { recentRevisionsMax } from '../../../agent/limits.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../../src/limits.ts';
import {
  nextEvent,
  put,
  rejectsWith,
  remove,
  watchdogMs,
  watchFrom,
  write,
} from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { connectIntercepted, type Intercept, sqliteError } from './intercepted-connection.ts';
import { withFolder } from './store-folder.ts';

interface Opened {
  readonly store: SqliteStore;
  readonly fatal: StrongBoxError[];
}

async function openStore(
  path: string,
  intercept: Intercept = () => {},
  options: Partial<SqliteStoreOptions> = {},
): Promise<Opened> {
  const file = await openSqliteFile(await connectIntercepted(path, intercept), true);
  const fatal: StrongBoxError[] = [];
  const onFatal = (reason: StrongBoxError): void => {
    fatal.push(reason);
  };
  const clock = new ManualClock();
  return { fatal, store: new SqliteStore({ file, clock, onFatal, ...options }) };
}

/** A path of an empty file. */
async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  await withFolder(async (path) => {
    await createEmptyFile(path);
    await body(path);
  });
}

const failOn = (failing: string, code: string): Intercept & { on: boolean } => {
  const intercept = Object.assign(
    (sql: string) => {
      if (intercept.on && sql === failing) throw sqliteError(code);
    },
    { on: false },
  );
  return intercept;
};

const burst = (store: SqliteStore, count: number): Promise<number>[] =>
  Array.from({ length: count }, (_, index) => write(store, put(`k${index}`)));

test('commits that wait are made durable together, and gets are read together', async () => {
  await withFile(async (path) => {
    const counts = new Map<string, number>();
    const { store } = await openStore(path, (sql) => counts.set(sql, (counts.get(sql) ?? 0) + 1));
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

test('a failed checkpoint is fatal, one on a full disk is put off', async () => {
  const large = put('a', new Uint8Array(1_200_000));
  await withFile(async (path) => {
    const intercept = failOn(checkpoint, 'SQLITE_FULL');
    intercept.on = true;
    const { store, fatal } = await openStore(path, intercept);
    assert.equal(await write(store, large), 1);
    assert.equal(await write(store, large), 2);
    assert.deepEqual(fatal, []);
    await store.close();
  });
  await withFile(async (path) => {
    const intercept = failOn(checkpoint, 'SQLITE_IOERR');
    intercept.on = true;
    const { store, fatal } = await openStore(path, intercept);
    assert.equal(await write(store, large), 1, 'it was durable before');
    await rejectsWith(write(store, put('b')), 'store.io');
    assert.equal(fatal.length, 1);
    await store.close();
  });
});

test('an entry that cannot be read fails its readers and nobody else', async () => {
  await withFile(async (path) => {
    let broken = false;
    const { store, fatal } = await openStore(path, (sql, [keys]) => {
      if (broken && sql === readKeys && String(keys).includes('bad')) {
        throw sqliteError('SQLITE_CORRUPT');
      }
    });
    await write(store, put('good'), put('bad'));
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
      const { store, fatal } = await openStore(path, (sql) => {
        if (on && sql === failing) throw new TypeError('a fault of the driver');
      });
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
