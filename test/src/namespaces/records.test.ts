import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { GetRequest } from '../../../src/ports/store.ts';
import { cachedRecordsBytesMax, cachedRecordsMax } from '../../../src/namespaces/limits.ts';
import { NamespaceRecords } from '../../../src/namespaces/records.ts';
import { writeJson } from '../../../src/store/json-values.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { transact } from '../../../src/store/transact.ts';
import { ClearBarrier } from '../../support/clear-barrier.ts';
import { ManualClock } from '../../support/manual-clock.ts';

class Bench {
  readonly store = new MemoryStore({ clock: new ManualClock() });
  readonly room = { store: this.store, barrier: new ClearBarrier() };
  readonly records = new NamespaceRecords(this.room, 'root');
  asked: readonly GetRequest[] = [];

  constructor() {
    const get = this.store.get.bind(this.store);
    this.store.get = async (requests) => {
      this.asked = requests;
      return get(requests);
    };
  }

  async put(key: string, value: { readonly x: number }): Promise<void> {
    await transact(this.room, async (attempt) =>
      writeJson(attempt.view('ns/root/', 'root'), key, value),
    );
  }

  guess(key: string): number | undefined {
    return (this.records.guess(key) as { x: number } | undefined)?.x;
  }

  async valuesOf(...keys: readonly string[]): Promise<readonly unknown[]> {
    const { records } = await this.records.read(keys);
    return records.map((record) => (record?.value as { x: number } | undefined)?.x);
  }
}

test('what has not changed is asked for by its revision, and never stale', async () => {
  const bench = new Bench();
  await bench.put('a', { x: 1 });
  assert.deepEqual(await bench.valuesOf('a', 'b'), [1, undefined]);
  assert.deepEqual(await bench.valuesOf('a', 'b'), [1, undefined]);
  assert.deepEqual(bench.asked, [{ key: 'ns/root/a', knownModRevision: 1 }, { key: 'ns/root/b' }]);
  await bench.put('a', { x: 2 });
  await bench.put('b', { x: 3 });
  assert.deepEqual(await bench.valuesOf('a', 'b'), [2, 3]);
  await transact(bench.room, async (attempt) => attempt.view('ns/root/', 'root').delete('a'));
  assert.deepEqual(await bench.valuesOf('a', 'b'), [undefined, 3]);
  assert.equal(bench.guess('a'), undefined);
  assert.equal(bench.guess('b'), 3);
});

test('one key twice in one question is answered twice', async () => {
  const bench = new Bench();
  await bench.put('a', { x: 1 });
  assert.deepEqual(await bench.valuesOf('a', 'a'), [1, 1]);
  assert.deepEqual(await bench.valuesOf('a', 'a'), [1, 1]);
});

test('as many records are kept as the limit says, those used last', async () => {
  const bench = new Bench();
  await bench.put('first', { x: 0 });
  const keys = Array.from({ length: cachedRecordsMax + 10 }, (_, at) => `k/${at}`);
  for (let at = 0; at < keys.length; at += 100) {
    const part = keys.slice(at, at + 100);
    await transact(bench.room, async (attempt) => {
      for (const key of part) writeJson(attempt.view('ns/root/', 'root'), key, { x: 1 });
    });
    await bench.valuesOf('first', ...part);
  }
  assert.equal(bench.guess('first'), 0);
  assert.equal(bench.guess('k/0'), undefined);
  assert.equal(bench.guess(keys.at(-1) ?? ''), 1);
  bench.records.clear();
  assert.equal(bench.guess('first'), undefined);
});

test('of large records as many are kept as their bytes allow', async () => {
  const bench = new Bench();
  const bytes = 500_000;
  const keys = Array.from({ length: cachedRecordsBytesMax / bytes + 2 }, (_, at) => `large/${at}`);
  for (const key of keys) {
    await transact(bench.room, async (attempt) =>
      writeJson(attempt.view('ns/root/', 'root'), key, { x: 'x'.repeat(bytes) }),
    );
    await bench.valuesOf(key);
  }
  assert.equal(bench.records.guess(keys[0] ?? ''), undefined);
  assert.notEqual(bench.records.guess(keys.at(-1) ?? ''), undefined);
});
