/** A request thread that hears nothing for long, while others commit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MessagePort } from 'node:worker_threads';
import { toldEntryBytesMax } from '../../../agent/limits.ts';
import { unheardBytesMax } from '../../../agent/threads/limits.ts';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import { SharedPosition } from '../../../agent/threads/shared-position.ts';
import { StoreAnnouncer } from '../../../agent/threads/store-announcer.ts';
import type { StoreNews } from '../../../agent/threads/store-messages.ts';
import { serveStore } from '../../../agent/threads/store-server.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { put, write } from '../../conformance/store/harness.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { waitFor } from '../../support/wait-for.ts';

const value = 'x'.repeat(toldEntryBytesMax);
/** So that what is written is three times what may be unheard. */
const writes = Math.ceil((3 * unheardBytesMax) / toldEntryBytesMax);

function served(position: SharedPosition | undefined, unheardMax?: number) {
  const clock = new ManualClock();
  const listener = new StoreAnnouncer(position, unheardMax);
  return { clock, listener, store: new MemoryStore({ clock, listener }) };
}

/** Everything that came, one behind the other; a port that nobody listened to has it all. */
function hearAll(port: MessagePort): StoreNews[] {
  const heard: StoreNews[] = [];
  port.on('message', (news: readonly StoreNews[]) => heard.push(...news));
  return heard;
}

function valueBytes(news: readonly StoreNews[]): number {
  const entries = news.flatMap((each) => (each.kind === 'moved' ? each.written : []));
  const bytes = entries.map(([, entry]) => (typeof entry === 'string' ? 0 : entry.value.length));
  return bytes.reduce((sum, each) => sum + each, 0);
}

test('so much waits in its port, and no more; then it is told once that it is behind', async (t) => {
  const { store, listener } = served(new SharedPosition());
  const { port } = serveStore(store, listener);
  t.after(() => port.close());
  for (let count = 0; count < writes; count += 1) await write(store, put(`k${count}`, value));
  const heard = hearAll(port);
  await waitFor('the end of what is told', () => heard.at(-1)?.kind === 'behind');
  assert.ok(valueBytes(heard) > unheardBytesMax / 2);
  assert.ok(valueBytes(heard) <= unheardBytesMax);
  assert.equal(heard.filter(({ kind }) => kind !== 'moved').length, 1);
  const before = heard.length;
  port.postMessage([{ kind: 'go-on' }]);
  await waitFor('a new beginning', () => heard.length > before);
  await write(store, put('next'));
  await waitFor('the move after it', () => heard.length > before + 1);
  const [anew, next] = heard.slice(before);
  assert.deepEqual(anew, { kind: 'begin-anew', revision: writes });
  assert.ok(next?.kind === 'moved' && next.revision === writes + 1);
});

for (const shared of [true, false]) {
  test(`it goes on where the store is, with nothing old, ${shared ? 'sharing' : 'not sharing'} a position`, async (t) => {
    const { store, clock, listener } = served(shared ? new SharedPosition() : undefined, 1_000);
    const connection = serveStore(store, listener);
    t.after(() => connection.port.close());
    await write(store, put('a', 'old'));
    const near = new RemoteStore({ connection, clock });
    const events = near.watch('a', 2)[Symbol.asyncIterator]();
    assert.equal(await readText(near, 'a'), 'old');
    const next = events.next();
    // No turn of the loop: nothing is heard between these.
    for (let count = 0; count < 50; count += 1) await write(store, put(`k${count}`, 'value'));
    await write(store, put('a', 'new'));
    assert.equal(await readText(near, 'a'), 'new');
    const event = await next;
    assert.ok(event.done === false && 'revision' in event.value);
    assert.equal(event.value.revision, store.revision);
    await waitFor('the newest revision', () => near.revision === store.revision);
  });
}

test('one that hears what it is told is never behind, however much that is', async (t) => {
  const { store, clock, listener } = served(new SharedPosition(), 1_000);
  const connection = serveStore(store, listener);
  t.after(() => connection.port.close());
  const near = new RemoteStore({ connection, clock });
  const heard = hearAll(connection.port);
  for (let count = 0; count < 50; count += 1) {
    await write(store, put(`k${count}`, 'value'));
    await waitFor('the move', () => near.revision === store.revision);
  }
  assert.deepEqual(new Set(heard.map(({ kind }) => kind)), new Set(['moved']));
});

async function readText(store: RemoteStore, key: string): Promise<string | undefined> {
  const [result] = (await store.get([{ key }])).results;
  return result?.kind === 'entry' ? Buffer.from(result.entry.value).toString() : undefined;
}
