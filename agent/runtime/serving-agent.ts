/**
 * The request plane of a serving thread: connections of its own on the ports of the first thread,
 * and a core of its own for what engines serve. It has keys while the first thread has them, and
 * writes no log: records, and every other request, go to the first thread (agent/serving).
 */
import type { MessagePort } from 'node:worker_threads';
import { AuditHasher } from '../../src/audit/hasher.ts';
import { KeyringBarrier } from '../../src/barrier/keyring-barrier.ts';
import { ServingCore } from '../../src/core/serving-core.ts';
import { defaultLifetimeLimits } from '../../src/tokens/lifetime.ts';
import type { AgentConfig } from '../config/config.ts';
import { Admission } from '../http/admission/admission.ts';
import { HttpListener } from '../http/http-listener.ts';
import type { RequestHandler } from '../http/request-handler.ts';
import { fatal } from '../lifetime/fatal.ts';
import { hostClock, hostTimers } from '../lifetime/host-clock.ts';
import { Undo } from '../lifetime/undo.ts';
import { FirstThread, type ServingOrders } from '../serving/first-thread.ts';
import type { SharedListener } from '../serving/messages.ts';
import { learnTerm } from '../serving/new-term.ts';
import { RelayedConsoles } from '../serving/relayed-consoles.ts';
import { FigureTeller } from '../serving/figure-teller.ts';
import type { ProcessLog } from '../telemetry/log.ts';
import type { Storage } from '../threads/storage.ts';
import { collectGarbage } from './collect-garbage.ts';
import { engines } from './engines.ts';
import { SystemRandom } from './random.ts';

export interface ServingPorts {
  readonly log: ProcessLog;
  readonly storage: Storage;
  /** The link to the first thread. */
  readonly first: MessagePort;
}

export class ServingAgent {
  readonly #closing: Undo;

  private constructor(closing: Undo) {
    this.#closing = closing;
  }

  /** Resolves when it listens, which is after the first thread does. Throws `listener.…`. */
  static async start(config: AgentConfig, ports: ServingPorts): Promise<ServingAgent> {
    const closing = new Undo();
    try {
      await open(config, ports, closing);
      return new ServingAgent(closing);
    } catch (error) {
      await closing.run();
      throw error;
    }
  }

  /** SIGHUP: files are the first thread's, which tells of new certificates. */
  async reload(): Promise<void> {}

  /** Finishes what is under way, drops the keys, closes everything. Idempotent. */
  stop(): Promise<void> {
    return this.#closing.run();
  }
}

async function open(config: AgentConfig, ports: ServingPorts, closing: Undo): Promise<void> {
  const { log, storage } = ports;
  closing.push(() => storage.close());
  const first = new FirstThread(ports.first);
  closing.push(() => first.close());
  const { serving, barrier } = buildServing(ports, first);
  closing.push(() => dropKeys(serving));
  const listeners: HttpListener[] = [];
  const { listeners: shared } = await first.begin(ordersOf(serving, barrier, listeners));

  const admission = new Admission();
  const figures = new FigureTeller({
    timers: hostTimers,
    admission,
    connections: () => listeners.reduce((sum, { connections }) => sum + connections.open, 0),
    tell: (told) => first.tellFigures(told),
  });
  closing.push(() => figures.stop());
  const parts = {
    handler: handlerOf(serving, first),
    admission,
    upgrade: new RelayedConsoles(first, hostTimers),
    log,
    limits: { requestBytes: config.limits.requestBytes },
    observe: figures.observe,
  };
  listeners.push(...shared.map((place) => new HttpListener({ ...parts, ...listenerOf(place) })));
  closing.push(async () => {
    await Promise.all(listeners.map((listener) => listener.drain()));
  });
  closing.push(() => first.tellStopping());
  for (const listener of listeners) await listener.start();
}

/** The core, which records through the first thread, and its barrier. Both are empty. */
function buildServing(
  { log, storage }: ServingPorts,
  first: FirstThread,
): { readonly serving: ServingCore; readonly barrier: KeyringBarrier } {
  const { store } = storage;
  const onNewTerm = (namespace: string): void => first.tellNewTerm(namespace);
  const barrier = new KeyringBarrier({ store, random: new SystemRandom(), onNewTerm });
  const serving = new ServingCore({
    store,
    barrier,
    trail: first,
    auditHasher: new AuditHasher(),
    clock: hostClock,
    timers: hostTimers,
    log,
    engines,
    lifetimes: defaultLifetimeLimits,
    onFatal: (error) => fatal(log, error),
  });
  return { serving, barrier };
}

function ordersOf(
  serving: ServingCore,
  barrier: KeyringBarrier,
  listeners: readonly HttpListener[],
): ServingOrders {
  return {
    obey: (order) => (order.kind === 'open' ? serving.open(order.rootKey) : dropKeys(serving)),
    newTerm: (namespace) => learnTerm(barrier, namespace),
    replaceIdentity: (at, identity) => listeners[at]?.replaceIdentity(identity),
  };
}

async function dropKeys(serving: ServingCore): Promise<void> {
  await serving.close();
  collectGarbage();
}

/** What is not served here is passed on; while sealed, that is everything. */
function handlerOf(serving: ServingCore, first: RequestHandler): RequestHandler {
  return {
    handle: (request) =>
      serving.isServed(request.path) ? serving.core.handle(request) : first.handle(request),
  };
}

function listenerOf({ host, port, names, identity }: SharedListener): {
  readonly endpoint: ConstructorParameters<typeof HttpListener>[0]['endpoint'];
  readonly names: readonly string[];
} {
  return { endpoint: { kind: 'tcp', host, port, tls: identity, sharing: 'later' }, names };
}
