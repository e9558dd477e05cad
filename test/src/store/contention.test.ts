/**
 * Many transactions of one process that want the same entries: they take turns and all of them
 * commit, whatever they touch, read or throw, also beside commits that know no turns.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { transactAttemptsMax, turnsWaitingMax } from '../../../src/limits.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type TransactionRoom, transact } from '../../../src/store/transact.ts';
import { turnsOf } from '../../../src/store/turns.ts';
import type { Attempt, View } from '../../../src/store/view.ts';
import { bytes, makeRoom, type TestRoom, text } from './room.ts';

const prefix = 'ns/root/data/m1/';
const viewOf = (attempt: Attempt): View => attempt.view(prefix, 'root');
const numberOf = (value: Uint8Array | undefined): number => Number(text(value) ?? 0);
const times = <Result>(count: number, make: (index: number) => Result): Result[] =>
  Array.from({ length: count }, (_, index) => make(index));

async function countUp(room: TransactionRoom, ...keys: readonly string[]): Promise<unknown> {
  return transact(room, async (attempt) => {
    const view = viewOf(attempt);
    for (const [index, stored] of (await view.getMany(keys)).entries()) {
      view.put(keys[index] ?? '', bytes(String(numberOf(stored?.value) + 1)));
    }
  });
}

async function counted(room: TransactionRoom, key: string): Promise<number> {
  const { result } = await transact(room, (attempt) => viewOf(attempt).get(key));
  return numberOf(result?.value);
}

/** The room with a store that tells of each commit. */
function watched(room: TestRoom, onCommit: (store: Store, succeeded: boolean) => void) {
  const { store } = room;
  const telling: Store = {
    get: (requests) => store.get(requests),
    range: (under, options) => store.range(under, options),
    watch: (under, fromRevision) => store.watch(under, fromRevision),
    close: () => store.close(),
    commit: async (transaction) => {
      const answer = await store.commit(transaction);
      onCommit(telling, answer.succeeded);
      return answer;
    },
  };
  return { barrier: room.barrier, store: telling };
}

test('any number of writers of one entry make as many commits, in turn', async () => {
  const room = makeRoom();
  let lost = 0;
  const count = 20 * transactAttemptsMax;
  const all = watched(room, (_, succeeded) => {
    if (!succeeded) lost += 1;
  });
  await Promise.all(times(count, () => countUp(all, 'n')));
  assert.equal(await counted(room, 'n'), count);
  assert.ok(lost < count, 'each is beaten at most once, before it takes its turn');
  assert.ok(turnsOf(all.store).idle);
});

test('writers that go on without a pause take turns, too', async () => {
  const room = makeRoom();
  const writer = async (): Promise<void> => {
    for (let count = 0; count < 50; count += 1) await countUp(room, 'n');
  };
  await Promise.all(times(16, writer));
  assert.equal(await counted(room, 'n'), 800);
});

test('who is not beaten takes no turn, whatever else it reads together with others', async () => {
  const room = makeRoom();
  await countUp(room, 'mount');
  const held: boolean[] = [];
  const all = watched(room, (store) => held.push(!turnsOf(store).idle));
  const write = (key: string): Promise<unknown> =>
    transact(all, async (attempt) => {
      await viewOf(attempt).get('mount');
      viewOf(attempt).put(key, bytes('x'));
    });
  await Promise.all(times(50, (index) => write(`k${index}`)));
  assert.deepEqual(
    held,
    times(50, () => false),
  );
});

test('transactions that touch several entries in any order all end, and none is lost', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const keys = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(keys, { minLength: 2, maxLength: 40 }), async (transactions) => {
      const room = makeRoom();
      await Promise.all(transactions.map((each) => countUp(room, ...each)));
      for (const name of names) {
        const expected = transactions.filter((each) => each.includes(name)).length;
        assert.equal(await counted(room, name), expected);
      }
      assert.ok(turnsOf(room.store).idle);
    }),
    { numRuns: 200 },
  );
});

