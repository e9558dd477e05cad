/**
 * The first request thread, as a serving one has it: what it is asked for, and what it orders. The
 * other end of the link is serving-thread.ts.
 */
import type { MessagePort } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import type { AuditEntry } from '../../shared/audit/entry.ts';
import { failure } from '../../shared/errors/failure.ts';
import { entryText } from '../../src/audit/entry-text.ts';
import { waitingEntriesMax } from '../../src/audit/limits.ts';
import type { RecordTrail } from '../../src/core/steps/audit.ts';
import type { CoreAnswer, CoreRequest } from '../../src/core/request.ts';
import type { RequestHandler } from '../http/request-handler.ts';
import { passedRequestsMax } from './limits.ts';
import { failureMessage, failureOf } from '../threads/failure-message.ts';
import { hear } from '../threads/hear.ts';
import { TurnOutbox } from '../threads/turn-outbox.ts';
import { WaitingCalls } from '../threads/waiting-calls.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import type {
  KeyOrder,
  PassedConsole,
  ToldFigures,
  Welcome,
  WordToFirst,
  WordToServing,
} from './messages.ts';

/** What is done on the first thread's word. */
export interface ServingOrders {
  /** Throws registered failures; whatever else is thrown ends the process. */
  obey(order: KeyOrder): Promise<void>;
  newTerm(namespace: string): void;
  replaceIdentity(at: number, identity: TlsIdentity): void;
}

export class FirstThread implements RequestHandler, RecordTrail {
  readonly #port: MessagePort;
  readonly #outbox: TurnOutbox<WordToFirst>;
  readonly #requests = new WaitingCalls(passedRequestsMax, 'request.overloaded');
  readonly #records = new WaitingCalls(waitingEntriesMax, 'audit.overloaded');
  readonly #welcomed = Promise.withResolvers<Welcome>();
  #logName: Uint8Array | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#outbox = new TurnOutbox(port);
    port.on('close', () => this.#end());
  }

  /** Hears the first thread from now on; resolves with where to listen, when that one does. */
  begin(orders: ServingOrders): Promise<Welcome> {
    hear(this.#port, (words: readonly WordToServing[]) => {
      for (const word of words) this.#hear(word, orders);
    });
    return this.#welcomed.promise;
  }

  get logName(): Uint8Array {
    assert(this.#logName !== undefined, 'nothing is recorded before the welcome');
    return this.#logName;
  }

  /** Passes a request on. Throws what the core's handler throws, and `request.overloaded`. */
  async handle(request: CoreRequest): Promise<CoreAnswer> {
    const { signal, body, ...rest } = request;
    const pass = (id: number): void => {
      const copy = new Uint8Array(body);
      this.#outbox.push({ kind: 'request', id, request: { ...rest, body: copy } }, [copy.buffer]);
      const tellGone = (): void => this.#outbox.push({ kind: 'gone', id });
      if (signal?.aborted === true) tellGone();
      else if (signal !== undefined) signal.onAborted = tellGone;
    };
    try {
      return await this.#requests.call<CoreAnswer>(pass);
    } finally {
      if (signal !== undefined) signal.onAborted = undefined;
    }
  }

  /** Adds a record to the log. Throws what `AuditTrail.append` throws. */
  append(entry: AuditEntry): Promise<{ readonly index: number }> {
    const text = entryText(entry);
    return this.#records.call((id) => this.#outbox.push({ kind: 'record', id, text }));
  }

  /** Hands a console's connection over. */
  passConsole(passed: PassedConsole): void {
    this.#outbox.push({ kind: 'console', console: passed }, [passed.port]);
  }

  tellFigures(figures: ToldFigures): void {
    this.#outbox.push({ kind: 'figures', figures });
  }

  tellNewTerm(namespace: string): void {
    this.#outbox.push({ kind: 'new-term', namespace });
  }

  /** Says that this thread stops: the first one ends the consoles, here, too. */
  tellStopping(): void {
    this.#outbox.push({ kind: 'stopping' });
  }

  /** Lets go of the first thread. What still waits for it is refused. */
  close(): void {
    this.#port.close();
  }

  #hear(word: WordToServing, orders: ServingOrders): void {
    switch (word.kind) {
      case 'welcome':
        this.#logName = word.welcome.logName;
        return this.#welcomed.resolve(word.welcome);
      case 'answer':
        return this.#requests.answer(word.id, word.answer);
      case 'refused':
        return this.#requests.refuse(word.id, failureOf(word.failure));
      case 'recorded':
        return this.#records.answer(word.id, { index: word.index });
      case 'unrecorded':
        return this.#records.refuse(word.id, failureOf(word.failure));
      case 'new-term':
        return orders.newTerm(word.namespace);
      case 'identity':
        return orders.replaceIdentity(word.at, word.identity);
      case 'order':
        return void this.#obey(word.order, orders);
    }
  }

  async #obey(order: KeyOrder, orders: ServingOrders): Promise<void> {
    try {
      await orders.obey(order);
      this.#outbox.push({ kind: 'done' });
    } catch (error) {
      this.#outbox.push({ kind: 'failed', failure: failureMessage(error) });
    }
  }

  #end(): void {
    this.#requests.refuseAll(failure('http.stopping'));
    this.#records.refuseAll(failure('audit.stopped'));
  }
}
