/**
 * An agent's control channel as a script: answers what the test tells it to, and misbehaves on
 * demand. Real agents are tried in test/e2e; this one is for what a good agent never does.
 */
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { controlSubprotocol } from '../../shared/control/protocol.ts';
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** The result of a call, or an error to refuse it with. Undefined: no answer at all. */
export type Script = (
  call: Call,
  socket: WebSocket,
) => { readonly result: unknown } | { readonly error: unknown } | undefined;

export class ControlStandIn implements AsyncDisposable {
  readonly path: string;
  readonly calls: Call[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #folder: TemporaryFolder;
  readonly #http: Server;
  readonly #server: WebSocketServer;

  private constructor(folder: TemporaryFolder, path: string, script: Script) {
    this.#folder = folder;
    this.path = path;
    this.#http = createServer((_, response) => response.writeHead(404).end());
    this.#server = new WebSocketServer({
      server: this.#http,
      handleProtocols: (offered) => (offered.has(controlSubprotocol) ? controlSubprotocol : false),
    });
    this.#server.on('connection', (socket) => this.#serve(socket, script));
  }

  static async start(script: Script): Promise<ControlStandIn> {
    const folder = await temporaryFolder();
    const standIn = new ControlStandIn(folder, join(folder.path, 'agent.sock'), script);
    await standIn.listen();
    return standIn;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#http.listen(this.path, resolve));
  }

  /** The newest socket. */
  get socket(): WebSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('nobody has dialled');
    return socket;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  methods(): string[] {
    return this.calls.map(({ method }) => method);
  }

  /** Ends all sockets and listens no more; `listen` begins again. */
  async vanish(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    this.#http.close();
    await this.#folder[Symbol.asyncDispose]();
  }

  #serve(socket: WebSocket, script: Script): void {
    this.sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const call = JSON.parse(data.toString()) as Call;
      this.calls.push(call);
      const answer = script(call, socket);
      if (answer !== undefined) {
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer }));
      }
    });
  }
}
