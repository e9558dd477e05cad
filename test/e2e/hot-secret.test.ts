/** A real agent and one secret that many clients write at once: each write is a version. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';

const connections = 16;
const writesEach = 200;

interface Written {
  readonly status: number;
  readonly text: string;
}

/** Writes on one connection of its own, one after the other. */
async function writeInARow(agent: AgentProcess, token: string, count: number): Promise<Written[]> {
  const connection = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers: Written[] = [];
  try {
    for (let index = 0; index < count; index += 1) {
      answers.push(await writeOnce(agent, token, connection));
    }
  } finally {
    connection.destroy();
  }
  return answers;
}

function writeOnce(agent: AgentProcess, token: string, connection: Agent): Promise<Written> {
  const body = JSON.stringify({ data: { value: 'x' } });
  const headers = { 'x-vault-token': token, 'content-length': String(body.length) };
  const path = '/v1/secret/data/hot';
  const options = { socketPath: agent.socket, method: 'POST', path, headers, agent: connection };
  return new Promise((done, reject) => {
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        done({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
      });
    });
    call.once('error', reject);
    call.end(body);
  });
}

test('writes of one secret from many connections all succeed, each as a version', async () => {
  await using agent = await AgentProcess.start({ sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const mount = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body: mount });
  const writers = Array.from({ length: connections }, () => writeInARow(agent, token, writesEach));
  const answers = (await Promise.all(writers)).flat();
  const refused = answers.filter(({ status }) => status !== 200);
  assert.deepEqual(refused.slice(0, 3), []);
  const versions = answers.map(({ text }) => JSON.parse(text).data.version as number);
  assert.deepEqual(
    versions.toSorted((left, right) => left - right),
    Array.from({ length: connections * writesEach }, (_, index) => index + 1),
  );
  const metadata = await agent.call('GET', '/v1/secret/metadata/hot', { token });
  const { data } = metadata.json as { data: { current_version: number } };
  assert.equal(data.current_version, connections * writesEach);
});
