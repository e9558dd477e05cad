/**
 * Opens the WebSocket of the control channel, on TLS or on the agent's Unix socket. Certificates
 * are always verified; redirects are not followed; nothing is compressed (a token beside a text of
 * somebody else's choosing must not be guessable by length).
 */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { controlAnswerBytesMax } from '../../shared/control/limits.ts';
import { connectionExporterBytes, connectionExporterLabel } from '../../shared/control/operator.ts';
import { controlPath, controlSubprotocol } from '../../shared/control/protocol.ts';
import { failure } from '../../shared/errors/failure.ts';
import { parseJson } from '../../shared/json/parse.ts';
import { isJsonObject } from '../../shared/json/value.ts';
import { controlDialTimeoutMs, controlRefusalBytesMax } from './control-limits.ts';
import { type Endpoint, endpointText } from './endpoint.ts';
import { textsIn } from './members.ts';
import { systemCode } from './small-file.ts';
import type { TlsMaterial } from './tls-material.ts';
import { transportFailure } from './transport-failure.ts';

const noContext = Buffer.alloc(0);

export interface ControlPlace {
  readonly endpoint: Endpoint;
  readonly tls: TlsMaterial;
}

export interface DialledControl {
  /** Nobody listens to it yet. */
  readonly socket: WebSocket;
  /** What ties a signature to this connection (shared/control/operator.ts). */
  readonly connection: string;
}

/**
 * An open socket. Throws `client.unreachable` and the other
 * `client.*` failures of a connection, `client.timeout`, `client.control-refused`.
 */
export function dialControl(place: ControlPlace): Promise<DialledControl> {
  const endpoint = endpointText(place.endpoint);
  return new Promise((resolve, reject) => {
    const socket = openSocket(place);
    const timer = setTimeout(() => {
      end(failure('client.timeout', { endpoint, timeoutMs: controlDialTimeoutMs }));
    }, controlDialTimeoutMs);
    const end = (error: Error): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // What a socket that is given up still has to complain of is of no interest.
      socket.on('error', () => undefined);
      socket.terminate();
      reject(error);
    };
    socket.once('error', (error) => end(dialFailure(error, place.endpoint)));
    socket.once('unexpected-response', (_request, response) => {
      readRefusal(response, endpoint).then(end, () => end(refused(endpoint, 0, [])));
    });
    let connection = '';
    socket.once('upgrade', (response) => {
      connection = exporterOf(response.socket);
    });
    socket.once('open', () => {
      clearTimeout(timer);
      socket.removeAllListeners();
      resolve({ socket, connection });
    });
  });
}

function openSocket({ endpoint, tls }: ControlPlace): WebSocket {
  const options: ClientOptions = {
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: controlAnswerBytesMax,
  };
  if (endpoint.kind === 'socket') {
    const createConnection = (() => connect(endpoint.path)) as typeof connect;
    const target = `ws://localhost/v1/${controlPath}`;
    return new WebSocket(target, controlSubprotocol, { ...options, createConnection });
  }
  const { secure, port, base } = endpoint;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  const target = `${secure ? 'wss' : 'ws'}://${host}:${port}${base}/v1/${controlPath}`;
  const { ca, ...rest } = tls;
  const secrets = secure ? { ...rest, ...(ca && { ca: [...ca] }) } : {};
  return new WebSocket(target, controlSubprotocol, { ...options, ...secrets });
}

function exporterOf(socket: Socket): string {
  if (!(socket instanceof TLSSocket)) return '';
  return socket
    .exportKeyingMaterial(connectionExporterBytes, connectionExporterLabel, noContext)
    .toString('base64');
}

function dialFailure(error: unknown, endpoint: Endpoint): Error {
  if (systemCode(error) !== undefined) return transportFailure(error, { endpoint, reused: false });
  const reason = 'it answers without the control channel';
  return failure('client.answer-malformed', { endpoint: endpointText(endpoint), reason });
}

async function readRefusal(response: IncomingMessage, endpoint: string): Promise<Error> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > controlRefusalBytesMax) break;
    chunks.push(chunk);
  }
  return refused(endpoint, response.statusCode ?? 0, errorsIn(Buffer.concat(chunks)));
}

function errorsIn(body: Buffer): readonly string[] {
  try {
    const value = parseJson(body);
    return isJsonObject(value) ? textsIn(value, 'errors') : [];
  } catch {
    return [];
  }
}

function refused(endpoint: string, status: number, texts: readonly string[]): Error {
  const unknown = status === 404 ? 'that agent is older than this console' : 'no reason given';
  const reason = texts.length === 0 ? unknown : texts.join('; ');
  return failure('client.control-refused', { endpoint, status, reason });
}
