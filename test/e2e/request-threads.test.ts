/**
 * A real agent whose requests are served by several threads: whichever has a connection, clients
 * see one agent, and none of the threads has keys when a seal has answered.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { controlCloseCodes, controlSubprotocol } from '../../shared/control/protocol.ts';
import { AgentProcess, type CallOptions, callAgent } from '../support/agent-process.ts';
import { freePort } from '../support/free-port.ts';
import { strongbox } from '../support/strongbox-command.ts';
import { waitFor } from '../support/wait-for.ts';

const threads = 3;
const extra = `threads: { request: ${threads} }`;
/** So many that each thread has some of them: one has none in 17,000 runs. */
const connectionsCount = 24;

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** Kept connections, which the kernel has spread over the threads. */
class Connections implements Disposable {
  readonly #port: number;
  readonly #agents = Array.from(
    { length: connectionsCount },
    () => new Agent({ keepAlive: true, maxSockets: 1 }),
  );

  constructor(port: number) {
    this.#port = port;
  }

  /** The same call on each of them, all at once; `at` counts them. */
  each(call: (at: number) => readonly [method: string, path: string, options?: CallOptions]) {
    return Promise.all(this.#agents.map((agent, at) => this.#call(agent, ...call(at))));
  }

  [Symbol.dispose](): void {
    for (const agent of this.#agents) agent.destroy();
  }

  #call(agent: Agent, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    const { token, body } = options;
    const headers = token === undefined ? {} : { 'x-vault-token': token };
    return new Promise((resolve, reject) => {
      const call = request({ agent, port: this.#port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json: unknown = text === '' ? undefined : JSON.parse(text);
          resolve({ status: response.statusCode ?? 0, json });
        });
      });
      call.once('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function statuses(answers: readonly Answer[]): readonly number[] {
  return [...new Set(answers.map(({ status }) => status))].toSorted((a, b) => a - b);
}

function valuesOf(answers: readonly Answer[]): readonly unknown[] {
  return answers.map(
    ({ json }) => (json as { data?: { data: { value: unknown } } }).data?.data.value,
  );
}

async function founded(agent: AgentProcess): Promise<{ token: string; shares: readonly string[] }> {
  const { rootToken: token, shares } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  return { token, shares };
}

const write = (token: string, at: number, value: unknown) =>
  ['POST', `/v1/secret/data/k${at}`, { token, body: { data: { value } } }] as const;
const read = (token: string, at: number) => ['GET', `/v1/secret/data/k${at}`, { token }] as const;
const another = (at: number): number => (at + 7) % connectionsCount;

test('what one thread has written, or revoked, all others see at once', async () => {
  await using agent = await AgentProcess.start({ extra });
  const { token } = await founded(agent);
  using connections = new Connections(agent.port);
  for (const round of [1, 2, 3]) {
    const written = await connections.each((at) => write(token, at, `${round}.${at}`));
    assert.deepEqual(statuses(written), [200]);
    const found = await connections.each((at) => read(token, another(at)));
    assert.deepEqual(
      valuesOf(found),
      found.map((_, at) => `${round}.${another(at)}`),
    );
    // A new term of the keyring, which the next round's values are sealed under.
    assert.equal((await agent.call('POST', '/v1/sys/rotate', { token })).status, 204);
  }
  const made = await agent.call('POST', '/v1/auth/token/create', { token, body: {} });
  const child = (made.json as { auth: { client_token: string } }).auth.client_token;
  assert.deepEqual(statuses(await connections.each((at) => read(child, at))), [200]);
  await agent.call('POST', '/v1/auth/token/revoke', { token, body: { token: child } });
  assert.deepEqual(statuses(await connections.each((at) => read(child, at))), [403]);

  const address = ['--address', `unix://${agent.socket}`, '--format', 'json'];
  const verified = await strongbox(['audit', 'verify', ...address], { STRONGBOX_TOKEN: token });
  assert.equal(verified.code, 0, verified.stderr + verified.stdout);
  // Told once a second.
  await waitFor('the connections of other threads', async () => {
    const connected = (await metrics(agent, token))('strongbox_serving_connections');
    return connected > 0;
  });
  await waitFor('their requests to be counted', async () => {
    const counted = (await metrics(agent, token))(
      'strongbox_requests_total{method="read",status="403"}',
    );
    return counted === connectionsCount;
  });
});

async function metrics(agent: AgentProcess, token: string): Promise<(name: string) => number> {
  const { text } = await agent.call('GET', '/v1/sys/metrics?format=prometheus', { token });
  return (name) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.split(' ')
        .at(-1),
    );
}

test('when a seal has answered no thread serves a secret, and a rotation loses none', async () => {
  await using agent = await AgentProcess.start({ extra });
  const { token, shares } = await founded(agent);
  using connections = new Connections(agent.port);
  await connections.each((at) => write(token, at, at));
  const [sealed] = await connections.each((at) =>
    at === 0 ? ['PUT', '/v1/sys/seal', { token }] : read(token, at),
  );
  assert.equal(sealed?.status, 204);
  assert.deepEqual(statuses(await connections.each((at) => read(token, at))), [503]);
  // The shares come in on different threads.
  for (const key of shares.slice(0, 2)) {
    const answer = await callAgent({ port: agent.port }, 'PUT', '/v1/sys/unseal', {
      body: { key },
    });
    assert.equal(answer.status, 200);
  }
  const found = await connections.each((at) => read(token, another(at)));
  assert.deepEqual(
    valuesOf(found),
    found.map((_, at) => another(at)),
  );
});

test('consoles come in on every thread, are told of a stop, and hold nothing up', async () => {
  await using agent = await AgentProcess.start({ extra });
  await founded(agent);
  const codes: number[] = [];
  const sockets = Array.from({ length: 12 }, () => {
    const address = `ws://127.0.0.1:${agent.port}/v1/sys/control`;
    const socket = new WebSocket(address, controlSubprotocol);
    socket.on('error', () => undefined);
    socket.on('close', (code) => codes.push(code));
    return socket;
  });
  await waitFor('all to be open', () => sockets.every(({ readyState }) => readyState === 1));
  const refused = new WebSocket(`ws://127.0.0.1:${agent.port}/v1/sys/control`, 'other');
  const [error] = (await once(refused, 'error')) as [Error];
  assert.match(error.message, /400/u);
  assert.equal(await agent.stop(), 0, agent.log);
  await waitFor('all to be told', () => codes.length === sockets.length);
  assert.deepEqual([...new Set(codes)], [controlCloseCodes.stopping]);
});

test('a port that threads share is refused to another agent, and the other way round', async () => {
  await using sharing = await AgentProcess.start({ extra });
  const port = sharing.port;
  await assert.rejects(AgentProcess.start({ port, extra }), /another process has the port/u);
  await assert.rejects(AgentProcess.start({ port }), /another process has the port/u);
  await using alone = await AgentProcess.start({ port: await freePort() });
  const taken = AgentProcess.start({ port: alone.port, extra });
  await assert.rejects(taken, /another process has the port/u);
});
