/** Clients that mean no good (F-32): each part in numbers, beside what is promised. */
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Crowd } from '../../support/crowd.ts';
import { MemoryWatch } from '../../support/watch-memory.ts';
import { residentMegabytes } from '../agent-facts.ts';
import { HealthWatch } from './health-watch.ts';
import { offered } from './offered.ts';
import { heading, row } from './rows.ts';
import {
  connectionsPossible,
  descriptorsOf,
  openStage,
  pause,
  rawRequests,
  secondsUntil,
  type Stage,
} from './stage.ts';

/** Until connections of whoever measures are there. */
const settleMs = 500;
const dripEveryMs = 1_000;
/** The time for a head, a body and a stalled answer, and how often connections are looked at. */
const headSeconds = 10;
const bodySeconds = 30;
const stallSeconds = 30;
const handshakeSeconds = 5;
const lookSeconds = 4;
const ask = 'GET /v1/secret/data/large/1 HTTP/1.1\r\nHost: localhost\r\n';

interface Pressed {
  readonly stage: Stage;
  readonly health: HealthWatch;
  readonly memory: MemoryWatch;
  readonly beforeMegabytes: number;
}

/** Puts an agent under something and tells what that did to its health and memory. */
async function press(stage: Stage, what: (pressed: Pressed) => Promise<void>): Promise<void> {
  const { tls, agent } = stage;
  const { pid, port } = agent;
  const beforeMegabytes = await residentMegabytes(pid);
  using memory = new MemoryWatch(pid);
  const health = new HealthWatch(port, tls);
  await what({ stage, health, memory, beforeMegabytes });
  const { p99Ms, worstMs, failed } = await health.stop();
  row('sys/health meanwhile, p99', p99Ms, 'ms', { most: 100 });
  row('sys/health meanwhile, worst', worstMs, 'ms');
  row('sys/health meanwhile, not answered', failed, '', { most: 0 });
}

async function tellMemory({ memory, beforeMegabytes }: Pressed, most: number): Promise<void> {
  row('memory, most above before', (await memory.peakMegabytes()) - beforeMegabytes, 'MB', {
    most,
  });
}

/** Descriptors are back when connections are gone: a kernel holds none of them. */
async function goneAfter(
  { agent }: Stage,
  descriptors: number,
  secondsMax: number,
): Promise<number> {
  return secondsUntil(async () => (await descriptorsOf(agent.pid)) <= descriptors, secondsMax);
}

export async function largeBodies(stage: Stage): Promise<void> {
  const places = 100;
  const body = JSON.stringify({ data: { value: 'x'.repeat(1_000_000) } });
  const load = Array.from({ length: places }, (_, place) => ({
    method: 'POST' as const,
    path: `/v1/secret/data/large/${place}`,
    body,
  }));
  heading('bodies of 1 MB, 32 connections, each with always one under way');
  await press(stage, async (pressed) => {
    const { port } = stage.agent;
    const requests = rawRequests(stage, load);
    const { seconds } = stage;
    const result = await offered({ port, requests, perSecond: 1_000, seconds, connections: 32 });
    row('done', result.done.count / result.seconds, '/s');
    row('accepted, p99', result.done.p99Ms, 'ms');
    row('refused with 429', result.refused.count / result.seconds, '/s');
    await tellMemory(pressed, 300);
  });
}

export async function drippingHeads(stage: Stage): Promise<void> {
  const count = 1_000;
  heading(`${count} heads that drip`);
  const opening = 'GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\nX: ';
  await dripping(stage, { count, opening }, headSeconds);
}

/** Each stops one byte before its end. */
export async function drippingBodies(stage: Stage): Promise<void> {
  const count = 1_000;
  const length = 1_000_000;
  heading(`${count} bodies of 1 MB that stop just before their end`);
  const head = `POST /v1/secret/data/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
  const opening = `${head}${'x'.repeat(length - 100)}`;
  await dripping(stage, { count, opening }, bodySeconds);
}

async function dripping(
  stage: Stage,
  { count, opening }: { readonly count: number; readonly opening: string },
  seconds: number,
): Promise<void> {
  await press(stage, async (pressed) => {
    await using crowd = await Crowd.open({ port: stage.agent.port, count, opening });
    const drip = setInterval(() => crowd.write('y'), dripEveryMs);
    const closed = await secondsUntil(() => crowd.open === 0, 3 * seconds);
    clearInterval(drip);
    row('all closed after', closed, 's', { most: seconds + lookSeconds });
    await tellMemory(pressed, 150);
  });
}

export async function neverReading(stage: Stage): Promise<void> {
  const count = 100;
  heading(`${count} clients that ask for 1 MB twenty times and never read`);
  const body = { data: { value: 'x'.repeat(1_000_000) } };
  const { agent, token } = stage;
  await agent.call('POST', '/v1/secret/data/large/1', { token, body });
  await press(stage, async (pressed) => {
    await pause(settleMs);
    const before = await descriptorsOf(agent.pid);
    const opening = `${ask}X-Vault-Token: ${token}\r\n\r\n`.repeat(20);
    await using _ = await Crowd.open({ port: agent.port, count, opening, reads: false });
    const most = stallSeconds + lookSeconds;
    row('all closed after', await goneAfter(stage, before, 3 * stallSeconds), 's', { most });
    await tellMemory(pressed, 300);
  });
}

export async function halfOpenHandshakes(): Promise<void> {
  await using stage = await openStage(1, 'auto');
  const count = Math.min(10_000, await connectionsPossible());
  heading(`${count} TLS handshakes that stop after the client's hello`);
  const hello = await clientHello();
  await press(stage, async (pressed) => {
    const { agent } = stage;
    await pause(settleMs);
    const before = await descriptorsOf(agent.pid);
    const begun = performance.now();
    await using crowd = await Crowd.open({ port: agent.port, count, opening: hello });
    row('opened in', (performance.now() - begun) / 1_000, 's');
    const most = handshakeSeconds + lookSeconds;
    row('all closed after', await goneAfter(stage, before, 60), 's', { most });
    row('connections seen open', crowd.sockets.length, '');
    await tellMemory(pressed, 500);
  });
}

/** The first bytes of a real client, as it would send them. */
async function clientHello(): Promise<Buffer> {
  const { createServer } = await import('node:net');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const heard = new Promise<Buffer>((resolve) => {
    server.once('connection', (socket) => socket.once('data', resolve));
  });
  const client: TLSSocket = connectTls({ host: '127.0.0.1', port, servername: 'localhost' });
  client.on('error', () => undefined);
  const hello = await heard;
  client.destroy();
  server.close();
  return hello;
}

export async function idleConnections(stage: Stage, wanted: number): Promise<void> {
  const count = Math.min(wanted, await connectionsPossible());
  heading(`${count} idle connections, each after one request`);
  const opening = 'GET /v1/sys/seal-status HTTP/1.1\r\nHost: localhost\r\n\r\n';
  await press(stage, async ({ beforeMegabytes }) => {
    await using crowd = await Crowd.open({ port: stage.agent.port, count, opening });
    await pause(stage.seconds * 1_000);
    row('connections open', crowd.open, '', { least: count });
    const after = await residentMegabytes(stage.agent.pid);
    row('memory', after, 'MB', { most: 150 });
    row('memory of one', ((after - beforeMegabytes) * 1_000) / count, 'kB');
  });
}
