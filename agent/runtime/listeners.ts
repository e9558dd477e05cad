/** Every entry of `listen` as one: they start together, and stop together. */
import { assert } from '../../shared/assert.ts';
import type { Log } from '../../src/ports/log.ts';
import type { AgentConfig, ListenConfig, TcpListenConfig } from '../config/config.ts';
import { type Endpoint, HttpListener } from '../http/http-listener.ts';
import type { Admission } from '../http/admission/admission.ts';
import type { RequestHandler } from '../http/request-handler.ts';
import type { UpgradePort } from '../http/edge-context.ts';
import type { SharedListener } from '../serving/messages.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import type { Certificates } from './certificates.ts';

export interface ListenersOptions {
  readonly config: AgentConfig;
  readonly handler: RequestHandler;
  readonly admission: Admission;
  readonly upgrade: UpgradePort;
  readonly log: Log;
  readonly certificates: Certificates;
  readonly metrics: AgentMetrics;
}

export class Listeners {
  readonly #options: ListenersOptions;
  readonly #listeners: readonly HttpListener[];

  constructor(options: ListenersOptions) {
    this.#options = options;
    this.#listeners = options.config.listen.map((config) => this.#make(config));
  }

  /** Throws `listener.…` for the first one that cannot listen. */
  async start(): Promise<void> {
    for (const listener of this.#listeners) {
      await listener.start();
      this.#options.metrics.watchListener(listener);
    }
  }

  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /** Those that serving threads listen on, too: every TCP port. */
  shared(): readonly { readonly config: TcpListenConfig; readonly listener: SharedListener }[] {
    return this.#options.config.listen.flatMap((config, at) => {
      if (config.kind !== 'tcp') return [];
      const bound = this.#listeners[at]?.bound;
      assert(bound !== undefined, 'it listens');
      const { names } = config;
      const identity = this.#options.certificates.identityOf(config);
      return [{ config, listener: { ...bound, names, identity } }];
    });
  }

  async drain(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.drain()));
  }

  #make(config: ListenConfig): HttpListener {
    const { handler, admission, upgrade, log, metrics, certificates } = this.#options;
    const listener = new HttpListener({
      endpoint: this.#endpoint(config),
      handler,
      admission,
      upgrade,
      log,
      names: config.kind === 'tcp' ? config.names : [],
      limits: { requestBytes: this.#options.config.limits.requestBytes },
      observe: metrics.observe,
    });
    if (config.kind === 'tcp') certificates.serve(listener, config);
    return listener;
  }

  #endpoint(config: ListenConfig): Endpoint {
    if (config.kind === 'socket') {
      return { kind: 'unix', path: config.path, mode: config.mode, group: config.group };
    }
    const tls = this.#options.certificates.identityOf(config);
    const sharing = this.#options.config.threads.request > 1 ? 'first' : undefined;
    return { kind: 'tcp', host: config.host, port: config.port, tls, sharing };
  }
}
