/**
 * What the audit log of a real agent tells: of more than 200 kinds of requests, with good and bad
 * bodies, tokens and headers, no live token, accessor, share or value stands in it in clear.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AgentProcess, type CallOptions } from '../support/agent-process.ts';
import { fieldCases, hasBody, type RouteCase, routeCases, verbOf } from '../support/route-cases.ts';

const kindsMin = 200;
/** These end what the other kinds need. */
const skipped = new Set(['sys/seal', 'auth/token/revoke-self']);

function canary(): string {
  return `canary${randomBytes(12).toString('hex')}`;
}

interface Auth {
  readonly client_token: string;
  readonly accessor: string;
}

interface Room {
  readonly agent: AgentProcess;
  readonly root: string;
  /** What must not be readable anywhere. */
  readonly secrets: string[];
}

async function startRoom(): Promise<Room> {
  const agent = await AgentProcess.start({ sync: 'write' });
  const { shares, rootToken: root } = await agent.initialiseAndUnseal();
  const looked = await agent.call('GET', '/v1/auth/token/lookup-self', { token: root });
  const { accessor } = (looked.json as { data: Auth }).data;
  const room = { agent, root, secrets: [root, accessor, ...shares] };
  for (const [path, version] of [
    ['secret', '2'],
    ['old', '1'],
  ] as const) {
    const body = { type: 'kv', options: { version } };
    await agent.call('POST', `/v1/sys/mounts/${path}`, { token: root, body });
  }
  return room;
}

async function newToken({ agent, root, secrets }: Room, wishes: object = {}): Promise<Auth> {
  const body = { ttl: '1h', meta: { note: canary() }, ...wishes };
  secrets.push(body.meta.note);
  const made = await agent.call('POST', '/v1/auth/token/create', { token: root, body });
  const { auth } = made.json as { auth: Auth };
  secrets.push(auth.client_token, ...(auth.accessor === '' ? [] : [auth.accessor]));
  return auth;
}

/** A body or query in which every field holds a secret of its own, or a live token or accessor. */
function secretFields(room: Room, { spec }: RouteCase, live: Auth): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(spec.fields ?? {})) {
    const secret = canary();
    room.secrets.push(secret);
    if (isPath(name)) fields[name] = 'secret/data/app';
    else if (name === 'token') fields[name] = live.client_token;
    else if (name === 'accessor') fields[name] = live.accessor;
    else if (type === 'object' || type === 'map' || type === 'any') fields[name] = { k: secret };
    else if (type === 'boolean' || type === 'integer' || type === 'duration') fields[name] = secret;
    else fields[name] = type === 'strings' ? [secret] : secret;
  }
  return fields;
}

/** Paths are names, and names are shown: `sys/capabilities` answers under them. */
function isPath(field: string): boolean {
  return field === 'path' || field === 'paths';
}

function send(
  { agent }: Room,
  each: RouteCase,
  fields: Record<string, unknown>,
  options: CallOptions,
): ReturnType<AgentProcess['call']> {
  const query = new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const isBody = hasBody(each.method);
  const target = `/v1/${each.path}${isBody || query.size === 0 ? '' : `?${query.toString()}`}`;
  const headers = each.method === 'patch' ? { 'content-type': 'application/merge-patch+json' } : {};
  return agent.call(verbOf(each.method), target, {
    ...options,
    headers: { ...headers, ...options.headers },
    ...(isBody && { body: fields }),
  });
}

async function assertNothingReadable({ agent, secrets }: Room): Promise<void> {
  const log = await readFile(agent.auditFile, 'utf8');
  for (const secret of secrets) {
    const at = log.indexOf(secret);
    const line = log.slice(log.lastIndexOf('\n', at) + 1, log.indexOf('\n', at));
    assert.equal(at, -1, `readable in the audit log: ${line}`);
    assert.equal(agent.log.includes(secret), false, 'readable in the log of the agent');
  }
}

