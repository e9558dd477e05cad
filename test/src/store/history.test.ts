import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchHistoryBytesMax } from '../../../src/limits.ts';
import type { WatchEvent } from '../../../src/ports/store.ts';
import { History } from '../../../src/store/history.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { bytes, text } from './room.ts';

const deleteAt = (revision: number): WatchEvent => ({
  revision,
  changes: [{ kind: 'delete', key: 'a' }],
});

test('a history keeps the newest revisions, in order', () => {
  const history = new History({ revisionsMax: 3, bytesMax: 1_000 }, 1);
  for (let revision = 1; revision <= 5; revision += 1) history.add(deleteAt(revision));
  assert.equal(history.fromRevision, 3);
  const revisions = (from: number, count: number): number[] =>
    history.read(from, count).map((event) => event.revision);
  assert.deepEqual(revisions(3, 10), [3, 4, 5]);
  assert.deepEqual(revisions(4, 1), [4]);
  assert.deepEqual(revisions(6, 10), []);
  assert.throws(() => history.read(2, 10), /assertion failed/);
});

test('large changes shorten the reach, but the newest is always kept', () => {
  const history = new History({ revisionsMax: 100, bytesMax: 200 }, 1);
  for (let revision = 1; revision <= 10; revision += 1) history.add(deleteAt(revision));
  assert.equal(history.read(history.fromRevision, 100).length, 3);
  const value = new Uint8Array(500);
  const entry = { key: 'b', value, createRevision: 11, modRevision: 11, version: 1 };
  history.add({ revision: 11, changes: [{ kind: 'put', entry }] });
  assert.equal(history.fromRevision, 11);
});

test('the memory store forgets changes beyond its bound of bytes', async () => {
  const store = new MemoryStore({ clock: new ManualClock() });
  const value = new Uint8Array(1_048_576);
  const commits = watchHistoryBytesMax / value.length + 1;
  for (let index = 0; index < commits; index += 1) {
    await store.commit({ compare: [], then: [{ kind: 'put', key: 'a', value }], else: [] });
  }
  const first = store.watch('', 1)[Symbol.asyncIterator]().next();
  await assert.rejects(first, /older than the oldest change kept/);
});

test('the memory store tells what the entries were at an earlier revision', async () => {
  const store = new MemoryStore({ clock: new ManualClock() });
  const put = (key: string, value: string) => ({ kind: 'put' as const, key, value: bytes(value) });
  await store.commit({ compare: [], then: [put('b', '1')], else: [] });
  await store.commit({ compare: [], then: [put('b', '2'), put('a', '1')], else: [] });
  await store.commit({ compare: [], then: [{ kind: 'delete', key: 'b' }], else: [] });
  const at = (revision: number): unknown =>
    store.entriesAt(revision).map((entry) => [entry.key, text(entry.value), entry.version]);
  assert.deepEqual(at(0), []);
  assert.deepEqual(at(1), [['b', '1', 1]]);
  assert.deepEqual(at(2), [
    ['a', '1', 1],
    ['b', '2', 2],
  ]);
  assert.deepEqual(at(3), [['a', '1', 1]]);
});
