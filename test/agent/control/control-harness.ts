/**
 * A real agent in this process, on TLS, plain loopback and a Unix socket, and consoles that speak
 * to it through the WebSocket package as the product's own do.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectNet } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientOptions, WebSocket } from 'ws';
import { openStorage } from '../../../agent/process/open-storage.ts';
import { Agent } from '../../../agent/runtime/agent.ts';
import type { AgentConfig } from '../../../agent/config/config.ts';
import { makeLog } from '../../../agent/telemetry/log.ts';
import type { ControlMethod, ParamsOf, ResultOf } from '../../../shared/control/methods.ts';
import { controlSubprotocol } from '../../../shared/control/protocol.ts';
import type { TopicName, TopicUpdate } from '../../../shared/control/topics.ts';
import { type CallOptions, callAgent, type HttpAnswer } from '../../support/agent-process.ts';
import type { AtEnd } from '../../fuzz/target.ts';

export type Transport = 'tls' | 'tcp' | 'unix';
export const transports: readonly Transport[] = ['tls', 'tcp', 'unix'];

export interface AgentHandle {
  readonly agent: Agent;
  readonly folder: string;
  readonly config: AgentConfig;
  /** By plain HTTP on loopback; `method` may be any verb. */
  call(method: string, path: string, options?: CallOptions): Promise<HttpAnswer>;
  /** Initialises and unseals; the shares are framed. */
  unsealed(shares?: number, threshold?: number): Promise<Founded>;
  dial(options?: DialOptions): Promise<Console>;
}

export interface Founded {
  readonly shares: readonly string[];
  readonly rootToken: string;
}

export interface DialOptions {
  readonly transport?: Transport;
  readonly token?: string;
  readonly websocket?: ClientOptions;
}

export interface AgentChanges {
  readonly rotateBytes?: number;
  readonly dev?: true;
  readonly requestBytes?: number;
}

