/**
 * The contract as a request thread gets it: through a port, with structured clones. From SQLite,
 * with the shared position and hardly any entry known here; from memory, with all entries known,
 * and with every read asked for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteStore } from '../../../agent/threads/remote-store.ts';
import { SharedPosition } from '../../../agent/threads/shared-position.ts';
import { StoreAnnouncer } from '../../../agent/threads/store-announcer.ts';
import { serveStore, type ServedStore } from '../../../agent/threads/store-server.ts';
import type { StoreListener } from '../../../src/store/listener.ts';
import { MemoryStore } from '../../../src/store/memory-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { put, rejectsWith, write } from './harness.ts';
import { sqliteStores } from './sqlite-stores.ts';
import { type StoreFactory, storeConformance } from './suite.ts';

interface Kind {
  readonly served: (listener: StoreListener) => StoreFactory;
  readonly shared: boolean;
  readonly knownEntriesMax?: number;
}

function remoteStores({ served, shared, knownEntriesMax }: Kind): StoreFactory {
  return async (options = {}) => {
    const listener = new StoreAnnouncer(shared ? new SharedPosition() : undefined);
    const { store: far, clock, dispose: disposeFar } = await served(listener)(options);
    const connection = serveStore(far as ServedStore, listener);
    const store = new RemoteStore({ connection, clock, knownEntriesMax });
    const dispose = async (): Promise<void> => {
      await store.close();
      await disposeFar();
    };
    return { store, clock, dispose };
  };
}

const sqlite: Kind['served'] = (listener) => sqliteStores({ listener });

const memory: Kind['served'] = (listener) => async (options) => {
  const clock = new ManualClock();
  const store = new MemoryStore({ clock, listener, ...options });
  return { store, clock, dispose: () => store.close() };
};

storeConformance(
  'remote sqlite, knowing two entries by heart',
  remoteStores({ served: sqlite, shared: true, knownEntriesMax: 2 }),
);
storeConformance('remote memory', remoteStores({ served: memory, shared: true }));
storeConformance(
  'remote memory, knowing two entries by heart',
  remoteStores({ served: memory, shared: true, knownEntriesMax: 2 }),
);
storeConformance('remote memory, asked each time', remoteStores({ served: memory, shared: false }));

void test('remote: whoever waits is refused when the other end is gone', async () => {
  const listener = new StoreAnnouncer(new SharedPosition());
  const served = await sqliteStores({ listener })();
  const connection = serveStore(served.store, listener);
  const store = new RemoteStore({ connection, clock: served.clock });
  await write(store, put('a'));
  connection.port.close();
  const waiting = [
    rejectsWith(write(store, put('b')), 'store.closed'),
    rejectsWith(store.get([{ key: 'never read' }]), 'store.closed'),
    rejectsWith(store.range('', { limit: 1 }), 'store.closed'),
  ];
  const watch = store.watch('z', 2)[Symbol.asyncIterator]();
  assert.equal((await watch.next()).done, true);
  await Promise.all(waiting);
  await served.dispose();
});
