import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** What a client sent. */
export interface Received {
  readonly method: string;
  /** As on the wire, still encoded. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; text and bytes as they are; nothing where it is undefined. */
  readonly body?: unknown;
  /** Leaves the request without an answer, or breaks the connection off. */
  readonly instead?: 'silence' | 'break';
}

export type Responder = (received: Received) => Reply;

/** A small real HTTP server in place of an agent, with the answers that a test wants. */
export class StandIn implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(
    responder: Responder,
    place: { readonly socket?: string; readonly tls?: { cert: string; key: Buffer } } = {},
  ): Promise<StandIn> {
    const handler = (request: IncomingMessage, response: ServerResponse): void => {
      void standIn.#answer(request, response, responder);
    };
    const server =
      place.tls === undefined
        ? createServer(handler)
        : createSecureServer({ cert: place.tls.cert, key: pemOf(place.tls.key) }, handler);
    const standIn = new StandIn(server);
    await new Promise<void>((resolve) => {
      if (place.socket === undefined) server.listen(0, '127.0.0.1', resolve);
      else server.listen(place.socket, resolve);
    });
    return standIn;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Method and target of all requests, in order. */
  get asked(): string[] {
    return this.received.map(({ method, target }) => `${method} ${target}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    responder: Responder,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const received = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.received.push(received);
    const reply = responder(received);
    if (reply.instead === 'silence') return;
    if (reply.instead === 'break') {
      request.socket.destroy();
      return;
    }
    const { body } = reply;
    const raw = typeof body === 'string' || body instanceof Uint8Array;
    response.writeHead(reply.status ?? (body === undefined ? 204 : 200), reply.headers);
    response.end(body === undefined || raw ? body : `${JSON.stringify(body)}\n`);
  }
}

/** An envelope around data, as the API answers. */
export function envelope(data: unknown, more: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    request_id: '6f2d0000-0000-4000-8000-000000000000',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data,
    wrap_info: null,
    warnings: null,
    auth: null,
    ...more,
  };
}

/** Answers by method and target; anything else is a 404 without a text. */
export function responderOf(replies: Readonly<Record<string, Reply>>): Responder {
  return ({ method, target }) =>
    replies[`${method} ${target}`] ?? { status: 404, body: { errors: [] } };
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').replaceAll(/(.{64})/gu, '$1\n');
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}
