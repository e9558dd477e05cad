/**
 * The storage plane: the store of the configuration, on the main thread, and the connections by
 * which request threads use it. It never sees a key. How late its loop is, they read in shared
 * memory.
 */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { AgentConfig } from '../config/config.ts';
import { hostTimers } from '../lifetime/host-clock.ts';
import { loopDelayWindowMs } from '../threads/limits.ts';
import { repeat } from '../repeat.ts';
import { measureLoopDelay } from '../telemetry/loop-delay.ts';
import { SharedLoopDelay } from '../threads/shared-loop-delay.ts';
import { SharedPosition } from '../threads/shared-position.ts';
import { StoreAnnouncer } from '../threads/store-announcer.ts';
import { serveStore } from '../threads/store-server.ts';
import type { StorageConnection } from '../threads/thread-messages.ts';
import { type OpenedStorage, openStorage } from './open-storage.ts';

export class StoragePlane {
  readonly #storage: OpenedStorage;
  readonly #announcer: StoreAnnouncer;
  readonly #loopDelay = new SharedLoopDelay();
  readonly #stopMeasuring: () => void;

  private constructor(storage: OpenedStorage, announcer: StoreAnnouncer) {
    this.#storage = storage;
    this.#announcer = announcer;
    const { delay, stop } = measureLoopDelay();
    const endTelling = repeat(hostTimers, loopDelayWindowMs, () =>
      this.#loopDelay.tell(delay.takeP99Ms()),
    );
    this.#stopMeasuring = () => {
      endTelling();
      stop();
    };
  }

  /** Throws what openStorage throws. */
  static async open(
    config: Pick<AgentConfig, 'node' | 'audit'>,
    onFatal: (reason: StrongBoxError) => void,
  ): Promise<StoragePlane> {
    const announcer = new StoreAnnouncer(new SharedPosition());
    return new StoragePlane(await openStorage(config, onFatal, announcer), announcer);
  }

  /** A connection for one request thread. */
  connect(): StorageConnection {
    const { store, type, crashed, notes } = this.#storage;
    const loopDelay = this.#loopDelay.memory;
    return {
      facts: { type, crashed, notes, loopDelay },
      store: serveStore(store, this.#announcer),
    };
  }

  /** When the request threads have let go of it. */
  close(): Promise<void> {
    this.#stopMeasuring();
    return this.#storage.close();
  }
}
