import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { assert } from '../../shared/assert.ts';
import { failure } from '../../shared/errors/failure.ts';
import type { Log } from '../../src/ports/log.ts';
import { certificateNames } from '../tls/certificate-maker.ts';
import type { TlsIdentity } from '../tls/identity.ts';
import { Admission } from './admission/admission.ts';
import { EarlyRefusal } from './admission/early-refusal.ts';
import { isLoopback } from './connection/addresses.ts';
import { ConnectionTable } from './connection/connection-table.ts';
import { createEdgeServer } from './edge-server.ts';
import type { EdgeContext, ExchangeOutcome, UpgradePort } from './edge-context.ts';
import { HostNames } from './host-names.ts';
import { defaultHttpLimits, type HttpLimits } from './http-limits.ts';
import { hostPort, listenOnPort, type PortSharing } from './listen.ts';
import type { RequestHandler } from './request-handler.ts';
import { listenOnUnixSocket, type UnixSocketPlace } from './unix-socket.ts';
import { sleepUntilInput } from './connection/sleeping-connection.ts';
import type { ShimOptions } from './connection/shim-types.ts';
import { TlsHandshakes } from './connection/tls-handshakes.ts';
import { VerbShim } from './connection/verb-shim.ts';

/** Where a listener listens. Port 0 takes a free one; without TLS only loopback is served. */
export type Endpoint =
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly tls: TlsIdentity | undefined;
      /** Listens beside other threads of this process: as the first of them, or as a later one. */
      readonly sharing?: PortSharing | undefined;
    }
  | ({ readonly kind: 'unix' } & UnixSocketPlace);

export interface HttpListenerOptions {
  readonly endpoint: Endpoint;
  readonly handler: RequestHandler;
  readonly log: Log;
  /**
   * Names in Host headers, besides addresses, localhost, the host's and the certificate's names.
   */
  readonly names?: readonly string[] | undefined;
  readonly limits?: Partial<HttpLimits> | undefined;
  /** One for all listeners of an agent, and its consoles; without it the listener has its own. */
  readonly admission?: Admission | undefined;
  readonly observe?: ((outcome: ExchangeOutcome) => void) | undefined;
  /** Takes over WebSocket connections; without it an upgrade is a request like any other. */
  readonly upgrade?: UpgradePort | undefined;
}

