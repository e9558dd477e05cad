/**
 * A serving thread, as the first request thread has it: what it asks for is done here, and what it
 * is told or ordered goes out here. The other end of the link is first-thread.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { MessagePort } from 'node:worker_threads';
import { assert } from '../../shared/assert.ts';
import { rawRefusal } from '../http/answer-writer.ts';
import { requestKinds } from '../http/admission/admission.ts';
import type { ExchangeOutcome, UpgradePort } from '../http/edge-context.ts';
import type { RequestHandler } from '../http/request-handler.ts';
import { failureMessage, failureOf } from '../threads/failure-message.ts';
import { hear } from '../threads/hear.ts';
import { TurnOutbox } from '../threads/turn-outbox.ts';
import type {
  KeyOrder,
  PassedConsole,
  PassedRequest,
  ToldFigures,
  Welcome,
  WordToFirst,
  WordToServing,
} from './messages.ts';
import { PortDuplex } from '../threads/port-duplex.ts';

/** What does what a serving thread asks for. */
export interface ServedPorts {
  readonly handler: RequestHandler;
  readonly trail: {
    /** Throws what `AuditTrail.append` throws. */
    appendText(text: string): Promise<{ readonly index: number }>;
  };
  readonly consoles: UpgradePort;
  readonly observe: (outcome: ExchangeOutcome) => void;
  /** The keyring of that namespace has a new term, as that thread says. */
  readonly newTerm: (namespace: string, from: ServingThread) => void;
  /** The thread stops, because the agent does. */
  readonly stopping: () => void;
}

const noFigures: ToldFigures = {
  outcomes: [],
  admission: Object.fromEntries(
    requestKinds.map((kind) => [kind, { limitUnits: 0, underWayUnits: 0, refused: 0 }]),
  ) as ToldFigures['admission'],
  connections: 0,
};

export class ServingThread {
  readonly #outbox: TurnOutbox<WordToServing>;
  /** Clients of passed requests that are not answered. */
  readonly #clients = new Map<number, { aborted: boolean }>();
  #ports: ServedPorts | undefined;
  #figures = noFigures;
  #order: PromiseWithResolvers<void> | undefined;
  #closed = false;

  constructor(port: MessagePort) {
    this.#outbox = new TurnOutbox(port);
    hear(port, (words: readonly WordToFirst[]) => {
      for (const word of words) this.#hear(word);
    });
    port.on('close', () => this.#end());
  }

  /** As they were last told. */
  get figures(): ToldFigures {
    return this.#figures;
  }

  /** Lets the thread begin; it waits for that. */
  welcome(ports: ServedPorts, welcome: Welcome): void {
    this.#ports = ports;
    this.say({ kind: 'welcome', welcome });
  }

  say(word: WordToServing): void {
    if (!this.#closed) this.#outbox.push(word);
  }

  /**
   * Resolves when it is carried out; a thread that has stopped has no keys. Throws what it threw.
   */
  async order(order: KeyOrder): Promise<void> {
    if (this.#closed) return;
    assert(this.#order === undefined, 'a thread carries out one order at a time');
    this.#order = Promise.withResolvers();
    this.say({ kind: 'order', order });
    await this.#order.promise;
  }

  #hear(word: WordToFirst): void {
    switch (word.kind) {
      case 'request':
        return void this.#handle(word.id, word.request);
      case 'gone': {
        const client = this.#clients.get(word.id);
        if (client !== undefined) client.aborted = true;
        return;
      }
      case 'record':
        return void this.#record(word.id, word.text);
      case 'console':
        return this.#takeConsole(word.console);
      case 'figures':
        return this.#takeFigures(word.figures);
      case 'new-term':
        return this.#served.newTerm(word.namespace, this);
      case 'done':
        return this.#takeOrder().resolve();
      case 'failed':
        return this.#takeOrder().reject(failureOf(word.failure));
      case 'stopping':
        return this.#served.stopping();
    }
  }

  async #handle(id: number, request: PassedRequest): Promise<void> {
    const signal = { aborted: false };
    this.#clients.set(id, signal);
    try {
      const answer = await this.#served.handler.handle({ ...request, signal });
      this.say({ kind: 'answer', id, answer });
    } catch (error) {
      this.say({ kind: 'refused', id, failure: failureMessage(error) });
    } finally {
      request.body.fill(0);
      this.#clients.delete(id);
    }
  }

  async #record(id: number, text: string): Promise<void> {
    try {
      const { index } = await this.#served.trail.appendText(text);
      this.say({ kind: 'recorded', id, index });
    } catch (error) {
      this.say({ kind: 'unrecorded', id, failure: failureMessage(error) });
    }
  }

  /**
   * The handshake is answered here: its thread has checked its form, and who may have a socket is
   * counted for all threads.
   */
  #takeConsole({ headers, url, remote, binding, port }: PassedConsole): void {
    const { consoles } = this.#served;
    const stream = new PortDuplex(port, binding);
    stream.on('error', ignoreStreamError);
    // Of a request the package asks for nothing else.
    const request = { method: 'GET', httpVersion: '1.1', headers, url } as IncomingMessage;
    const refusal = consoles.refusalOf(request, remote);
    if (refusal === undefined) consoles.accept(request, stream, remote);
    else stream.end(rawRefusal(refusal));
  }

  #takeFigures(figures: ToldFigures): void {
    this.#figures = figures;
    for (const { durationsMs, ...outcome } of figures.outcomes) {
      for (const durationMs of durationsMs) this.#served.observe({ ...outcome, durationMs });
    }
  }

  #takeOrder(): PromiseWithResolvers<void> {
    const order = this.#order;
    assert(order !== undefined, 'a thread answers an order');
    this.#order = undefined;
    return order;
  }

  get #served(): ServedPorts {
    assert(this.#ports !== undefined, 'nothing is asked before the welcome');
    return this.#ports;
  }

  #end(): void {
    this.#closed = true;
    this.#figures = noFigures;
    for (const client of this.#clients.values()) client.aborted = true;
    // It has dropped its keys before it let go of its end.
    this.#order?.resolve();
    this.#order = undefined;
  }
}

/** A connection that breaks is closed, and nobody is to be told. */
function ignoreStreamError(): void {}
