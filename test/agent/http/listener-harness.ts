import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import {
  type Endpoint,
  HttpListener,
  type HttpListenerOptions,
} from '../../../agent/http/http-listener.ts';
import { AutoIdentity } from '../../../agent/tls/auto-identity.ts';
import type { TlsIdentity } from '../../../agent/tls/identity.ts';
import type { CoreAnswer, CoreRequest } from '../../../src/core/request.ts';
import type { Log, LogFields } from '../../../src/ports/log.ts';
import type { AtEnd } from '../../fuzz/target.ts';

/** A listener on each kind of socket, and clients that send exactly the bytes a test wants. */

export type Transport = 'tcp' | 'tls' | 'unix';
export const transports: readonly Transport[] = ['tcp', 'tls', 'unix'];

export class RecordingLog implements Log {
  readonly lines: { level: string; message: string; fields: LogFields | undefined }[] = [];
  debug = (message: string, fields?: LogFields): void => this.#add('debug', message, fields);
  info = (message: string, fields?: LogFields): void => this.#add('info', message, fields);
  warn = (message: string, fields?: LogFields): void => this.#add('warn', message, fields);
  error = (message: string, fields?: LogFields): void => this.#add('error', message, fields);

  #add(level: string, message: string, fields: LogFields | undefined): void {
    this.lines.push({ level, message, fields });
  }
}

export type Handle = (request: CoreRequest) => Promise<CoreAnswer> | CoreAnswer;

export interface Harness {
  readonly listener: HttpListener;
  readonly log: RecordingLog;
  /** What the handler was given, oldest first. Bodies are copies: the edge zeroes them. */
  readonly requests: CoreRequest[];
  connect(): Promise<RawClient>;
  /** Sends bytes on a connection of their own and returns the first answer. */
  send(bytes: string): Promise<RawAnswer>;
}

export interface HarnessOptions {
  readonly transport?: Transport;
  readonly handle?: Handle;
  readonly limits?: HttpListenerOptions['limits'];
  readonly names?: readonly string[];
  readonly upgrade?: HttpListenerOptions['upgrade'];
  readonly observe?: HttpListenerOptions['observe'];
  readonly admission?: HttpListenerOptions['admission'];
}

let identity: Promise<TlsIdentity> | undefined;

/** One certificate for all tests of a file. */
function testIdentity(): Promise<TlsIdentity> {
  identity ??= makeIdentity();
  return identity;
}

async function makeIdentity(): Promise<TlsIdentity> {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-http-'));
  try {
    const auto = await AutoIdentity.open({ folder, names: ['named.example'], nowMs: Date.now });
    return auto.identity;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function startListener(t: AtEnd, options: HarnessOptions = {}): Promise<Harness> {
  const requests: CoreRequest[] = [];
  const log = new RecordingLog();
  const handle = options.handle ?? ((): CoreAnswer => ({ status: 200, body: { ok: true } }));
  const endpoint = await endpointOf(t, options.transport ?? 'tcp');
  const listener = new HttpListener({
    ...options,
    endpoint,
    log,
    handler: {
      handle: async (request) => {
        requests.push({ ...request, body: Uint8Array.from(request.body) });
        return handle(request);
      },
    },
  });
  await listener.start();
  t.after(() => listener.drain(0));
  const connect = () => RawClient.connect(listener.address);
  const send = async (bytes: string) => {
    const client = await connect();
    try {
      client.write(bytes);
      return await client.answer();
    } finally {
      client.close();
    }
  };
  return { listener, log, requests, connect, send };
}

async function endpointOf(t: AtEnd, transport: Transport): Promise<Endpoint> {
  if (transport !== 'unix') {
    const tls = transport === 'tls' ? await testIdentity() : undefined;
    return { kind: 'tcp', host: '127.0.0.1', port: 0, tls };
  }
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-http-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { kind: 'unix', path: join(folder, 'agent.sock'), mode: 0o600, group: undefined };
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Open a plain socket to a listener's address. */
function openSocket(address: string): Socket {
  if (address.startsWith('unix://')) return connectTcp(address.slice('unix://'.length));
  const { hostname, port } = new URL(address);
  const host = hostname.replaceAll(/[[\]]/g, '');
  if (address.startsWith('https:')) {
    return connectTls({ host, port: Number(port), rejectUnauthorized: false });
  }
  return connectTcp(Number(port), host);
}

export class RawClient {
  readonly socket: Socket;
  #input = '';
  #closed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1');
      this.#wake();
    });
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async connect(address: string): Promise<RawClient> {
    const socket = openSocket(address);
    const client = new RawClient(socket);
    await once(socket, address.startsWith('https:') ? 'secureConnect' : 'connect');
    return client;
  }

  write(bytes: string): void {
    this.socket.write(Buffer.from(bytes, 'latin1'));
  }

  close(): void {
    this.socket.destroy();
  }

  /** The next whole answer. Rejects if the connection closes before. `bodiless`: answers HEAD. */
  async answer(bodiless = false): Promise<RawAnswer> {
    for (;;) {
      const answer = this.#take(bodiless);
      if (answer !== undefined) return answer;
      if (this.#closed) throw new Error(`closed after: ${JSON.stringify(this.#input)}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves when the server has closed; returns what came before, unread by `answer`. */
  async closed(): Promise<string> {
    if (!this.#closed) await once(this.socket, 'close');
    return this.#input;
  }

  #take(bodiless: boolean): RawAnswer | undefined {
    const end = this.#input.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [first = '', ...lines] = this.#input.slice(0, end).split('\r\n');
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
      }),
    );
    const length = bodiless ? 0 : Number(headers.get('content-length') ?? 0);
    if (this.#input.length < end + 4 + length) return undefined;
    const body = this.#input.slice(end + 4, end + 4 + length);
    this.#input = this.#input.slice(end + 4 + length);
    return { status: Number(first.split(' ')[1]), headers, body };
  }
}

/** A request with a Host header and whatever else a test adds, lines ended by CR LF. */
export function requestText(line: string, headers = '', body = ''): string {
  return `${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n${body}`;
}
