/**
 * F-40 on a real agent: every field of every route with what does not belong there, and every route
 * with tokens that are none. The answer is one of the dialect's refusals, short, without an echo of
 * the input; nothing of it gets into a log.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AgentProcess, type HttpAnswer } from '../support/agent-process.ts';
import { fieldCases, hasBody, type RouteCase, routeCases, verbOf } from '../support/route-cases.ts';

const allowedStatuses = new Set([
  200, 202, 204, 400, 403, 404, 405, 412, 413, 415, 429, 431, 501, 503,
]);
const refusalBytesMax = 8_192;
const canary = `canary${randomBytes(12).toString('hex')}`;
/** These end what the other cases need. */
const skipped = new Set(['sys/seal', 'auth/token/revoke-self']);
/** No shorter than a body may be, less what stands around it. */
const longTextBytes = 1_048_000;

const wrongValues: readonly unknown[] = [
  { k: canary },
  [[canary]],
  [canary, 1],
  `${canary}\0`,
  `${canary}\u001b[31m\r\n`,
  `../../${canary}`,
  canary.repeat(100),
  -1,
  1.5,
  9_007_199_254_740_991,
  true,
  '',
  [],
  null,
];

async function startAgent(): Promise<{ agent: AgentProcess; token: string }> {
  const agent = await AgentProcess.start({ sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  for (const [path, version] of [
    ['secret', '2'],
    ['old', '1'],
  ] as const) {
    const body = { type: 'kv', options: { version } };
    await agent.call('POST', `/v1/sys/mounts/${path}`, { token, body });
  }
  return { agent, token };
}

function send(
  agent: AgentProcess,
  { method, path }: RouteCase,
  fields: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): Promise<HttpAnswer> {
  const type = method === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  if (hasBody(method)) {
    return agent.call(verbOf(method), `/v1/${path}`, {
      body: fields,
      headers: { ...type, ...headers },
    });
  }
  const pairs = Object.entries(fields).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const query = new URLSearchParams(pairs).toString();
  return agent.call(verbOf(method), `/v1/${path}?${query}`, { headers });
}

function check({ status, text }: HttpAnswer, what: string): void {
  assert.ok(allowedStatuses.has(status), `${what}: ${status} ${text.slice(0, 200)}`);
  if (status < 400) return;
  assert.ok(Buffer.byteLength(text) <= refusalBytesMax, `${what}: ${text.length} characters`);
  assert.equal(text.includes(canary), false, `${what} is echoed: ${text.slice(0, 500)}`);
}

async function checkLogs(agent: AgentProcess): Promise<void> {
  assert.equal((await readFile(agent.auditFile, 'utf8')).includes(canary), false, 'audit log');
  assert.equal(agent.log.includes(canary), false, 'log of the agent');
  assert.doesNotMatch(agent.log, /"level":"(?:error|fatal)"/u);
}

test('CVE-2025-4166, CVE-2025-52893: no field of any route is a fault of ours, echoed or logged', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  assert.ok(fieldCases.length > 150, 'the tables were walked');
  for (const each of fieldCases) {
    if (skipped.has(each.path)) continue;
    // Paths are names: a canary among them would rightly stand in the audit log.
    const isPath = each.field === 'path' || each.field === 'paths';
    const values = wrongValues.filter(
      (value) => !isPath || !JSON.stringify(value).includes(canary),
    );
    const trials = values.map(async (value) => {
      const fields = { type: 'kv', [each.field]: value };
      const what = `${each.method} ${each.path} ${each.field}=${JSON.stringify(value).slice(0, 30)}`;
      check(await send(agent, each, fields, { 'x-vault-token': token }), what);
    });
    await Promise.all(trials);
  }
  await checkLogs(agent);
});

test('F-40: a megabyte in a text field is served or refused, and never quoted', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const value = `${canary}${'a'.repeat(longTextBytes - canary.length)}`;
  for (const each of fieldCases.filter(({ method }) => hasBody(method))) {
    if (skipped.has(each.path) || each.fieldSpec.type !== 'string') continue;
    const answer = await send(agent, each, { [each.field]: value }, { 'x-vault-token': token });
    check(answer, `${each.method} ${each.path} ${each.field}`);
  }
  await checkLogs(agent);
});

test('F-40: no route serves a token that is none, was revoked, ran out or is far too long', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const create = async (body: object): Promise<string> => {
    const made = await agent.call('POST', '/v1/auth/token/create', { token, body });
    return (made.json as { auth: { client_token: string } }).auth.client_token;
  };
  const revoked = await create({ ttl: '1h' });
  await agent.call('POST', '/v1/auth/token/revoke', { token, body: { token: revoked } });
  const short = await create({ ttl: '1s' });
  const used = await create({ num_uses: 1 });
  await agent.call('GET', '/v1/auth/token/lookup-self', { token: used });
  let life = 200;
  while (life === 200) {
    life = (await agent.call('GET', '/v1/auth/token/lookup-self', { token: short })).status;
  }
  assert.equal(life, 403);
  const tokens: readonly (readonly [what: string, headers: Record<string, string>])[] = [
    ['no token', {}],
    ['junk', { 'x-vault-token': canary }],
    ['a token cut short', { 'x-vault-token': token.slice(0, -1) }],
    ['a token and more', { 'x-vault-token': `${token}a` }],
    ['a revoked token', { 'x-vault-token': revoked }],
    ['an expired token', { 'x-vault-token': short }],
    ['a used-up token', { 'x-vault-token': used }],
    ['a batch token that is none', { 'x-vault-token': 'hvb.AAAAAQ' }],
    ['another namespace', { 'x-vault-token': token, 'x-vault-namespace': 'other/' }],
    ['64 KiB of header', { 'x-vault-token': canary.repeat(2_200) }],
  ];
  for (const each of routeCases.filter(({ path }) => path !== 'sys/init')) {
    const trials = tokens.map(async ([what, headers]) => {
      const answer = await send(agent, each, {}, headers);
      check(answer, `${each.method} ${each.path} with ${what}`);
      if (what.startsWith('64')) assert.equal(answer.status, 431);
      else if (each.spec.anonymous !== true) {
        assert.ok(answer.status >= 400, `${each.method} ${each.path} serves ${what}`);
      }
    });
    await Promise.all(trials);
  }
  const root = await agent.call('GET', '/v1/auth/token/lookup-self', { token });
  assert.equal(root.status, 200, 'and nothing of it had an effect');
  await checkLogs(agent);
});
