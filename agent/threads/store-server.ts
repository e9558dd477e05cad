/**
 * The storage thread's side of the store: calls the store for a request thread, and sends what it
 * answers. The store's own limits hold here; those of the caller hold over there, too
 * (remote-store.ts), so that nothing waits in a port that would be refused.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Store } from '../../src/ports/store.ts';
import type { WatchSource } from '../../src/store/watch.ts';
import { failureMessage } from './failure-message.ts';
import { hear } from './hear.ts';
import type { Audience, StoreAnnouncer } from './store-announcer.ts';
import { packEntries } from './packed-entries.ts';
import {
  type AnsweredCall,
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
  const server = new StoreServer(store, port1, announcer);
  return {
    port: port2,
    revision: store.revision,
    position: announcer.position?.memory,
    heard: server.audience.heard.memory,
  };
}

class StoreServer {
  readonly audience: Audience;
  readonly #outbox: TurnOutbox<StoreNews>;
  readonly #store: ServedStore;

  constructor(store: ServedStore, port: MessagePort, announcer: StoreAnnouncer) {
    this.#store = store;
    this.#outbox = new TurnOutbox(port);
    this.audience = announcer.add(this.#outbox);
    hear(port, (calls: readonly StoreCall[]) => {
      for (const call of calls) this.#hear(call);
    });
    port.on('close', this.audience.leave);
    // The process lives by its request threads.
    port.unref();
  }

  #hear(call: StoreCall): void {
    if (call.kind === 'go-on') this.audience.goOn(this.#store.revision);
    else void this.#serve(call);
  }

  async #serve(call: AnsweredCall): Promise<void> {
    try {
      await (call.kind === 'range' ? this.#sendPage(call) : this.#sendAnswer(call));
    } catch (error) {
      const kind = call.kind === 'commit' ? 'uncommitted' : 'refused';
      this.#outbox.push({ kind, id: call.id, failure: failureMessage(error) });
    }
  }

  async #sendPage({
    id,
    prefix,
    options,
  }: Extract<AnsweredCall, { kind: 'range' }>): Promise<void> {
    const { entries, ...answer } = await this.#store.range(prefix, options);
    const packed = packEntries(entries);
    const transfer = [packed.facts.buffer, packed.values.buffer];
    this.#outbox.push({ kind: 'page', id, answer, entries: packed }, transfer);
  }

  async #sendAnswer(call: Exclude<AnsweredCall, { kind: 'range' }>): Promise<void> {
    const value = await this.#answer(call);
    const kind = call.kind === 'commit' ? 'committed' : 'answer';
    this.#outbox.push({ kind, id: call.id, value });
  }

  async #answer(
    call: Exclude<AnsweredCall, { kind: 'range' }>,
  ): Promise<Extract<StoreNews, { value: unknown }>['value']> {
    switch (call.kind) {
      case 'get': {
        const { results, beside, ...stamp } = await this.#store.get(call.requests);
        const cloneable = { ...stamp, results: results.map(cloneableResult) };
        return beside === undefined
          ? cloneable
          : { ...cloneable, beside: beside.map(cloneableEntry) };
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
