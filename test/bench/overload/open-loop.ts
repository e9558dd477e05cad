/**
 * Requests at a given rate, whether or not the ones before are answered: what a fleet does to an
 * agent that falls behind. Each request goes out on a connection that has none under way; where
 * all wait, it counts as not sent.
 */
import { Agent, request } from 'node:http';

export interface OpenLoad {
  readonly port: number;
  readonly method: 'GET' | 'POST';
  /** The path of the n-th request. */
  readonly path: (index: number) => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly connectionsMax: number;
}

export interface OpenResult {
  readonly offered: number;
  readonly notSent: number;
  readonly done: number;
  /** 429 with `Retry-After`. */
  readonly refused: number;
  /** Anything else, by status, or by the error of a connection that broke. */
  readonly others: ReadonlyMap<string, number>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly seconds: number;
}

const tickMs = 10;
/**
 * Connections become more by so many a second: all at once they overflow the kernel's queue of
 * those that wait to be accepted, and what is measured then is its retries, seconds apart.
 */
const connectionsPerSecond = 1_000;

export async function offer(load: OpenLoad): Promise<OpenResult> {
  const { connectionsMax: maxSockets } = load;
  const agent = new Agent({ keepAlive: true, maxSockets, maxFreeSockets: maxSockets });
  const tally = new Tally();
  const waiting = new Set<Promise<void>>();
  const begun = performance.now();
  let offered = 0;
  let notSent = 0;
  while (performance.now() - begun < load.seconds * 1_000) {
    const due = Math.floor(((performance.now() - begun) / 1_000) * load.perSecond);
    const room = ((performance.now() - begun) / 1_000) * connectionsPerSecond;
    for (; offered < due; offered += 1) {
      if (waiting.size >= Math.min(load.connectionsMax, room)) notSent += 1;
      else track(waiting, tally.follow(send(load, offered, agent)));
    }
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  await Promise.all(waiting);
  agent.destroy();
  return { offered, notSent, seconds: (performance.now() - begun) / 1_000, ...tally.result() };
}

function track(waiting: Set<Promise<void>>, one: Promise<void>): void {
  waiting.add(one);
  void one.finally(() => waiting.delete(one));
}

interface Seen {
  readonly status: number;
  /** Whether it has `Retry-After`. */
  readonly saysWhen: boolean;
  readonly error?: string;
}

function send(load: OpenLoad, index: number, agent: Agent): Promise<Seen> {
  const { port, method, path, headers } = load;
  return new Promise((resolve) => {
    const broken = (error: NodeJS.ErrnoException): void =>
      resolve({ status: 0, saysWhen: false, error: error.code ?? error.message });
    const options = { host: '127.0.0.1', port, method, path: path(index), headers, agent };
    const call = request(options, (response) => {
      const saysWhen = response.headers['retry-after'] !== undefined;
      response.resume();
      response.once('error', broken);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, saysWhen }));
    });
    call.once('error', broken);
    call.end(load.body);
  });
}

class Tally {
  #done = 0;
  #refused = 0;
  readonly #others = new Map<string, number>();
  readonly #latencies: number[] = [];

  async follow(one: Promise<Seen>): Promise<void> {
    const begun = performance.now();
    const { status, saysWhen, error } = await one;
    this.#latencies.push(performance.now() - begun);
    if (status >= 200 && status < 300) this.#done += 1;
    else if (status === 429 && saysWhen) this.#refused += 1;
    else this.#count(error ?? String(status));
  }

  #count(other: string): void {
    this.#others.set(other, (this.#others.get(other) ?? 0) + 1);
  }

  result(): Pick<OpenResult, 'done' | 'refused' | 'others' | 'p50Ms' | 'p99Ms'> {
    const sorted = this.#latencies.sort((left, right) => left - right);
    const at = (fraction: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
    const [done, refused, others] = [this.#done, this.#refused, this.#others];
    return { done, refused, others, p50Ms: at(0.5), p99Ms: at(0.99) };
  }
}
