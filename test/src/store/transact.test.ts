import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { transactAttemptsMax, transactionOperationsMax } from '../../../src/limits.ts';
import { compareKeys } from '../../../src/store/keys.ts';
import { transact } from '../../../src/store/transact.ts';
import type { Attempt, View } from '../../../src/store/view.ts';
import { bytes, makeRoom, type TestRoom, text } from './room.ts';

const prefix = 'ns/root/data/m1/';
const viewOf = (attempt: Attempt): View => attempt.view(prefix, 'root');

async function write(room: TestRoom, key: string, value: string): Promise<void> {
  await transact(room, async (attempt) => viewOf(attempt).put(key, bytes(value)));
}

async function read(room: TestRoom, key: string): Promise<string | undefined> {
  const { result } = await transact(room, (attempt) => viewOf(attempt).get(key));
  return text(result?.value);
}

test('values are sealed under their full key in the store and opened in a view', async () => {
  const room = makeRoom();
  const written = await transact(room, async (attempt) => {
    viewOf(attempt).put('a', bytes('one'));
    return 'done';
  });
  assert.equal(written.result, 'done');
  assert.equal(written.revision, 1);
  assert.equal(await read(room, 'a'), 'one');
  const [raw] = (await room.store.range('', { limit: 10 })).entries;
  assert.equal(raw?.key, `${prefix}a`);
  assert.equal(text(raw?.value), `root\0${prefix}a\0one`);
  assert.equal(room.barrier.reserved.get('root'), 0, 'as many uses were reserved as used');
});

test('a clear view stores what it is given', async () => {
  const room = makeRoom();
  room.barrier.unsealed = false;
  await transact(room, async (attempt) => attempt.clearView('core/').put('seal', bytes('plain')));
  const [raw] = (await room.store.range('core/', { limit: 10 })).entries;
  assert.equal(text(raw?.value), 'plain');
});

test('an attempt that writes nothing commits nothing', async () => {
  const room = makeRoom();
  const { revision, result } = await transact(room, (attempt) => viewOf(attempt).get('a'));
  assert.equal(result, undefined);
  assert.equal(revision, 0);
  assert.equal(room.store.revision, 0);
});

test('check-and-act is one step: two that create the same entry do not both succeed', async () => {
  const room = makeRoom();
  const create = (name: string): Promise<unknown> =>
    transact(room, async (attempt) => {
      const view = viewOf(attempt);
      if ((await view.get('a')) !== undefined) throw new Error('exists');
      view.put('a', bytes(name));
    });
  const outcomes = await Promise.allSettled(['1', '2', '3'].map(create));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  assert.equal(room.store.revision, 1);
});

test('a counter that many increment at once counts each of them', async () => {
  const room = makeRoom();
  await write(room, 'n', '0');
  const increment = (): Promise<unknown> =>
    transact(room, async (attempt) => {
      const value = await viewOf(attempt).get('n');
      viewOf(attempt).put('n', bytes(String(Number(text(value?.value)) + 1)));
    });
  await Promise.all(Array.from({ length: transactAttemptsMax }, increment));
  assert.equal(await read(room, 'n'), String(transactAttemptsMax));
});

test('after so many failed attempts the caller is told, and nothing is written', async () => {
  const room = makeRoom();
  let runs = 0;
  room.barrier.beforeReserve = async () => {
    const value = bytes(`root\0${prefix}a\0${runs}`);
    const then = [{ kind: 'put' as const, key: `${prefix}a`, value }];
    await room.store.commit({ compare: [], then, else: [] });
  };
  const contended = transact(room, async (attempt) => {
    runs += 1;
    await viewOf(attempt).get('a');
    viewOf(attempt).put('b', bytes('x'));
  });
  await assert.rejects(contended, (error) => isFailure(error, 'store.contended'));
  assert.equal(runs, transactAttemptsMax);
  room.barrier.beforeReserve = async () => {};
  assert.equal(await read(room, 'b'), undefined);
});

test('a reader never gets a result made from two moments', async () => {
  const room = makeRoom();
  await write(room, 'a', 'old');
  await write(room, 'b', 'old');
  let runs = 0;
  const { result, revision } = await transact(room, async (attempt) => {
    runs += 1;
    const first = text((await viewOf(attempt).get('a'))?.value);
    if (runs === 1) {
      await transact(room, async (other) => {
        viewOf(other).put('a', bytes('new'));
        viewOf(other).put('b', bytes('new'));
      });
    }
    return [first, text((await viewOf(attempt).get('b'))?.value)];
  });
  assert.deepEqual(result, ['new', 'new']);
  assert.equal(runs, 2);
  assert.equal(revision, 3);
});

test('a reader whose entries stood still is not run again for a change of others', async () => {
  const room = makeRoom();
  let runs = 0;
  const { revision } = await transact(room, async (attempt) => {
    runs += 1;
    await viewOf(attempt).get('a');
    await write(room, 'other', String(runs));
    await viewOf(attempt).get('b');
  });
  assert.equal(runs, 1);
  assert.equal(revision, 1);
});

test('an error that comes from reads of two moments is not believed', async () => {
  const room = makeRoom();
  await write(room, 'a', 'x');
  await write(room, 'b', 'x');
  let runs = 0;
  await transact(room, async (attempt) => {
    runs += 1;
    const first = await viewOf(attempt).get('a');
    if (runs === 1) {
      await transact(room, async (other) => {
        viewOf(other).delete('a');
        viewOf(other).delete('b');
      });
    }
    const second = await viewOf(attempt).get('b');
    if ((first === undefined) !== (second === undefined)) throw new Error('half of it is missing');
  });
  assert.equal(runs, 2);
});

