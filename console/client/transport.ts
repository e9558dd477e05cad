import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { failure, StrongBoxError } from '../../shared/errors/failure.ts';
import { answerBytesMax } from '../limits.ts';
import { type Endpoint, endpointText } from './endpoint.ts';
import type { TlsMaterial } from './tls-material.ts';
import { transportFailure } from './transport-failure.ts';

/**
 * Not imported: an import of `node:http` reads each of its exports, and one of them loads all of
 * undici, which is a tenth of a second of every command on a busy host.
 */
const { Agent: HttpAgent, request } = process.getBuiltinModule('node:http');
const { Agent: HttpsAgent, request: requestSecurely } = process.getBuiltinModule('node:https');

/** One exchange over HTTP/1.1, on TCP, TLS or a Unix socket, bounded in time and size. */
export interface Exchange {
  readonly method: string;
  /** From the slash on, encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly bytes: Buffer;
}

export interface TransportOptions {
  readonly endpoint: Endpoint;
  readonly tls: TlsMaterial;
  readonly timeoutMs: number;
}

/** A kept connection to one server. Errors are failures of the registry, without their cause. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #agent: Agent;

  constructor(options: TransportOptions) {
    this.#options = options;
    const secure = options.endpoint.kind === 'url' && options.endpoint.secure;
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 1 });
  }

  /** Throws `client.unreachable` and the other `client.*` failures of a connection. */
  exchange(exchange: Exchange): Promise<RawAnswer> {
    const { timeoutMs, endpoint } = this.#options;
    return new Promise((resolve, reject) => {
      const outgoing = this.#open(exchange);
      let late: StrongBoxError | undefined;
      const timer = setTimeout(() => {
        late = failure('client.timeout', { endpoint: endpointText(endpoint), timeoutMs });
        outgoing.destroy(late);
      }, timeoutMs);
      const fail = (error: unknown) => {
        clearTimeout(timer);
        outgoing.destroy();
        reject(late ?? asFailure(error, endpoint, outgoing));
      };
      outgoing.once('error', fail);
      outgoing.once('response', (incoming) => {
        readAnswer(incoming, endpoint).then((answer) => {
          clearTimeout(timer);
          resolve(answer);
        }, fail);
      });
      outgoing.end(exchange.body);
    });
  }

  /** Lets the process end. */
  close(): void {
    this.#agent.destroy();
  }

  #open({ method, target, headers, body }: Exchange): ClientRequest {
    const { endpoint, tls } = this.#options;
    const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
    const common = { method, agent: this.#agent, headers: { ...headers, ...length } };
    if (endpoint.kind === 'socket') {
      return request({ ...common, socketPath: endpoint.path, host: 'localhost', path: target });
    }
    const place = { host: endpoint.host, port: endpoint.port, path: endpoint.base + target };
    if (!endpoint.secure) return request({ ...common, ...place });
    const { ca, ...rest } = tls;
    return requestSecurely({ ...common, ...place, ...rest, ...(ca && { ca: [...ca] }) });
  }
}

async function readAnswer(incoming: IncomingMessage, endpoint: Endpoint): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > answerBytesMax) {
      throw failure('client.answer-too-large', {
        endpoint: endpointText(endpoint),
        answerBytesMax,
      });
    }
    chunks.push(chunk);
  }
  const retryAfter = incoming.headers['retry-after'];
  return {
    status: incoming.statusCode ?? 0,
    retryAfterSeconds: /^\d{1,6}$/u.test(retryAfter ?? '') ? Number(retryAfter) : undefined,
    bytes: Buffer.concat(chunks, length),
  };
}

function asFailure(error: unknown, endpoint: Endpoint, outgoing: ClientRequest): StrongBoxError {
  if (error instanceof StrongBoxError) return error;
  return transportFailure(error, { endpoint, reused: outgoing.reusedSocket });
}