/** One entry of `listen`: accepts connections, serves requests on them, stops gently. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #limits: HttpLimits;
  readonly #table: ConnectionTable;
  readonly #server: Server;
  readonly #admission: Admission;
  readonly #shimOptions: ShimOptions;
  readonly #http: HttpServer;
  readonly #tls: TlsServer | undefined;
  readonly #handshakes: TlsHandshakes;
  #sweeper: NodeJS.Timeout | undefined;
  #removeSocket: (() => void) | undefined;
  #names: HostNames;
  #draining = false;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#limits = { ...defaultHttpLimits, ...options.limits };
    this.#table = new ConnectionTable(this.#limits, (shim) => this.#sleep(shim));
    const identity = options.endpoint.kind === 'tcp' ? options.endpoint.tls : undefined;
    this.#names = hostNames(options.names, identity);
    this.#admission = options.admission ?? new Admission();
    this.#shimOptions = this.#optionsOfShims(identity !== undefined);
    this.#http = createEdgeServer(this.#edgeContext());
    this.#tls = identity === undefined ? undefined : this.#createTls(identity);
    this.#handshakes = new TlsHandshakes(
      this.#limits,
      (socket) => void this.#tls?.emit('connection', socket),
    );
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Resolves when connections are accepted. Throws `listener.*`. */
  async start(): Promise<void> {
    const { endpoint } = this.#options;
    try {
      if (endpoint.kind === 'unix') {
        this.#removeSocket = await listenOnUnixSocket(this.#server, endpoint);
      } else {
        refuseExposed(endpoint.host, endpoint.port, endpoint.tls);
        await listenOnPort(this.#server, endpoint);
      }
    } catch (error) {
      this.#http.close();
      throw error;
    }
    this.#server.on('error', (error) => {
      this.#options.log.error('a listener failed to accept a connection', { error });
    });
    this.#sweeper = setInterval(
      () => this.#table.sweep(performance.now()),
      this.#limits.connectionsCheckMs,
    );
    this.#sweeper.unref();
  }

  /** What clients put in VAULT_ADDR: `https://127.0.0.1:8200`, `unix:///run/….sock`. */
  get address(): string {
    const { endpoint } = this.#options;
    if (endpoint.kind === 'unix') return `unix://${endpoint.path}`;
    const { host, port } = this.bound;
    return `${this.#tls === undefined ? 'http' : 'https'}://${hostPort(host, port)}`;
  }

  /** Where a TCP listener listens in fact: port 0 has become one. */
  get bound(): { readonly host: string; readonly port: number } {
    const bound = this.#server.address();
    assert(bound !== null && typeof bound === 'object', 'a started listener has an address');
    return { host: bound.address, port: bound.port };
  }

  /** Connections and requests of this moment, and connections refused since the start. */
  get connections(): {
    readonly open: number;
    readonly inFlight: number;
    readonly sleeping: number;
    readonly refused: number;
  } {
    return {
      open: this.#table.open,
      inFlight: this.#table.inFlight,
      sleeping: this.#table.sleeping,
      refused: this.#table.refused + this.#handshakes.givenUp,
    };
  }

  /** Serves another certificate to new connections. */
  replaceIdentity(identity: TlsIdentity): void {
    assert(this.#tls !== undefined, 'a TLS listener');
    this.#tls.setSecureContext(secureOptions(identity));
    this.#names = hostNames(this.#options.names, identity);
  }

  /**
   * Stops accepting, lets requests in flight finish for `drainMs` (0: not at all) and closes every
   * connection. Resolves when all are closed. Idempotent.
   */
  async drain(drainMs: number = this.#limits.drainMs): Promise<void> {
    this.#draining = true;
    this.#removeSocket?.();
    this.#removeSocket = undefined;
    if (this.#server.listening) this.#server.close();
    this.#table.closeIdle();
    const deadline = setTimeout(() => this.#table.destroyAll(), drainMs);
    // Connections that became idle, or whose request was being read when the drain began.
    const again = setInterval(() => this.#table.closeIdle(), this.#limits.connectionsCheckMs);
    await this.#table.emptied();
    clearTimeout(deadline);
    clearInterval(again);
    this.#end();
  }

  #end(): void {
    clearInterval(this.#sweeper);
    this.#http.close();
    this.#tls?.close();
  }

  #accept(socket: Socket): void {
    if (!this.#table.admit(socket)) return;
    socket.on('error', ignoreSocketError);
    if (this.#tls === undefined) this.#serve(socket);
    else this.#handshakes.awaitClient(socket);
  }

  #serve(socket: Socket, requestsBegun = 0): VerbShim {
    const shim = new VerbShim(socket, { ...this.#shimOptions, requestsBegun });
    this.#table.add(shim);
    this.#http.emit('connection', shim);
    return shim;
  }

  #sleep(shim: VerbShim): void {
    const { requestsBegun } = shim;
    const socket = shim.release();
    this.#table.asleep(socket);
    sleepUntilInput(socket, this.#limits.keepAliveMs, (chunk) => {
      this.#table.awake(socket);
      this.#serve(socket, requestsBegun).receive(chunk);
    });
  }

  #createTls(identity: TlsIdentity): TlsServer {
    const server = createTlsServer({
      ...secureOptions(identity),
      allowHalfOpen: true,
      handshakeTimeout: this.#limits.tlsHandshakeMs,
      ALPNProtocols: ['http/1.1'],
    });
    server.on('secureConnection', (socket) => {
      this.#handshakes.finished(socket);
      this.#serve(socket);
    });
    server.on('tlsClientError', (error, socket) => {
      this.#options.log.debug('a TLS handshake failed', { error: error.message });
      socket.destroy();
    });
    return server;
  }

  #optionsOfShims(encrypted: boolean): ShimOptions {
    const early = new EarlyRefusal(this.#admission, encrypted);
    const { pace } = this.#admission;
    return {
      lingerMs: this.#limits.lingerMs,
      // An answer on a listener that stops has to say that the connection ends.
      refuseEarly: (chunk) => (this.#draining ? undefined : early.answerTo(chunk)),
      pace: {
        mayReadOn: (wake) => this.#draining || pace.mayReadOn(wake),
        forget: (wake) => pace.forget(wake),
      },
    };
  }

  #edgeContext(): EdgeContext {
    const currentNames = (): HostNames => this.#names;
    const isDraining = (): boolean => this.#draining;
    return {
      handler: this.#options.handler,
      limits: this.#limits,
      admission: this.#admission,
      log: this.#options.log,
      kind: transportOf(this.#options.endpoint),
      upgrade: this.#options.upgrade,
      observe: this.#options.observe,
      get names() {
        return currentNames();
      },
      get draining() {
        return isDraining();
      },
    };
  }
}

function transportOf(endpoint: Endpoint): 'unix' | 'tls' | 'tcp' {
  if (endpoint.kind === 'unix') return 'unix';
  return endpoint.tls === undefined ? 'tcp' : 'tls';
}

/** A client that trusts the certificate may use any name in it. */
function hostNames(names: readonly string[] = [], identity: TlsIdentity | undefined): HostNames {
  const certified = identity === undefined ? [] : certificateNames(identity.certificate);
  return new HostNames([...names, ...certified]);
}

function secureOptions(identity: TlsIdentity): {
  readonly key: Buffer;
  readonly cert: Buffer;
  readonly minVersion: 'TLSv1.3';
} {
  return { key: identity.key, cert: identity.certificate, minVersion: 'TLSv1.3' };
}

function refuseExposed(host: string, port: number, tls: TlsIdentity | undefined): void {
  if (tls !== undefined || isLoopback(host)) return;
  throw failure('listener.plain-exposed', { address: hostPort(host, port) });
}

/** A connection that breaks is closed by whoever uses it; before that nobody does. */
function ignoreSocketError(): void {}
