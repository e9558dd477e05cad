/**
 * Entries that come with others, unasked. That they are what a read of the file would answer, also
 * while others commit, is what conformance suite and linearizable.test.ts check: the keys there
 * have names of several entries.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import { SharedPosition } from '../../../agent/threads/shared-position.ts';
import { StoreAnnouncer } from '../../../agent/threads/store-announcer.ts';
import { serveStore } from '../../../agent/threads/store-server.ts';
import type { StoreNews } from '../../../agent/threads/store-messages.ts';
import type { GetRequest } from '../../../src/ports/store.ts';
import { put, write } from '../../conformance/store/harness.ts';
import { sqliteStores } from '../../conformance/store/sqlite-stores.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('the newest version of a secret comes with its metadata, in one message', async () => {
  const listener = new StoreAnnouncer(new SharedPosition());
  const { store: far, clock, dispose } = await sqliteStores({ listener, knownEntriesMax: 2 })();
  await write(far, put('s\0m', 'metadata'), put('s\0v1', 'old'), put('s\0v2', 'new'));
  await write(far, put('other'));
  await write(far, put('another'));
  const asked: string[] = [];
  const get = far.get.bind(far);
  far.get = (requests) => {
    asked.push(...requests.map(({ key }) => key));
    return get(requests);
  };
  const near = new RemoteStore({ connection: serveStore(far, listener), clock });
  await near.get([]);
  const first = await near.get([{ key: 's\0m' }]);
  const second = await near.get([{ key: 's\0v2' }]);
  assert.deepEqual(asked, ['s\0m']);
  assert.equal(second.revision, first.revision);
  const [result] = second.results;
  assert.ok(result?.kind === 'entry');
  assert.equal(Buffer.from(result.entry.value).toString(), 'new');
  await near.close();
  await dispose();
});

test('what came with an answer from before the newest move is not kept', async () => {
  const { port1, port2 } = new MessageChannel();
  const position = new SharedPosition();
  position.stamped(0, 0);
  const connection = {
    port: port2,
    revision: 0,
    position: position.memory,
    heard: new SharedArrayBuffer(8),
  };
  const store = new RemoteStore({ connection, clock: new ManualClock() });
  const entryOf = (key: string) => ({
    key,
    value: new Uint8Array(1),
    createRevision: 1,
    modRevision: 1,
    version: 1,
  });
  const asked: string[] = [];
  let moved = false;
  port1.on('message', (calls: readonly { id: number; requests: readonly GetRequest[] }[]) => {
    const news = calls.flatMap(({ id, requests }): StoreNews[] => {
      asked.push(...requests.map(({ key }) => key));
      const results = requests.map(({ key }) => ({ kind: 'entry' as const, entry: entryOf(key) }));
      const value = { revision: 1, clusterTimeMs: 1, results, beside: [entryOf('b')] };
      return [{ kind: 'answer', id, value }];
    });
    if (!moved) {
      moved = true;
      position.moved(2);
      news.push({ kind: 'moved', revision: 2, written: [], toldBytes: 64 });
    }
    port1.postMessage(news);
  });
  await store.get([{ key: 'a' }]);
  await store.get([{ key: 'b' }]);
  assert.deepEqual(asked, ['a', 'b']);
  await store.close();
  port1.close();
});
