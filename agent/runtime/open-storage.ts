/** The store of the configuration: embedded in the data folder, or in memory for `--dev`. */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { Store } from '../../src/ports/store.ts';
import { MemoryStore } from '../../src/store/memory-store.ts';
import type { AgentConfig } from '../config/config.ts';
import { openEmbeddedStore } from '../replica/open-store.ts';
import { hostClock, hostTimers } from './host-clock.ts';

export interface Storage {
  readonly store: Store;
  /** As told by seal-status. */
  readonly type: 'embedded' | 'memory';
  /** Whether the last agent on this data ended without closing. */
  readonly crashed: boolean;
  close(): Promise<void>;
}

/**
 * Throws what openEmbeddedStore throws. `onFatal`: the store must not be used or closed any more.
 */
export async function openStorage(
  config: AgentConfig,
  onFatal: (reason: StrongBoxError) => void,
): Promise<Storage> {
  if (config.node.data === undefined) {
    const store = new MemoryStore({ clock: hostClock });
    return { store, type: 'memory', crashed: false, close: () => store.close() };
  }
  const path = config.node.data;
  const opened = await openEmbeddedStore({ path, clock: hostClock, timers: hostTimers, onFatal });
  const { store, crashed } = opened;
  return { store, type: 'embedded', crashed, close: () => opened.close() };
}
