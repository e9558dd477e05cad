/**
 * Reads that are answered without a look into the file (src/store/known-entries.ts). That they
 * answer what the file would is what the conformance suite checks, with and without them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownEntriesMax, toldEntryBytesMax } from '../../../agent/limits.ts';
import { readKeys, writeSteps } from '../../../agent/replica/sqlite-schema.ts';
import { rangeEntriesMax } from '../../../src/limits.ts';
import { put, rejectsWith, remove, write } from '../../conformance/store/harness.ts';
import { sqliteError } from './intercepted-connection.ts';
import { failOn, openStore, withFile } from './intercepted-store.ts';

test('what was written or read before is not read from the file again, nor what is not there', async () => {
  await withFile(async (path) => {
    const first = await openStore(path);
    await write(first.store, put('old'));
    await first.store.close();
    let reads = 0;
    const { store } = await openStore(path, (sql) => {
      if (sql === readKeys) reads += 1;
    });
    const kinds = async (): Promise<readonly string[]> => {
      const keys = ['old', 'new', 'gone', 'never'].map((key) => ({ key }));
      return (await store.get(keys)).results.map(({ kind }) => kind);
    };
    await write(store, put('new'), put('gone'));
    await write(store, remove('gone'));
    assert.deepEqual(await kinds(), ['entry', 'entry', 'absent', 'absent']);
    const readBefore = reads;
    assert.deepEqual(await kinds(), ['entry', 'entry', 'absent', 'absent']);
    assert.equal(reads, readBefore);
    await store.close();
  });
});

test('what lies last under the name of an entry is read with it, if it is small', async () => {
  await withFile(async (path) => {
    const first = await openStore(path);
    const large = 'x'.repeat(toldEntryBytesMax + 1);
    await write(first.store, put('s\0m'), put('s\0v1', 'old'), put('s\0v2', 'new'), put('t\0m'));
    await write(first.store, put('large\0m'), put('large\0v1', large), put('small'));
    await first.store.close();
    const { store } = await openStore(path);
    const besides = async (...keys: readonly string[]): Promise<readonly string[] | undefined> => {
      const { beside } = await store.get(keys.map((key) => ({ key })));
      return beside?.map(({ key, value }) => `${key} ${String(Buffer.from(value))}`);
    };
    const [one, never, several, ...none] = await Promise.all([
      besides('s\0m'),
      besides('s\0a'),
      besides('s\0m', 't\0m'),
      besides('s\0v2'),
      besides('t\0m'),
      besides('large\0m'),
      besides('small'),
    ]);
    assert.deepEqual([one, never], [['s\0v2 new'], ['s\0v2 new']]);
    assert.deepEqual([several, ...none], [undefined, undefined, undefined, undefined, undefined]);
    await store.close();
  });
});

test('a read sees a commit as soon as it is acknowledged, and not before it is durable', async () => {
  await withFile(async (path) => {
    let versionWhileWriting: Promise<number | undefined> | undefined;
    const versionOf = async (): Promise<number | undefined> => {
      const [result] = (await store.get([{ key: 'a' }])).results;
      return result?.kind === 'entry' ? result.entry.version : undefined;
    };
    const { store } = await openStore(path, (sql) => {
      if (sql === writeSteps) versionWhileWriting = versionOf();
    });
    await write(store, put('a', '1'));
    for (let version = 2; version <= 20; version += 1) {
      await write(store, put('a', String(version)));
      assert.equal(await versionOf(), version);
      assert.equal(await versionWhileWriting, version - 1);
    }
    await store.close();
  });
});

test('a commit that was refused has changed nothing that is known', async () => {
  await withFile(async (path) => {
    const intercept = failOn(writeSteps, 'SQLITE_FULL');
    const { store } = await openStore(path, intercept);
    await write(store, put('a', 'one'));
    intercept.on = true;
    await rejectsWith(write(store, put('a', 'two'), put('b')), 'store.disk-full');
    const { results, revision } = await store.get([
      { key: 'a', knownModRevision: 1 },
      { key: 'b' },
    ]);
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ['unchanged', 'absent'],
    );
    assert.equal(revision, 1);
    intercept.on = false;
    await store.close();
  });
});

test('a store that has failed answers nothing, known or not', async () => {
  await withFile(async (path) => {
    let broken = false;
    const { store, fatal } = await openStore(path, (sql) => {
      if (broken && sql === writeSteps) throw sqliteError('SQLITE_IOERR');
    });
    await write(store, put('a'));
    broken = true;
    await rejectsWith(write(store, put('a')), 'store.io');
    await rejectsWith(store.get([{ key: 'a' }]), 'store.io');
    assert.equal(fatal.length, 1);
    await store.close();
  });
});

test('what is known by heart is bounded', async () => {
  await withFile(async (path) => {
    let reads = 0;
    const { store } = await openStore(path, (sql) => {
      if (sql === readKeys) reads += 1;
    });
    await store.get([{ key: 'first' }]);
    assert.equal(reads, 1);
    for (let from = 0; from <= knownEntriesMax; from += rangeEntriesMax) {
      await store.get(
        Array.from({ length: rangeEntriesMax }, (_, at) => ({ key: `k${from + at}` })),
      );
    }
    reads = 0;
    await store.get([{ key: 'first' }]);
    assert.equal(reads, 1, 'it was forgotten, and is read again');
    await store.close();
  });
});
