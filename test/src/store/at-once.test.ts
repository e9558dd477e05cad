import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NamespaceRecords } from '../../../src/namespaces/records.ts';
import { atOnce, getSoon, type MaybeSoon, whenThere } from '../../../src/store/at-once.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import type { GetAnswer, GetRequest, Store } from '../../../src/ports/store.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const double = (value: number): number => 2 * value;

function fail(): never {
  throw new Error('broken');
}

test('what is there is gone on with at once', () => {
  assert.equal(whenThere(3, double), 6);
  assert.equal(whenThere(whenThere(3, double), double), 12);
});

test('what is to come is gone on with when it is there', async () => {
  const soon = whenThere(Promise.resolve(3), double);
  assert.ok(soon instanceof Promise);
  assert.equal(await soon, 6);
  assert.equal(await whenThere(3, async (value) => double(value)), 6);
});

test('a failure is a rejected promise, whenever it happens', async () => {
  const failures: MaybeSoon<unknown>[] = [
    whenThere(3, fail),
    whenThere(Promise.resolve(3), fail),
    whenThere(Promise.reject(new Error('broken')), double),
    atOnce(fail, 3),
  ];
  for (const failure of failures) {
    assert.ok(failure instanceof Promise);
    await assert.rejects(failure, /broken/);
  }
});

test('a store is asked once: for what it has at hand, or else in its own time', async () => {
  const answer: GetAnswer = { results: [], revision: 7, clusterTimeMs: 1 };
  const asked: string[] = [];
  const slow = {
    get: async () => {
      asked.push('get');
      return answer;
    },
  };
  const quick = { ...slow, getNow: () => answer };
  const busy = { ...slow, getNow: () => undefined };
  assert.equal(getSoon(quick as unknown as Store, []), answer);
  assert.deepEqual(asked, []);
  for (const store of [slow, busy]) {
    assert.equal(await getSoon(store as unknown as Store, []), answer);
  }
  assert.deepEqual(asked, ['get', 'get']);
  await assert.rejects(async () => getSoon({ ...slow, getNow: fail } as unknown as Store, []));
});

/** Answers at once what it was asked before, as a thread does that has copies. */
class RememberingStore extends MemoryStore {
  #last: { readonly asked: string; readonly answer: GetAnswer } | undefined;

  override async get(requests: readonly GetRequest[]): Promise<GetAnswer> {
    const answer = await super.get(requests);
    this.#last = { asked: JSON.stringify(requests), answer };
    return answer;
  }

  getNow(requests: readonly GetRequest[]): GetAnswer | undefined {
    const last = this.#last;
    const isKnown = last?.asked === JSON.stringify(requests);
    return isKnown && last.answer.revision === this.revision ? last.answer : undefined;
  }
}

test('records and entries that are at hand are not waited for, and say the same', async () => {
  const store = new RememberingStore({ clock: new ManualClock() });
  const room = { store, barrier: new ClearBarrier() };
  const records = new NamespaceRecords(room, 'root');
  const write = (text: string): Promise<unknown> =>
    transact(room, (attempt) => {
      attempt.view('ns/root/', 'root').put('a', Buffer.from(JSON.stringify(text)));
    });
  for (const text of ['one', 'two']) {
    await write(text);
    await records.read(['a']);
    await records.read(['a']);
    const known = records.read(['a']);
    assert.ok(!(known instanceof Promise));
    assert.equal(known.records[0]?.value, text);
    await store.get([{ key: 'ns/root/a' }]);
    const startedAt = await store.get([{ key: 'ns/root/a' }]);
    const { result } = await transact(
      room,
      (attempt) => {
        const stored = attempt.view('ns/root/', 'root').get('a');
        assert.ok(!(stored instanceof Promise));
        return stored?.value;
      },
      { startedAt },
    );
    assert.equal(Buffer.from(result ?? []).toString(), JSON.stringify(text));
  }
});
