/**
 * `npm run bench -- overload`: an agent under more than it can do, and under clients that mean no
 * good. Everything is printed and nothing judged: on a machine that does other work, too, the
 * figures say more about that work. `--seconds N` is the time of each load (5), `--idle N` the
 * number of idle connections (10,000, or what the limit of open files allows); `--only PART` runs
 * writes, reads, bodies, dripping, unread or idle.
 */
import { readdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AgentProcess } from '../../support/agent-process.ts';
import { Crowd } from '../../support/crowd.ts';
import { MemoryWatch } from '../../support/watch-memory.ts';
import { residentMegabytes } from '../agent-facts.ts';
import { measure } from '../load.ts';
import { HealthWatch } from './health-watch.ts';
import { offer, type OpenResult } from './open-loop.ts';

/** As many as load.ts spreads its requests over. */
const places = 1_000;
const peakConnections = 64;
/** Below what the agent takes from one address. */
const overloadConnections = 3_000;
const largeConnections = 16;
const largePlaces = 100;
const lookEveryMs = 100;
/** Descriptors that are left for everything that is no idle connection. */
const sparedDescriptors = 500;
const dripEveryMs = 1_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    idle: { type: 'string', default: '10000' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);

await using agent = await AgentProcess.start({ tls: 'off', sync: 'write' });
const { rootToken: token } = await agent.initialiseAndUnseal();
const mount = { token, body: { type: 'kv', options: { version: '2' } } };
await agent.call('POST', '/v1/sys/mounts/secret', mount);
const headers = { 'X-Vault-Token': token, 'Content-Type': 'application/json' };
const small = JSON.stringify({ data: { password: 'x'.repeat(48) } });

const parts: Readonly<Record<string, () => Promise<void>>> = {
  writes: () => twiceThePeak('POST'),
  reads: async () => {
    await seed();
    await twiceThePeak('GET');
  },
  bodies: largeBodies,
  dripping,
  unread: neverReading,
  idle,
};
for (const [name, part] of Object.entries(parts)) {
  if (values.only === undefined || values.only === name) await part();
}

/** Writes every secret that the loads use. */
async function seed(): Promise<void> {
  const write = (index: number): Promise<unknown> =>
    agent.call('POST', `/v1/secret/data/overload/${index}`, { token, body: JSON.parse(small) });
  for (let first = 0; first < places; first += peakConnections) {
    const count = Math.min(peakConnections, places - first);
    await Promise.all(Array.from({ length: count }, (_, at) => write(first + at)));
  }
}

async function twiceThePeak(method: 'GET' | 'POST'): Promise<void> {
  const place = '/v1/secret/data/overload/{n}';
  const url = `${agent.address}${place}`;
  const load = { url, method, headers, body: small, connections: peakConnections };
  const { requestsPerSecond: peak } = await measure({ ...load, seconds });
  using memory = new MemoryWatch(agent.pid);
  const health = new HealthWatch(agent);
  const result = await offer({
    port: agent.port,
    method,
    path: (index) => place.replace('{n}', String(index % places)),
    headers,
    ...(method === 'POST' && { body: small }),
    perSecond: 2 * peak,
    seconds,
    connectionsMax: overloadConnections,
  });
  say(`${method} at twice the peak of ${peak.toFixed(0)}/s`, describe(result, peak));
  say(
    '',
    `health ${await health.stop()}; memory at most ${(await memory.peakMegabytes()).toFixed(0)} MB`,
  );
}

function describe(result: OpenResult, peak: number): string {
  const goodput = result.done / result.seconds;
  const others = [...result.others].map(([what, count]) => `${count} × ${what}`).join(', ');
  return [
    `${goodput.toFixed(0)}/s done (${((100 * goodput) / peak).toFixed(0)} % of the peak)`,
    `${result.refused} refused with Retry-After`,
    `${result.notSent} of ${result.offered} never sent (${overloadConnections} waited)`,
    `p50 ${result.p50Ms.toFixed(0)} ms, p99 ${result.p99Ms.toFixed(0)} ms`,
    `other: ${others === '' ? 'none' : others}`,
  ].join('; ');
}