/** Starts an agent; it is stopped, and its folder gone, when the test is over. */
export async function startAgent(t: AtEnd, changes: AgentChanges = {}): Promise<AgentHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-'));
  const config = configOf(folder, changes);
  const giveUp = (reason: Error): never => {
    throw reason;
  };
  const agent = await Agent.start(config, {
    log: makeLog({ level: 'error', nodeId: 'node-1', descriptor: 2 }),
    storage: await openStorage(config, giveUp),
    serving: [],
    onSealChange: () => undefined,
  });
  t.after(async () => {
    await agent.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const [tls = '', tcp = ''] = agent.addresses;
  const port = Number(new URL(tcp).port);
  const call: AgentHandle['call'] = (method, path, options) =>
    callAgent({ port }, method, path, options);
  const handle: AgentHandle = {
    agent,
    folder,
    config,
    call,
    async unsealed(shares = 3, threshold = 2) {
      const body = { secret_shares: shares, secret_threshold: threshold };
      const made = await call('PUT', '/v1/sys/init', { body });
      assert.equal(made.status, 200, made.text);
      const founded = made.json as { shares: string[]; root_token: string };
      for (const key of founded.shares.slice(0, threshold)) {
        const answer = await call('PUT', '/v1/sys/unseal', { body: { key } });
        assert.equal(answer.status, 200, answer.text);
      }
      return { shares: founded.shares, rootToken: founded.root_token };
    },
    async dial(options = {}) {
      const { transport = 'tcp' } = options;
      const target = await targetOf({ folder, tls, tcp }, transport, agent);
      const console = await Console.dial(target.address, {
        ...target.options,
        ...options.websocket,
      });
      t.after(() => console.socket.terminate());
      if (options.token !== undefined) await console.call('authenticate', { token: options.token });
      return console;
    },
  };
  return handle;
}

async function targetOf(
  places: { readonly folder: string; readonly tls: string; readonly tcp: string },
  transport: Transport,
  agent: Agent,
): Promise<{ readonly address: string; readonly options: ClientOptions }> {
  const path = '/v1/sys/control';
  if (transport === 'tcp') {
    return { address: `ws://127.0.0.1:${new URL(places.tcp).port}${path}`, options: {} };
  }
  if (transport === 'unix') {
    const createConnection = (() =>
      connectNet(join(places.folder, 'sb.sock'))) as typeof connectNet;
    return { address: `ws://localhost${path}`, options: { createConnection } };
  }
  assert.ok(agent.authorityPath !== undefined);
  const ca = await readFile(agent.authorityPath);
  return { address: `wss://127.0.0.1:${new URL(places.tls).port}${path}`, options: { ca } };
}

function configOf(folder: string, changes: AgentChanges): AgentConfig {
  const file = {
    type: 'file',
    name: 'file',
    path: join(folder, 'audit', 'audit.log'),
    sync: 'write',
    rotate: { bytes: changes.rotateBytes ?? 268_435_456, keep: 30 },
  } as const;
  return {
    node: { id: 'node-1', data: changes.dev === true ? undefined : join(folder, 'data') },
    listen: [
      {
        kind: 'tcp',
        host: '127.0.0.1',
        port: 0,
        tls: { kind: changes.dev ? 'off' : 'auto' },
        names: [],
      },
      { kind: 'tcp', host: '127.0.0.1', port: 0, tls: { kind: 'off' }, names: [] },
      { kind: 'socket', path: join(folder, 'sb.sock'), mode: 0o600, group: undefined },
    ],
    threads: { request: 1 },
    init: { from: 'local', mounts: [] },
    audit: changes.dev === true ? [] : [file],
    metrics: { access: 'token' },
    log: { level: 'error' },
    limits: { requestBytes: changes.requestBytes ?? 1_048_576 },
  };
}

/** The error of an answer. */
export class Refused extends Error {
  readonly rpcCode: number;
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(error: { code: number; message: string; data?: { code: string; status: number } }) {
    super(error.message);
    this.rpcCode = error.code;
    this.code = error.data?.code;
    this.status = error.data?.status;
  }
}

interface Waiter {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One console's end of the channel. */
export class Console {
  readonly socket: WebSocket;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly updates: TopicUpdate[] = [];
  /** Answers to no request that was read. */
  readonly strays: unknown[] = [];
  readonly #waiting = new Map<number, Waiter>();
  readonly #watchers = new Set<() => void>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    this.closed = once(socket, 'close').then(([code]) => code as number);
    socket.on('message', (data) => this.#receive(JSON.parse((data as Buffer).toString())));
    socket.on('close', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`closed ${code}`));
    });
  }

  static async dial(address: string, options: ClientOptions): Promise<Console> {
    const socket = new WebSocket(address, controlSubprotocol, {
      perMessageDeflate: false,
      ...options,
    });
    const console = new Console(socket);
    await Promise.race([
      once(socket, 'open'),
      console.closed.then(() => assert.fail('the handshake failed')),
    ]);
    return console;
  }

  call<Method extends ControlMethod>(
    method: Method,
    params: ParamsOf<Method>,
  ): Promise<ResultOf<Method>> {
    return this.callAny(method, params) as Promise<ResultOf<Method>>;
  }

  callAny(method: string, params: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answer;
  }

  /** The first update of a topic, from now or before, that is as wanted. */
  async update<Topic extends TopicName>(
    topic: Topic,
    wanted: (update: Extract<TopicUpdate, { topic: Topic }>) => boolean = () => true,
  ): Promise<Extract<TopicUpdate, { topic: Topic }>> {
    for (;;) {
      const found = this.updates.find(
        (update): update is Extract<TopicUpdate, { topic: Topic }> =>
          update.topic === topic && wanted(update as Extract<TopicUpdate, { topic: Topic }>),
      );
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const watcher = (): void => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
  }

  #receive(message: unknown): void {
    const { id, result, error, method, params } = message as {
      id?: number | null;
      result?: unknown;
      error?: ConstructorParameters<typeof Refused>[0];
      method?: string;
      params?: TopicUpdate;
    };
    if (method === 'update' && params !== undefined) {
      this.updates.push(params);
      for (const watcher of this.#watchers) watcher();
      return;
    }
    const waiter = this.#waiting.get(id ?? 0);
    if (waiter === undefined) {
      this.strays.push(message);
      return;
    }
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiter.resolve(result);
    else waiter.reject(new Refused(error));
  }
}
