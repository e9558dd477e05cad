/**
 * A real agent under clients that mean no good, and under more than it can do: the small form of
 * `npm run bench -- overload`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { readUnitsMost } from '../../agent/http/admission/limits.ts';
import { AgentProcess, type HttpAnswer } from '../support/agent-process.ts';
import { Crowd } from '../support/crowd.ts';
import { HealthWatch } from '../bench/overload/health-watch.ts';
import { offered } from '../bench/overload/offered.ts';
import { rawRequest } from '../bench/load/raw-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { MemoryWatch } from '../support/watch-memory.ts';

const options = { timeout: 60_000 };

/** Generous: what is collected late counts, too. Without limits it would be gigabytes. */
const residentMegabytesMax = 600;

async function startUnsealed(): Promise<{ agent: AgentProcess; token: string }> {
  const agent = await AgentProcess.start({ sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  const mounted = await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  assert.equal(mounted.status, 204, mounted.text);
  return { agent, token };
}

/** The answer of health, on the Unix socket, while others keep the listener busy. */
async function assertHealthy(agent: AgentProcess): Promise<void> {
  assert.equal((await agent.call('GET', '/v1/sys/health')).status, 200);
}

test('hundreds of heads that drip are all closed, and others are served', options, async () => {
  const { agent } = await startUnsealed();
  await using _ = agent;
  const opening = 'GET /v1/sys/health HTTP/1.1\r\nHost: localhost\r\nX: ';
  await using crowd = await Crowd.open({ port: agent.port, count: 300, opening });
  assert.equal(crowd.open, 300);
  const drip = setInterval(() => crowd.write('y'), 500);
  try {
    await assertHealthy(agent);
    await crowd.closed();
    await assertHealthy(agent);
  } finally {
    clearInterval(drip);
  }
});

test(
  'more reads than can be done: the rest gets 429, and the audit log the number',
  options,
  async (t) => {
    const { agent, token } = await startUnsealed();
    await using _ = agent;
    const body = { data: { value: 'x' } };
    const path = '/v1/secret/data/one';
    assert.equal((await agent.call('POST', path, { token, body })).status, 200);
    const headers = { 'X-Vault-Token': token };
    const requests = [rawRequest('localhost', { method: 'GET', path, headers })];
    const health = new HealthWatch(agent.port);
    // More than the limit at its widest: a quick host serves 400 without a queue that lasts.
    const connections = readUnitsMost + 400;
    const load = { requests, perSecond: 100_000, seconds: 3, connections };
    const { done, refused, others, broken } = await offered({ port: agent.port, ...load });
    const { p99Ms, failed } = await health.stop();
    t.diagnostic(`${done.count} done, p99 ${done.p99Ms} ms; ${refused.count} refused`);
    t.diagnostic(`health p99 ${p99Ms} ms`);
    assert.ok(done.count > 0 && refused.count > 0, 'some were done and some refused');
    assert.deepEqual([...others, broken, failed], [0, 0], 'nothing else happened');
    const recorded = await waitFor('the records', () => {
      const text = readFileSync(agent.auditFile, 'utf8');
      const counts = text.matchAll(
        /"event":"requests_refused","details":\{"read":(?<count>\d+)\}/gu,
      );
      const sum = [...counts].reduce((total, { groups }) => total + Number(groups?.['count']), 0);
      return sum >= refused.count && sum;
    });
    assert.equal(recorded, refused.count);
    const { text } = await agent.call('GET', '/v1/sys/metrics', { token });
    for (const thread of ['request', 'storage']) {
      assert.match(text, new RegExp(`loop_delay_p99_seconds\\{thread="${thread}"\\} [\\d.e-]+\n`));
    }
    assert.match(text, new RegExp(`refused_total\\{kind="read"\\} ${refused.count}\n`));
    const again = await agent.call('GET', path, { token });
    assert.equal(again.status, 200, 'normal again');
  },
);

test('megabyte bodies from all sides: done, or 429 with Retry-After', options, async (t) => {
  const { agent, token } = await startUnsealed();
  await using _ = agent;
  using memory = new MemoryWatch(agent.pid);
  const body = { data: { value: 'x'.repeat(900_000) } };
  const answers: HttpAnswer[] = [];
  const client = async (name: number): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      answers.push(await agent.call('POST', `/v1/secret/data/big-${name}`, { token, body }));
    }
  };
  const all = Promise.all(Array.from({ length: 32 }, (_none, name) => client(name)));
  await assertHealthy(agent);
  await all;
  const refused = answers.filter(({ status }) => status !== 200);
  for (const { status, headers, text } of refused) {
    assert.equal(status, 429, text);
    assert.equal(headers['retry-after'], '1');
  }
  assert.ok(refused.length < answers.length, 'some were done');
  await assertHealthy(agent);
  t.diagnostic(`${answers.length - refused.length} done, ${refused.length} refused`);
  await tellMemory(t, memory);
});

test('clients that never read cost no more than the limits say', options, async (t) => {
  const { agent, token } = await startUnsealed();
  await using _ = agent;
  const body = { data: { value: 'x'.repeat(900_000) } };
  const written = await agent.call('POST', '/v1/secret/data/big', { token, body });
  assert.equal(written.status, 200, written.text);
  using memory = new MemoryWatch(agent.pid);
  const ask = `GET /v1/secret/data/big HTTP/1.1\r\nHost: localhost\r\nX-Vault-Token: ${token}\r\n\r\n`;
  const count = 40;
  const opening = ask.repeat(20);
  await using crowd = await Crowd.open({ port: agent.port, count, opening, reads: false });
  for (let round = 0; round < 20; round += 1) await assertHealthy(agent);
  await tellMemory(t, memory);
  assert.equal(crowd.received, 0);
});

test('idle connections cost little, and are there when they are needed', options, async (t) => {
  const { agent } = await startUnsealed();
  await using _ = agent;
  const ask = 'GET /v1/sys/seal-status HTTP/1.1\r\nHost: localhost\r\n\r\n';
  using memory = new MemoryWatch(agent.pid);
  await using crowd = await Crowd.open({ port: agent.port, count: 500, opening: ask });
  await assertHealthy(agent);
  assert.equal(crowd.open, 500, 'none was closed');
  await tellMemory(t, memory);
});

async function tellMemory(t: TestContext, memory: MemoryWatch): Promise<void> {
  const peak = await memory.peakMegabytes();
  t.diagnostic(`resident memory at most ${peak.toFixed(0)} MB`);
  assert.ok(!(peak > residentMegabytesMax), `${peak} MB`);
}
