/**
 * The control channel of an agent: a WebSocket at `/v1/sys/control` on every listener, for consoles
 * and the command line (shared/control). Here sockets are let in, counted, asked whether they are
 * still there and whether their tokens still are, and closed when the agent stops.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  controlAnonymousSocketsMax,
  controlMessageBytesMax,
  controlPingIntervalMs,
  controlSilenceMsMax,
  controlSocketsMax,
} from '../../shared/control/limits.ts';
import {
  controlCloseCodes,
  controlPath,
  controlSubprotocol,
} from '../../shared/control/protocol.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Ceremony } from '../../src/core/ceremony/ceremony.ts';
import type { Remote } from '../../src/core/request.ts';
import { addressGroup } from '../http/connection/addresses.ts';
import { endsTheProcess } from '../http/broken-promise.ts';
import type { UpgradePort } from '../http/edge-context.ts';
import { connectionBinding } from './connection-binding.ts';
import { ControlSocket, type Origin, type SocketPorts } from './control-socket.ts';
import { refusalOfHandshake } from './handshake.ts';
import {
  fragmentsMax,
  inputChunksMax,
  socketsPerAddressMax,
  tokenCheckMs,
  unsentTotalBytesMax,
} from './limits.ts';

export interface ControlTimes {
  readonly pingIntervalMs: number;
  readonly silenceMsMax: number;
  readonly tokenCheckMs: number;
}

export interface ControlServerPorts extends SocketPorts {
  readonly ceremony: Ceremony;
  /** Shorter ones, for tests. */
  readonly times?: Partial<ControlTimes>;
}

const noHead = Buffer.alloc(0);

export class ControlServer implements UpgradePort {
  readonly path = `/v1/${controlPath}`;
  readonly #ports: ControlServerPorts;
  readonly #times: ControlTimes;
  readonly #sockets = new Set<ControlSocket>();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #handshakes = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: controlMessageBytesMax,
    maxFragments: fragmentsMax,
    maxBufferedChunks: inputChunksMax,
    handleProtocols: () => controlSubprotocol,
  });
  #checking = false;
  #stopping = false;
  #emptied: () => void = () => undefined;

  constructor(ports: ControlServerPorts) {
    this.#ports = ports;
    this.#times = {
      pingIntervalMs: controlPingIntervalMs,
      silenceMsMax: controlSilenceMsMax,
      tokenCheckMs,
      ...ports.times,
    };
    const beat = setInterval(() => this.#beat(), this.#times.pingIntervalMs);
    const check = setInterval(() => void this.#check(), this.#times.tokenCheckMs);
    this.#timers = [beat.unref(), check.unref()];
  }

  /** Open sockets. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Bytes that peers have not taken yet. */
  get unsentBytes(): number {
    return [...this.#sockets].reduce((sum, socket) => sum + socket.unsentBytes, 0);
  }

  refusalOf({ headers }: IncomingMessage, remote: Remote): StrongBoxError | undefined {
    if (this.#stopping) return failure('http.stopping');
    return refusalOfHandshake(headers) ?? this.#refusalOfCount(remote);
  }

  accept(request: IncomingMessage, socket: Duplex, remote: Remote): void {
    const origin = { remote, connection: connectionBinding(socket) };
    this.#handshakes.handleUpgrade(request, socket, noHead, (webSocket) => {
      this.#open(webSocket, origin);
    });
  }

  /** Lets calls end, closes every socket, and resolves when all are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#sockets.size === 0) return;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const socket of this.#sockets) void socket.finish(controlCloseCodes.stopping);
    await emptied;
  }

  #open(webSocket: WebSocket, origin: Origin): void {
    const isCrowded = (): boolean => this.unsentBytes > unsentTotalBytesMax;
    const socket = new ControlSocket(webSocket, origin, { ...this.#ports, isCrowded });
    this.#sockets.add(socket);
    webSocket.once('close', () => {
      this.#sockets.delete(socket);
      this.#ports.ceremony.leave(socket.session.id);
      if (this.#stopping && this.#sockets.size === 0) this.#emptied();
    });
  }

  /** Whoever has the Unix socket gets in beside any number of anonymous peers on the network. */
  #refusalOfCount(remote: Remote): StrongBoxError | undefined {
    const refuse = (kind: string): StrongBoxError => failure('control.too-many-sockets', { kind });
    if (this.#sockets.size >= controlSocketsMax) return refuse('in all');
    if (remote.transport === 'unix') return undefined;
    const others = [...this.#sockets].filter(({ session }) => session.remote.transport !== 'unix');
    const group = addressGroup(remote.address);
    const near = others.filter(({ session }) => addressGroup(session.remote.address) === group);
    if (near.length >= socketsPerAddressMax) return refuse('from this address');
    const anonymous = others.filter(({ session }) => session.token === undefined);
    return anonymous.length >= controlAnonymousSocketsMax ? refuse('without a token') : undefined;
  }

  #beat(): void {
    for (const socket of this.#sockets) socket.beat(this.#times.silenceMsMax);
  }

  /** One look for all sockets: the store answers them together. */
  async #check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    const results = await Promise.allSettled(
      [...this.#sockets].flatMap((socket) => [socket.checkToken(), this.#checkOperator(socket)]),
    );
    this.#checking = false;
    for (const result of results) {
      if (result.status === 'rejected' && !endsTheProcess(result.reason)) {
        this.#ports.log.warn('a token or an operator could not be looked at', {
          error: result.reason,
        });
      }
    }
  }

  async #checkOperator(socket: ControlSocket): Promise<void> {
    if (await socket.checkOperator()) this.#ports.ceremony.proved(socket.session.id, undefined);
  }
}
