/** Twice what the agent can do for some time, and then nothing (F-33, on one node). */
import { callAgent } from '../../support/agent-process.ts';
import { MemoryWatch } from '../../support/watch-memory.ts';
import { residentMegabytes } from '../agent-facts.ts';
import { measure } from '../load/load.ts';
import { ascending, percentile } from '../load/measured.ts';
import { HealthWatch } from './health-watch.ts';
import { offered } from './offered.ts';
import { heading, row } from './rows.ts';
import { pause, rawRequests, secondsUntil, type Stage } from './stage.ts';

const places = 1_000;
const peakConnections = 64;
const overloadConnections = 2_000;
const small = JSON.stringify({ data: { password: 'x'.repeat(48) } });
const strangerEveryMs = 50;
const normalMs = 100;
/** So many quick answers in a row, and the overload is over. */
const normalAnswers = 5;

export async function twiceThePeak(stage: Stage, method: 'GET' | 'POST'): Promise<void> {
  const { agent, seconds } = stage;
  const body = method === 'POST' ? small : undefined;
  const plain = Array.from({ length: places }, (_, place) => ({
    method,
    path: `/v1/secret/data/overload/${place}`,
    body,
  }));
  const headers = { 'X-Vault-Token': stage.token };
  const requests = plain.map((request) => ({ ...request, headers }));
  const load = { address: agent.address, requests, connections: peakConnections, seconds };
  await measure({ ...load, seconds: 2 });
  const { requestsPerSecond: peak } = await measure(load);
  using memory = new MemoryWatch(agent.pid);
  const before = await residentMegabytes(agent.pid);
  const health = new HealthWatch(agent.port);
  const strangers = new Strangers(agent.port);
  const result = await offered({
    port: agent.port,
    requests: rawRequests(stage, plain),
    perSecond: 2 * peak,
    seconds,
    connections: overloadConnections,
  });
  const { done, refused, others, broken, offered: count, notSent } = result;
  const { p99Ms, failed } = await health.stop();
  const strangerMs = await strangers.stop();
  heading(`${method}: ${seconds} s at twice the peak of ${peak.toFixed(0)}/s, ${describe(result)}`);
  row('offered, of the peak', (count - notSent) / result.seconds / peak, '×');
  row('done, of the peak', (100 * done.count) / result.seconds / peak, '%', { least: 80 });
  row('accepted, p99', done.p99Ms, 'ms', { most: 1_000 });
  row('refused with 429, p50', refused.p50Ms, 'ms', { most: 50 });
  row('refused with 429, p99', refused.p99Ms, 'ms');
  row('neither done nor refused', broken + sum(others.values()), '', { most: 0 });
  row('sys/health, p99', p99Ms, 'ms', { most: 100 });
  row('sys/health, not answered', failed, '', { most: 0 });
  row('sys/health on a new connection, p50', percentile(strangerMs, 0.5), 'ms');
  row('sys/health on a new connection, worst', percentile(strangerMs, 1), 'ms');
  row('memory, most above before', (await memory.peakMegabytes()) - before, 'MB', { most: 150 });
  row('back to normal after', await recovery(stage), 's', { most: 5 });
}

/** Ask for health on a new connection each time, as load balancers do. */
class Strangers {
  readonly #times: number[] = [];
  readonly #loop: Promise<void>;
  #isRunning = true;

  constructor(port: number) {
    this.#loop = this.#ask(port);
  }

  async stop(): Promise<readonly number[]> {
    this.#isRunning = false;
    await this.#loop;
    return this.#times.toSorted(ascending);
  }

  async #ask(port: number): Promise<void> {
    while (this.#isRunning) {
      const begun = performance.now();
      await callAgent({ port }, 'GET', '/v1/sys/health');
      this.#times.push(performance.now() - begun);
      await pause(strangerEveryMs);
    }
  }
}

/** Each secret that the reads read. */
export async function seed({ agent, token }: Stage): Promise<void> {
  const body = JSON.parse(small) as unknown;
  for (let first = 0; first < places; first += peakConnections) {
    const count = Math.min(peakConnections, places - first);
    const write = (at: number): Promise<unknown> =>
      agent.call('POST', `/v1/secret/data/overload/${first + at}`, { token, body });
    await Promise.all(Array.from({ length: count }, (_, at) => write(at)));
  }
}

function describe({
  done,
  refused,
  notSent,
  offered: count,
}: Awaited<ReturnType<typeof offered>>): string {
  return `${done.count} done, ${refused.count} refused, ${notSent} of ${count} not sent`;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

async function recovery({ agent, token }: Stage): Promise<number> {
  let normal = 0;
  return secondsUntil(async () => {
    const begun = performance.now();
    const { status } = await agent.call('GET', '/v1/secret/data/overload/1', { token });
    normal = status !== 429 && performance.now() - begun < normalMs ? normal + 1 : 0;
    if (normal < normalAnswers) await pause(0);
    return normal >= normalAnswers;
  }, 60);
}