test('an error of the function is thrown, and nothing is written', async () => {
  const room = makeRoom();
  const failing = transact(room, async (attempt) => {
    viewOf(attempt).put('a', bytes('x'));
    throw new Error('no');
  });
  await assert.rejects(failing, /no/);
  assert.equal(room.store.revision, 0);
});

test('an entry is read from the store once an attempt', async () => {
  const room = makeRoom();
  await write(room, 'a', 'x');
  let gets = 0;
  const counting = Object.create(room.store);
  counting.get = (requests: []) => {
    gets += 1;
    return room.store.get(requests);
  };
  await transact({ ...room, store: counting }, async (attempt) => {
    const view = viewOf(attempt);
    await view.getMany(['a', 'a', 'b']);
    await view.get('a');
    await view.child('').get('b');
  });
  assert.equal(gets, 2, 'one for the stamp, one for both keys');
});

test('an attempt sees its own writes, by key and in pages', async () => {
  const room = makeRoom();
  await write(room, 'b', 'old');
  await write(room, 'c', 'old');
  await transact(room, async (attempt) => {
    const view = viewOf(attempt);
    view.put('a', bytes('new'));
    view.put('b', bytes('new'));
    view.delete('c');
    assert.deepEqual(await view.get('a'), { value: bytes('new'), modRevision: 0, version: 0 });
    assert.equal(await view.get('c'), undefined);
    const page = await view.range('', { limit: 10 });
    const found = page.entries.map(({ key, stored }) => [key, text(stored.value)]);
    assert.deepEqual(found, [
      ['a', 'new'],
      ['b', 'new'],
    ]);
    assert.equal(page.more, false);
  });
  assert.equal(await read(room, 'c'), undefined);
});

test('pages with own writes in them are those of a store that had the writes', async () => {
  const name = fc.constantFrom('a', 'ab', 'b', 'b/', 'b/x', 'c', '\uFFFD', '\u{1F511}', 'z');
  const names = fc.uniqueArray(name, { maxLength: 9 });
  const page = fc.record({
    prefix: fc.constantFrom('', 'b', 'zz'),
    after: fc.option(name, { nil: undefined }),
    limit: fc.integer({ min: 1, max: 4 }),
    keysOnly: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      names,
      names,
      names,
      page,
      async (stored, puts, deletes, { prefix: under, ...options }) => {
        const room = makeRoom();
        for (const key of stored) await write(room, key, 'old');
        const expected = new Set(stored);
        for (const key of puts) expected.add(key);
        for (const key of deletes) expected.delete(key);
        const all = [...expected]
          .filter((key) => key.startsWith(under))
          .filter((key) => options.after === undefined || compareKeys(key, options.after) > 0)
          .toSorted(compareKeys);
        const { after, ...others } = options;
        const { result } = await transact(room, (attempt) => {
          const view = viewOf(attempt);
          for (const key of puts) view.put(key, bytes('new'));
          for (const key of deletes) view.delete(key);
          return view.range(under, after === undefined ? others : { ...others, after });
        });
        const keys = result.entries.map(({ key }) => key);
        assert.deepEqual(keys, all.slice(0, options.limit));
        // `more` may only be wrong where it costs the caller one empty page.
        if (all.length > options.limit) assert.equal(result.more, true);
      },
    ),
  );
});

test('a child view is the sub-tree, and no view names a key outside its prefix', async () => {
  const room = makeRoom();
  await transact(room, async (attempt) => {
    const child = viewOf(attempt).child('sub/');
    child.put('x', bytes('1'));
    child.put('../../../core/seal', bytes('2'));
    assert.equal(text((await viewOf(attempt).get('sub/x'))?.value), '1');
  });
  const { entries } = await room.store.range('', { limit: 10 });
  assert.ok(entries.every(({ key }) => key.startsWith(`${prefix}sub/`)));
});

test('a transaction larger than the store takes is refused whole', async () => {
  const room = makeRoom();
  const keys = Array.from({ length: transactionOperationsMax + 1 }, (_, index) => `k${index}`);
  const writes = transact(room, async (attempt) => {
    for (const key of keys) viewOf(attempt).put(key, bytes(''));
  });
  await assert.rejects(writes, (error) => isFailure(error, 'store.limit'));
  const reads = transact(room, async (attempt) => {
    await viewOf(attempt).getMany(keys);
    viewOf(attempt).put('a', bytes(''));
  });
  await assert.rejects(reads, (error) => isFailure(error, 'store.limit'));
  const manyReads = transact(room, async (attempt) => {
    for (let part = 0; part < 9; part += 1) {
      await viewOf(attempt).getMany(keys.map((key) => `${part}-${key}`));
    }
  });
  await assert.rejects(manyReads, (error) => isFailure(error, 'store.limit'));
  assert.equal(room.store.revision, 0);
});

test('a sealed barrier refuses before anything is committed', async () => {
  const room = makeRoom();
  room.barrier.unsealed = false;
  await assert.rejects(write(room, 'a', 'x'), (error) => isFailure(error, 'request.sealed'));
  assert.equal(room.store.revision, 0);
});

test('a view that is used after its attempt is a fault', async () => {
  const room = makeRoom();
  const { result: view } = await transact(room, async (attempt) => viewOf(attempt));
  assert.throws(() => view.put('a', bytes('x')), /assertion failed/);
  await assert.rejects(async () => view.get('a'), /assertion failed/);
});