test('one that reads and writes is not kept out by many that write without a look', async () => {
  const room = makeRoom();
  const ending = new AbortController();
  const overwrite = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await transact(room, async (attempt) => viewOf(attempt).put('n', bytes('0')));
    }
  };
  const writers = times(8, overwrite);
  for (let count = 0; count < 50; count += 1) await countUp(room, 'n');
  ending.abort();
  await Promise.all(writers);
});

test('a reader of two entries is not kept out by those who change them together', async () => {
  const room = makeRoom();
  const ending = new AbortController();
  const change = async (): Promise<void> => {
    while (!ending.signal.aborted) await countUp(room, 'a', 'b');
  };
  const writers = times(8, change);
  for (let count = 0; count < 50; count += 1) {
    const { result } = await transact(room, async (attempt) => {
      const first = await viewOf(attempt).get('a');
      return [numberOf(first?.value), numberOf((await viewOf(attempt).get('b'))?.value)];
    });
    assert.equal(result[0], result[1]);
  }
  ending.abort();
  await Promise.all(writers);
});

test('a reader that was beaten does not wait for a writer who is long about its turn', async () => {
  const room = makeRoom();
  const overwrite = async (): Promise<void> => {
    const then = ['a', 'b'].map((key) => {
      const value = bytes(`root\0${prefix}${key}\0${room.store.revision}`);
      return { kind: 'put' as const, key: prefix + key, value };
    });
    await room.store.commit({ compare: [], then, else: [] });
  };
  const inTurn = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  room.barrier.beforeReserve = async () => {
    if (turnsOf(room.store).idle) return overwrite();
    inTurn.resolve();
    return gate.promise;
  };
  const writer = countUp(room, 'a', 'b');
  await inTurn.promise;
  let runs = 0;
  const { result } = await transact(room, async (attempt) => {
    runs += 1;
    const first = await viewOf(attempt).get('a');
    if (runs === 1) await overwrite();
    return [numberOf(first?.value), numberOf((await viewOf(attempt).get('b'))?.value)];
  });
  assert.equal(result[0], result[1]);
  assert.equal(runs, 2);
  gate.resolve();
  await writer;
});

test('one that throws in its turn, or is too large, holds nobody up', async () => {
  const room = makeRoom();
  const failing = (index: number): Promise<unknown> =>
    transact(room, async (attempt) => {
      const value = numberOf((await viewOf(attempt).get('n'))?.value);
      viewOf(attempt).put('n', bytes(String(value + 1)));
      if (index % 3 === 1 && value > 0) throw new Error('no');
      if (index % 3 !== 2) return;
      for (let key = 0; key < 200; key += 1) viewOf(attempt).put(`k${key}`, bytes(''));
    });
  const outcomes = await Promise.allSettled(times(60, failing));
  const written = outcomes.filter(({ status }) => status === 'fulfilled').length;
  assert.ok(written >= 20);
  assert.equal(await counted(room, 'n'), written);
  assert.ok(turnsOf(room.store).idle);
});

test('in its turn one is beaten by commits from elsewhere, and still runs again', async () => {
  const room = makeRoom();
  let beats = 0;
  room.barrier.beforeReserve = async () => {
    if (beats >= 5 || turnsOf(room.store).idle) return;
    beats += 1;
    const value = bytes(`root\0${prefix}n\0${String(1_000 * beats)}`);
    const then = [{ kind: 'put' as const, key: `${prefix}n`, value }];
    await room.store.commit({ compare: [], then, else: [] });
  };
  await Promise.all(times(30, () => countUp(room, 'n')));
  assert.equal(beats, 5);
  assert.ok((await counted(room, 'n')) >= 5_000);
  assert.ok(turnsOf(room.store).idle);
});

test('more than can wait for one entry are told so, and the others are served', async () => {
  const room = makeRoom();
  const outcomes = await Promise.allSettled(times(turnsWaitingMax + 50, () => countUp(room, 'n')));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  assert.ok(refused.length > 0);
  assert.ok(refused.every(({ reason }) => isFailure(reason, 'store.overloaded')));
  assert.equal(await counted(room, 'n'), outcomes.length - refused.length);
  assert.ok(turnsOf(room.store).idle);
});
