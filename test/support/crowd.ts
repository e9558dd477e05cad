/**
 * Many plain connections at once, that ask, drip, idle or never read, as a test or a campaign
 * wants. They come from several loopback addresses, for an agent takes only so many from one.
 */
import { connect, type Socket } from 'node:net';

/** Below the agent's limit of connections from one address. */
const connectionsPerAddress = 4_000;
/** Connections that are being made at the same time: fewer than a listener's backlog. */
const openingAtOnce = 200;

export interface CrowdOptions {
  readonly port: number;
  readonly count: number;
  /** What each says when it is open. */
  readonly opening?: string | Uint8Array;
  /** Whether what comes is read (and thrown away). */
  readonly reads?: boolean;
}

export class Crowd implements AsyncDisposable {
  readonly sockets: readonly Socket[];
  #open = 0;
  /** Bytes that came, on all connections. */
  received = 0;
  #whenEmpty: () => void = () => undefined;

  private constructor(sockets: readonly Socket[]) {
    this.sockets = sockets;
    for (const socket of sockets) this.#follow(socket);
  }

  static async open(options: CrowdOptions): Promise<Crowd> {
    const sockets: Socket[] = [];
    while (sockets.length < options.count) {
      const count = Math.min(openingAtOnce, options.count - sockets.length);
      const first = sockets.length;
      const opened = Array.from({ length: count }, (_, at) => openOne(options, first + at));
      sockets.push(...(await Promise.all(opened)));
    }
    const crowd = new Crowd(sockets);
    if (options.reads !== false) crowd.read();
    return crowd;
  }

  /** Connections that neither side has closed, as far as it has been read. */
  get open(): number {
    return this.#open;
  }

  /** Begins to read on all of them. */
  read(): void {
    for (const socket of this.sockets) {
      socket.on('data', (chunk: Buffer) => {
        this.received += chunk.length;
      });
    }
  }

  write(text: string): void {
    for (const socket of this.sockets) if (socket.writable) socket.write(text);
  }

  /** Resolves when the server has closed every one. */
  async closed(): Promise<void> {
    if (this.#open === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await this.closed();
  }

  #follow(socket: Socket): void {
    if (socket.closed) return;
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
      if (this.#open === 0) this.#whenEmpty();
    });
  }
}

function openOne({ port, opening }: CrowdOptions, index: number): Promise<Socket> {
  const localAddress = `127.0.0.${2 + Math.floor(index / connectionsPerAddress)}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.once('error', reject);
    socket.once('connect', () => {
      // A connection that is reset is one that was closed.
      socket.off('error', reject).on('error', () => undefined);
      if (opening !== undefined) socket.write(opening);
      resolve(socket);
    });
  });
}