async function largeBodies(): Promise<void> {
  using memory = new MemoryWatch(agent.pid);
  const health = new HealthWatch(agent);
  const result = await offer({
    port: agent.port,
    method: 'POST',
    path: (index) => `/v1/secret/data/large/${index % largePlaces}`,
    headers,
    body: JSON.stringify({ data: { value: 'x'.repeat(1_000_000) } }),
    perSecond: 1_000, // more than can be done: each connection has always one under way
    seconds,
    connectionsMax: largeConnections,
  });
  const { done, refused, others, p99Ms } = result;
  const rate = `${(done / result.seconds).toFixed(1)}/s done, ${refused} refused`;
  const peak = (await memory.peakMegabytes()).toFixed(0);
  const other = [...others].map(([what, count]) => `${count} × ${what}`).join(', ') || 'none';
  say(
    `bodies of 1 MB, ${largeConnections} connections`,
    `${rate}, other: ${other}; p99 ${p99Ms.toFixed(0)} ms; memory at most ${peak} MB`,
  );
  say('', `health ${await health.stop()}`);
}

async function dripping(): Promise<void> {
  const opening = 'GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\nX: ';
  const count = 2_000;
  await using crowd = await Crowd.open({ port: agent.port, count, opening });
  const begun = performance.now();
  const drip = setInterval(() => crowd.write('y'), dripEveryMs);
  const health = new HealthWatch(agent);
  await crowd.closed();
  clearInterval(drip);
  const elapsed = ((performance.now() - begun) / 1_000).toFixed(1);
  say(`${count} heads that drip`, `all closed after ${elapsed} s; health ${await health.stop()}`);
}

async function neverReading(): Promise<void> {
  const body = { data: { value: 'x'.repeat(1_000_000) } };
  await agent.call('POST', '/v1/secret/data/large/1', { token, body });
  const ask = `GET /v1/secret/data/large/1 HTTP/1.1\r\nHost: localhost\r\nX-Vault-Token: ${token}\r\n\r\n`;
  const count = 100;
  const before = await descriptorsOf(agent.pid);
  using memory = new MemoryWatch(agent.pid);
  const opening = ask.repeat(20);
  await using crowd = await Crowd.open({ port: agent.port, count, opening, reads: false });
  const begun = performance.now();
  while ((await descriptorsOf(agent.pid)) > before && performance.now() - begun < 120_000) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  const elapsed = ((performance.now() - begun) / 1_000).toFixed(1);
  const peak = (await memory.peakMegabytes()).toFixed(0);
  say(`${crowd.sockets.length} clients that never read`, `gone after ${elapsed} s; ≤ ${peak} MB`);
}

async function idle(): Promise<void> {
  const count = Math.min(Number(values.idle), (await descriptorsMax()) - sparedDescriptors);
  const before = await residentMegabytes(agent.pid);
  const opening = 'GET /v1/sys/seal-status HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const begun = performance.now();
  await using crowd = await Crowd.open({ port: agent.port, count, opening });
  const elapsed = ((performance.now() - begun) / 1_000).toFixed(1);
  const health = new HealthWatch(agent);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const after = await residentMegabytes(agent.pid);
  const memory = `${before.toFixed(0)} → ${after.toFixed(0)} MB`;
  say(`${count} idle connections`, `opened in ${elapsed} s, ${crowd.open} open; ${memory}`);
  say('', `health ${await health.stop()}`);
}

/** Descriptors that a process has open; 0 where there is no /proc. */
async function descriptorsOf(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`).catch(() => [])).length;
}

async function descriptorsMax(): Promise<number> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  return Number(/^Max open files +(?<soft>\d+)/mu.exec(text)?.groups?.['soft'] ?? 1_024);
}

function say(what: string, figures: string): void {
  process.stdout.write(`${what.padEnd(34)} ${figures}\n`);
}
