/** The store of the configuration: embedded in the data folder, or in memory for `--dev`. */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { Store } from '../../src/ports/store.ts';
import { noListener, type StoreListener } from '../../src/store/listener.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import type { WatchSource } from '../../src/store/watch.ts';
import { recordedRevision } from '../audit/recorded-revision.ts';
import type { AgentConfig } from '../config/config.ts';
import { openEmbeddedStore } from '../replica/open-store.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import type { Storage } from '../threads/storage.ts';

export interface OpenedStorage extends Storage {
  readonly store: Store & WatchSource;
}

/**
 * Throws what openEmbeddedStore throws. `onFatal`: the store must not be used or closed any more.
 */
export async function openStorage(
  config: Pick<AgentConfig, 'node' | 'audit'>,
  onFatal: (reason: StrongBoxError) => void,
  listener: StoreListener = noListener,
): Promise<OpenedStorage> {
  const path = config.node.data;
  if (path === undefined) {
    const store = new MemoryStore({ clock: hostClock, listener });
    return {
      store,
      type: 'memory',
      crashed: false,
      notes: [],
      loopDelay: undefined,
      close: () => store.close(),
    };
  }
  const logs = config.audit.map((device) => device.path);
  const revisionMin = (await recordedRevision(path, logs)) ?? 0;
  const ports = { clock: hostClock, timers: hostTimers, onFatal, listener };
  const opened = await openEmbeddedStore({ path, revisionMin, ...ports });
  const { store, crashed, notes } = opened;
  const facts = { type: 'embedded', crashed, notes, loopDelay: undefined } as const;
  return { ...facts, store, close: () => opened.close() };
}
