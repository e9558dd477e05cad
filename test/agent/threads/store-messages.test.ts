/** What crosses between the threads is what was meant to, and nothing that lay beside it. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { hear } from '../../../agent/threads/hear.ts';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import { SharedPosition } from '../../../agent/threads/shared-position.ts';
import { StoreAnnouncer } from '../../../agent/threads/store-announcer.ts';
import { serveStore } from '../../../agent/threads/store-server.ts';
import type { StoreCall } from '../../../agent/threads/store-messages.ts';
import { waitingCommitsMax, waitingReadsMax } from '../../../src/limits.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { put, rejectsWith, write } from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const canary = Buffer.from('what lies beside it');

/** Bytes cut out of larger memory, as Node's pool hands them out. */
function cutOut(text: string): Uint8Array {
  const pool = new Uint8Array(1_024);
  pool.set(canary, 512);
  pool.set(Buffer.from(text), 8);
  return pool.subarray(8, 8 + text.length);
}

/** All array buffers in a message. */
function memoryIn(value: unknown): readonly ArrayBufferLike[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(memoryIn);
}

function without(memory: readonly ArrayBufferLike[]): void {
  assert.ok(memory.length > 0);
  for (const each of memory) assert.ok(!Buffer.from(each).includes(canary));
}

test('a value that was cut out of a pool takes nothing of the pool along', async () => {
  const { port1, port2 } = new MessageChannel();
  const connection = {
    port: port2,
    revision: 0,
    position: undefined,
    heard: new SharedArrayBuffer(8),
  };
  const store = new RemoteStore({ connection, clock: new ManualClock() });
  const note = cutOut('note');
  const transaction = { compare: [], then: [put('a', cutOut('then'))], else: [], note };
  void store.commit(transaction).catch(() => undefined);
  const [calls] = (await once(port1, 'message')) as [readonly StoreCall[]];
  without(memoryIn(calls));
  port1.close();
});

test('nor does one that the store has of a pool', async () => {
  const clock = new ManualClock();
  const listener = new StoreAnnouncer(new SharedPosition());
  const served = new MemoryStore({ clock, listener });
  const { port } = serveStore(served, listener);
  await write(served, put('a', cutOut('told')));
  port.postMessage([
    { kind: 'get', id: 1, requests: [{ key: 'a' }] },
    { kind: 'range', id: 2, prefix: '', options: { limit: 1 } },
    { kind: 'history', id: 3, fromRevision: 1, eventsMax: 1 },
    {
      kind: 'commit',
      id: 1,
      transaction: { compare: [], then: [{ kind: 'get', key: 'a' }], else: [] },
    },
  ] satisfies readonly StoreCall[]);
  const kinds = new Set<string>();
  while (kinds.size < 4) {
    const [news] = (await once(port, 'message')) as [readonly { kind: string }[]];
    for (const { kind } of news) kinds.add(kind);
    without(memoryIn(news));
  }
  assert.deepEqual([...kinds].toSorted(), ['answer', 'committed', 'moved', 'page']);
  port.close();
});

test('so many calls wait for another thread, and no more', async () => {
  const { port1, port2 } = new MessageChannel();
  const connection = {
    port: port2,
    revision: 0,
    position: undefined,
    heard: new SharedArrayBuffer(8),
  };
  const store = new RemoteStore({ connection, clock: new ManualClock() });
  const empty = { compare: [], then: [], else: [] };
  const waiting = [
    ...Array.from({ length: waitingReadsMax }, () => store.get([])),
    ...Array.from({ length: waitingCommitsMax }, () => store.commit(empty)),
  ].map((call) => rejectsWith(call, 'store.closed'));
  await rejectsWith(store.get([]), 'store.overloaded');
  await rejectsWith(store.range('', { limit: 1 }), 'store.overloaded');
  await rejectsWith(store.commit(empty), 'store.overloaded');
  port1.close();
  await Promise.all(waiting);
});

test('a message that cannot be read is not passed over: somebody waits for it', () => {
  const port = new EventEmitter();
  const heard: unknown[] = [];
  hear(port as unknown as MessagePort, (message) => heard.push(message));
  port.emit('message', 'read');
  assert.deepEqual(heard, ['read']);
  assert.throws(() => port.emit('messageerror', new Error('unreadable')), /unreadable/);
});
