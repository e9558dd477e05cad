/** The lines that work as printed in the article that the product descends from. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';

interface Made {
  readonly shares: readonly string[];
  readonly root_token: string;
  readonly keys: readonly string[];
  readonly keys_base64: readonly string[];
}

let agent: AgentProcess;
let made: Made;

before(async () => {
  agent = await AgentProcess.start();
});

after(() => agent[Symbol.asyncDispose]());

test('POST /v1/sys/init without a body answers three shares, threshold two and a root token', async () => {
  const answer = await agent.call('POST', '/v1/sys/init');
  assert.equal(answer.status, 200, answer.text);
  made = answer.json as Made;
  assert.equal(made.shares.length, 3);
  assert.equal(made.keys.length, 3);
  assert.equal(made.keys_base64.length, 3);
  assert.equal(typeof made.root_token, 'string');
  const status = await agent.call('GET', '/v1/sys/seal-status');
  assert.deepEqual(pick(status.json, 't', 'n', 'sealed'), { t: 2, n: 3, sealed: true });
});

test('POST /v1/sys/unseal takes a framed share', async () => {
  const answer = await agent.call('POST', '/v1/sys/unseal', { body: { share: made.shares[0] } });
  assert.deepEqual(pick(answer.json, 'sealed', 'progress'), { sealed: true, progress: 1 });
});

test('the same share again is named a duplicate and costs nothing', async () => {
  const again = await agent.call('POST', '/v1/sys/unseal', { body: { share: made.shares[0] } });
  assert.equal(again.status, 400);
  const status = await agent.call('GET', '/v1/sys/seal-status');
  assert.deepEqual(pick(status.json, 'sealed', 'progress'), { sealed: true, progress: 1 });
});

test('POST /v1/sys/unseal takes a key in hex, and one in base64 after a seal', async () => {
  const hex = await agent.call('POST', '/v1/sys/unseal', { body: { key: made.keys[1] } });
  assert.deepEqual(pick(hex.json, 'sealed'), { sealed: false });
  assert.equal((await agent.call('PUT', '/v1/sys/seal', { token: made.root_token })).status, 204);
  await agent.call('POST', '/v1/sys/unseal', { body: { key: made.keys_base64[2] } });
  const base64 = await agent.call('POST', '/v1/sys/unseal', { body: { key: made.keys_base64[0] } });
  assert.deepEqual(pick(base64.json, 'sealed'), { sealed: false });
});

test('a token is taken from Authorization: Bearer as well as X-Vault-Token', async () => {
  const bearer = await agent.call('GET', '/v1/auth/token/lookup-self', {
    headers: { authorization: `Bearer ${made.root_token}` },
  });
  assert.equal(bearer.status, 200);
  const header = await agent.call('GET', '/v1/auth/token/lookup-self', { token: made.root_token });
  assert.equal(header.status, 200);
});

test('GET /v1/sys/health also says leader, term and node_id', async () => {
  const health = await agent.call('GET', '/v1/sys/health');
  assert.equal(health.status, 200);
  const said = health.json as Record<string, unknown>;
  assert.equal(said['node_id'], 'e2e-1');
  assert.ok('leader' in said && 'term' in said);
});

test('unknown body fields of Vault routes are ignored with a warning', async () => {
  const answer = await agent.call('POST', '/v1/sys/mounts/kv', {
    token: made.root_token,
    body: { type: 'kv', options: { version: '2' }, no_such_field: 1 },
  });
  assert.equal(answer.status, 200, answer.text);
  const { warnings } = answer.json as { warnings: string[] };
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /no_such_field/);
});

function pick(value: unknown, ...names: readonly string[]): Record<string, unknown> {
  const source = value as Record<string, unknown>;
  return Object.fromEntries(names.map((name) => [name, source[name]]));
}
