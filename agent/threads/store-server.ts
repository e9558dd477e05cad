/**
 * The storage thread's side of the store: calls the store for a request thread, and sends what it
 * answers. The store's own limits hold here; those of the caller hold over there, too
 * (remote-store.ts), so that nothing waits in a port that would be refused.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Store } from '../../src/ports/store.ts';
import type { WatchSource } from '../../src/store/watch.ts';
import { failureMessage } from './failure-message.ts';
import type { StoreAnnouncer } from './store-announcer.ts';
import {
  cloneableEntry,
  cloneableEvent,
  cloneableResult,
  type StoreCall,
  type StoreConnection,
  type StoreNews,
} from './store-messages.ts';
import { TurnOutbox } from './turn-outbox.ts';

/** What can be served: a store whose watches can be followed from elsewhere. */
export type ServedStore = Store & Pick<WatchSource, 'revision' | 'readHistory'>;

/**
 * Serves a store at a new connection until the other end is closed. The announcer is the store's
 * own listener.
 */
export function serveStore(store: ServedStore, announcer: StoreAnnouncer): StoreConnection {
  const { port1, port2 } = new MessageChannel();
  const server = new StoreServer(store, port1);
  const leave = announcer.add(server.outbox);
  port1.on('close', leave);
  return { port: port2, revision: store.revision, position: announcer.position?.memory };
}

class StoreServer {
  readonly outbox: TurnOutbox<StoreNews>;
  readonly #store: ServedStore;

  constructor(store: ServedStore, port: MessagePort) {
    this.#store = store;
    this.outbox = new TurnOutbox(port);
    port.on('message', (calls: readonly StoreCall[]) => {
      for (const call of calls) void this.#serve(call);
    });
    // The process lives by its request threads.
    port.unref();
  }

  async #serve(call: StoreCall): Promise<void> {
    const { kind, id } = call;
    const isCommit = kind === 'commit';
    try {
      const value = await this.#answer(call);
      this.outbox.push({ kind: isCommit ? 'committed' : 'answer', id, value });
    } catch (error) {
      const failure = failureMessage(error);
      this.outbox.push({ kind: isCommit ? 'uncommitted' : 'refused', id, failure });
    }
  }

  async #answer(call: StoreCall): Promise<Extract<StoreNews, { value: unknown }>['value']> {
    switch (call.kind) {
      case 'get': {
        const answer = await this.#store.get(call.requests);
        return { ...answer, results: answer.results.map(cloneableResult) };
      }
      case 'range': {
        const answer = await this.#store.range(call.prefix, call.options);
        return { ...answer, entries: answer.entries.map(cloneableEntry) };
      }
      case 'history': {
        const events = await this.#store.readHistory(call.fromRevision, call.eventsMax);
        return events.map(cloneableEvent);
      }
      case 'commit': {
        const answer = await this.#store.commit(call.transaction);
        return { ...answer, reads: answer.reads.map(cloneableResult) };
      }
    }
  }
}
