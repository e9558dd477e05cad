/**
 * Requests at a given rate, whether or not the ones before are answered: what a fleet does to an
 * agent that falls behind. Each goes out on a connection that has none under way; where all wait,
 * it counts as not sent. Raw sockets: a client that costs more than the server measures itself.
 */
import { connect, type Socket } from 'node:net';
import { utf8Encode } from '../../../shared/encoding/utf8.ts';
import { ascending, percentile } from '../load/measured.ts';
import { type Answer, ResponseReader } from '../load/response-reader.ts';

export interface OpenLoad {
  readonly port: number;
  /** Whole requests, sent one after the other and then from the first again. */
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  readonly perSecond: number;
  readonly seconds: number;
  readonly connections: number;
  /** Requests after which it ends, if the time is not over before. */
  readonly countMax?: number;
}

export interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface OpenResult {
  readonly offered: number;
  readonly notSent: number;
  readonly done: Latencies;
  readonly refused: Latencies;
  /** Anything but 2xx and 429, by status. */
  readonly others: ReadonlyMap<string, number>;
  readonly broken: number;
  readonly seconds: number;
}

const greeting = 'GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\n\r\n';
const tickMs = 2;
/** Connections that are being made at once: fewer than the kernel holds until they are accepted. */
const openingAtOnce = 100;
const graceMs = 15_000;

export async function offer(load: OpenLoad): Promise<OpenResult> {
  const run = new OpenRun(load);
  try {
    await run.open();
    return await run.offer();
  } finally {
    run.close();
  }
}

class OpenRun {
  readonly #load: OpenLoad;
  readonly #clients: Client[] = [];
  readonly #free: Client[] = [];
  readonly #doneMs: number[] = [];
  readonly #refusedMs: number[] = [];
  readonly #others = new Map<string, number>();
  #broken = 0;
  #waiting = 0;
  #closing = false;

  constructor(load: OpenLoad) {
    this.#load = load;
  }

  async open(): Promise<void> {
    while (this.#clients.length < this.#load.connections) {
      const count = Math.min(openingAtOnce, this.#load.connections - this.#clients.length);
      const opened = await Promise.all(Array.from({ length: count }, () => this.#openOne()));
      this.#clients.push(...opened);
      // Answered, and so accepted: what waits in the kernel would be measured as the agent's time.
      for (const client of opened) this.#send(client, utf8Encode(greeting));
      while (this.#waiting > 0) await wait(tickMs);
    }
    this.#free.length = 0;
    this.#doneMs.length = 0;
    this.#free.push(...this.#clients);
  }

  async offer(): Promise<OpenResult> {
    const { perSecond, seconds, requests, countMax = Number.POSITIVE_INFINITY } = this.#load;
    const begun = performance.now();
    const elapsedMs = (): number => performance.now() - begun;
    let offered = 0;
    let sent = 0;
    while (elapsedMs() < seconds * 1_000 && sent < countMax) {
      for (const due = (elapsedMs() / 1_000) * perSecond; offered < due; offered += 1) {
        const client = sent < countMax ? this.#free.shift() : undefined;
        if (client === undefined) continue;
        this.#send(client, requests[sent % requests.length]);
        sent += 1;
      }
      await wait(tickMs);
    }
    const elapsedSeconds = elapsedMs() / 1_000;
    const until = performance.now() + graceMs;
    while (this.#waiting > 0 && performance.now() < until) await wait(tickMs);
    return { offered, notSent: offered - sent, seconds: elapsedSeconds, ...this.#result() };
  }

  close(): void {
    this.#closing = true;
    for (const client of this.#clients) client.socket.destroy();
  }

  #result(): Pick<OpenResult, 'done' | 'refused' | 'others' | 'broken'> {
    const [done, refused] = [latencies(this.#doneMs), latencies(this.#refusedMs)];
    return { done, refused, others: this.#others, broken: this.#broken + this.#waiting };
  }

  #send(client: Client, request: Uint8Array | undefined): void {
    client.sentMs = performance.now();
    this.#waiting += 1;
    client.socket.write(request ?? '');
  }

  async #openOne(): Promise<Client> {
    const socket = await openSocket(this.#load.port);
    const client: Client = { socket, sentMs: undefined };
    const reader = new ResponseReader((answer) => this.#answered(client, answer));
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.once('close', () => void this.#closed(client));
    return client;
  }

  #answered(client: Client, { status, closes }: Answer): void {
    const tookMs = performance.now() - (client.sentMs ?? Number.NaN);
    client.sentMs = undefined;
    this.#waiting -= 1;
    if (status >= 200 && status < 300) this.#doneMs.push(tookMs);
    else if (status === 429) this.#refusedMs.push(tookMs);
    else this.#others.set(String(status), (this.#others.get(String(status)) ?? 0) + 1);
    if (closes) client.socket.destroy();
    else this.#free.push(client);
  }

  /** Another one takes the place of a connection that the server closed. */
  async #closed(client: Client): Promise<void> {
    if (this.#closing) return;
    if (client.sentMs !== undefined) {
      this.#broken += 1;
      this.#waiting -= 1;
    }
    const at = this.#free.indexOf(client);
    if (at >= 0) this.#free.splice(at, 1);
    const next = await this.#openOne().catch(() => undefined);
    if (next === undefined) return;
    this.#clients.push(next);
    this.#free.push(next);
  }
}

interface Client {
  readonly socket: Socket;
  /** Of the request that is under way. */
  sentMs: number | undefined;
}

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => undefined); // its close follows
      resolve(socket);
    });
  });
}

function latencies(values: readonly number[]): Latencies {
  const sorted = values.toSorted(ascending);
  return {
    count: sorted.length,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

function wait(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