test('CVE-2024-8365: over 200 kinds of requests leave no token, accessor, share or value readable', async () => {
  const room = await startRoom();
  await using agent = room.agent;
  const live = await newToken(room);
  const limited = await newToken(room, { num_uses: 100_000 });
  const batch = await newToken(room, { type: 'batch', policies: ['default'] });
  let kinds = 0;
  for (const each of routeCases.filter(({ path }) => !skipped.has(path))) {
    const doomed = each.path.includes('revoke') ? await newToken(room) : live;
    for (const token of [room.root, limited.client_token, batch.client_token]) {
      const fields = secretFields(room, each, doomed);
      if (each.spec.openBody === true) {
        fields['password'] = canary();
        room.secrets.push(String(fields['password']));
      }
      const answer = await send(room, each, fields, { token });
      assert.ok(answer.status < 500, `${each.method} ${each.path}: ${answer.status}`);
      kinds += 1;
    }
  }
  assert.ok(kinds >= kindsMin, `${kinds} kinds`);
  // The good path of what holds secrets: a value, its versions, a lookup and a renewal.
  const value = canary();
  room.secrets.push(value);
  const write = { token: room.root, body: { data: { password: value } } };
  assert.equal((await agent.call('POST', '/v1/secret/data/app', write)).status, 200);
  for (const path of ['secret/data/app', 'secret/subkeys/app', 'auth/token/lookup-self']) {
    const read = await agent.call('GET', `/v1/${path}`, { token: room.root });
    assert.equal(read.status, 200, path);
  }
  await assertNothingReadable(room);
  const log = await readFile(agent.auditFile, 'utf8');
  assert.ok(log.split('\n').length > kinds, 'every kind was recorded');
});

test('CVE-2026-46358, GHSA-vjg6-93fv-qv64: whatever header carries a secret, the audit log does not show it', async () => {
  const room = await startRoom();
  await using agent = room.agent;
  const { client_token: token } = await newToken(room);
  const kinds: Record<string, string>[] = [
    { 'x-vault-token': token },
    { authorization: `Bearer ${token}` },
    { authorization: `bearer ${token}` },
    { authorization: `Basic ${Buffer.from(`alice:${token}`).toString('base64')}` },
    { authorization: token },
    { cookie: `token=${token}` },
    { 'proxy-authorization': `Bearer ${token}` },
    { 'x-vault-inline-auth-path': 'auth/userpass/login/alice' },
    { 'x-vault-inline-auth-parameter-password': token },
    { 'x-vault-wrap-ttl': '60' },
    { 'x-vault-mfa': `method:${token}` },
    { 'x-vault-request': 'true' },
    { 'x-vault-namespace': 'root' },
    { 'x-forwarded-for': token },
    { 'x-correlation-id': token },
    { 'user-agent': token },
    { referer: `https://example.org/${token}` },
  ];
  for (const headers of kinds) {
    const name = Object.keys(headers)[0] ?? '';
    const answer = await agent.call('GET', '/v1/secret/data/app', { headers });
    assert.ok(answer.status >= 200 && answer.status < 500, `${name}: ${answer.status}`);
    assert.equal(answer.text.includes(token), false, name);
  }
  await assertNothingReadable(room);
  const lines = (await readFile(agent.auditFile, 'utf8')).trimEnd().split('\n');
  const asked = lines.filter((line) => line.includes('"path":"secret/data/app"'));
  assert.equal(asked.length, kinds.length, 'each of them was recorded');
  const said = asked.filter((line) => /"client_token":"hmac-sha256:[0-9a-f]{64}"/u.test(line));
  assert.equal(said.length, 2, 'a token that counts is recorded as its keyed hash');
});

test('GHSA-8xxq-mq9m-xmhw: a malformed field leaves none of its text in the audit log', async () => {
  const room = await startRoom();
  await using agent = room.agent;
  const texts = (secret: string): unknown[] => [
    `k=${secret}=x,`,
    [`k=${secret}`, secret],
    { [secret]: { deeper: secret } },
    [[secret]],
  ];
  for (const each of fieldCases.filter(({ fieldSpec }) => fieldSpec.type !== 'string')) {
    if (skipped.has(each.path) || !hasBody(each.method)) continue;
    if (isPath(each.field)) continue;
    const secret = canary();
    // The name of a field is no value: it is shown, as in Vault, so a canary is only a value here.
    for (const value of texts(secret).filter((text) => !isNamedBy(text, secret))) {
      const answer = await send(room, each, { [each.field]: value }, { token: room.root });
      assert.ok(answer.status < 500, `${each.path} ${each.field}: ${answer.status}`);
      if (answer.status >= 400) assert.equal(answer.text.includes(secret), false, each.path);
    }
    room.secrets.push(secret);
  }
  await assertNothingReadable(room);
  await agent.stop();
});

function isNamedBy(text: unknown, secret: string): boolean {
  return typeof text === 'object' && text !== null && Object.hasOwn(text, secret);
}
