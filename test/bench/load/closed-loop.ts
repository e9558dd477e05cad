/**
 * Keeps one request under way on each of several connections until the time is over. A connection
 * that the server closes, as it may after any answer, is opened again.
 */
import { connect, type Socket } from 'node:net';
import { ascending, type Measured, percentile } from './measured.ts';
import type { RawLoad } from './raw-load.ts';
import { type Answer, ResponseReader } from './response-reader.ts';

/** What is still under way when the time is over may take so long; then it counts as failed. */
const graceMs = 10_000;
/** The pause before a connection that broke is opened again. */
const reopenMs = 10;

export async function runLoad(load: RawLoad): Promise<Measured> {
  const started = performance.now();
  const tally = new Tally(load, started + load.seconds * 1_000);
  const connections = Array.from({ length: load.connections }, () => new Connection(load, tally));
  const giveUp = setTimeout(
    () => {
      for (const connection of connections) connection.giveUp();
    },
    load.seconds * 1_000 + graceMs,
  );
  try {
    await Promise.all(connections.map((connection) => connection.run()));
  } finally {
    clearTimeout(giveUp);
    for (const connection of connections) connection.giveUp();
  }
  return tally.measured((performance.now() - started) / 1_000);
}

/** What all connections of a load share. */
class Tally {
  readonly #requests: RawLoad['requests'];
  readonly #endMs: number;
  readonly #latenciesMs: number[] = [];
  #notOk = 0;
  #next = 0;

  constructor({ requests }: RawLoad, endMs: number) {
    this.#requests = requests;
    this.#endMs = endMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  /** Undefined: the time is over. */
  nextRequest(): Uint8Array | undefined {
    if (this.isOver) return undefined;
    const request = this.#requests[this.#next];
    this.#next = (this.#next + 1) % this.#requests.length;
    return request;
  }

  answered({ status }: Answer, latencyMs: number): void {
    this.#latenciesMs.push(latencyMs);
    if (status < 200 || status > 399) this.#notOk += 1;
  }

  /** A request that has no answer. */
  failed(): void {
    this.#notOk += 1;
  }

  /** Throws where nothing came. */
  measured(elapsedSeconds: number): Measured {
    const latencies = this.#latenciesMs.toSorted(ascending);
    if (latencies.length === 0) throw new Error('nobody answered');
    return {
      requests: latencies.length,
      requestsPerSecond: latencies.length / elapsedSeconds,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      notOk: this.#notOk,
    };
  }
}

class Connection {
  readonly #load: RawLoad;
  readonly #tally: Tally;
  #socket: Socket | undefined;
  /** When the request that is under way was sent. */
  #sentMs: number | undefined;
  #closedInOrder = false;
  #over = false;
  #end: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(load: RawLoad, tally: Tally) {
    this.#load = load;
    this.#tally = tally;
  }

  /** Resolves when the time is over. Rejects on an answer that is none. */
  async run(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#end = { resolve, reject };
      this.#open();
    });
  }

  giveUp(): void {
    this.#over = true;
    this.#socket?.destroy();
    this.#end?.resolve();
  }

  #open(): void {
    const { host, port } = this.#load;
    const socket = connect({ host, port, noDelay: true });
    const reader = new ResponseReader((answer) => this.#answered(socket, answer));
    this.#socket = socket;
    socket.once('connect', () => this.#send(socket));
    socket.on('data', (chunk) => this.#read(reader, chunk));
    socket.on('error', () => undefined); // its close follows
    socket.once('close', () => this.#closed());
  }

  #send(socket: Socket): void {
    const request = this.#tally.nextRequest();
    if (request === undefined) return this.giveUp();
    this.#sentMs = performance.now();
    socket.write(request);
  }

  #read(reader: ResponseReader, chunk: Buffer): void {
    try {
      reader.push(chunk);
    } catch (error) {
      this.#end?.reject(error as Error);
    }
  }

  #answered(socket: Socket, answer: Answer): void {
    if (this.#sentMs === undefined) throw new Error('an answer came that nobody asked for');
    this.#tally.answered(answer, performance.now() - this.#sentMs);
    this.#sentMs = undefined;
    this.#closedInOrder = answer.closes;
    if (answer.closes) socket.destroy();
    else this.#send(socket);
  }

  #closed(): void {
    if (this.#sentMs !== undefined) this.#tally.failed();
    this.#sentMs = undefined;
    if (this.#over) return;
    if (this.#tally.isOver) this.giveUp();
    else setTimeout(() => this.#open(), this.#closedInOrder ? 0 : reopenMs);
  }
}
