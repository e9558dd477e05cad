/**
 * F-19 and group E, on a real agent: secrets planted through the API, and sent in
 * malformed requests, are found in clear in no file that the agent writes and in no refusal that it
 * answers.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, callAgent } from '../support/agent-process.ts';

const canaryCount = 40;

function canary(): string {
  return `canary${randomBytes(12).toString('hex')}`;
}

test('F-19: planted secrets and tokens are in clear in no file, no log line and no metric', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const planted = await plant(agent, rootToken);
  const shown = await whatIsShown(agent, rootToken);
  await agent.stop();
  const files = new Map([...shown, ...(await readAll(agent.folder))]);
  files.set('the log on stderr', Buffer.from(agent.log));
  assert.ok(files.size >= 4, 'data, audit and log were read');
  for (const [name, bytes] of files) {
    for (const secret of [...planted, rootToken]) {
      assert.equal(bytes.includes(secret), false, `a secret is readable in ${name}`);
    }
  }
});

/** What anybody who watches an agent gets to see of it. */
async function whatIsShown(agent: AgentProcess, token: string): Promise<Map<string, Buffer>> {
  const shown = new Map<string, Buffer>();
  for (const path of ['sys/metrics?format=prometheus', 'sys/health', 'sys/seal-status']) {
    shown.set(path, Buffer.from((await agent.call('GET', `/v1/${path}`, { token })).text));
  }
  for (const name of ['cmdline', 'environ', 'maps']) {
    shown.set(name, await readFile(`/proc/${agent.pid}/${name}`));
  }
  return shown;
}

async function plant(agent: AgentProcess, token: string): Promise<string[]> {
  for (const [path, version] of [
    ['secret', '2'],
    ['old', '1'],
  ] as const) {
    const body = { type: 'kv', options: { version } };
    await agent.call('POST', `/v1/sys/mounts/${path}`, { token, body });
  }
  const planted: string[] = [];
  for (let n = 0; n < canaryCount; n += 1) {
    const value = canary();
    planted.push(value);
    const data = { password: value, nested: { list: [value, { deeper: value }] } };
    const paths = [
      [`/v1/secret/data/app/${n}`, { data }],
      [`/v1/old/app/${n}`, data],
      [`/v1/cubbyhole/app/${n}`, data],
    ] as const;
    for (const [path, body] of paths) {
      const written = await agent.call('POST', path, { token, body });
      assert.ok(written.status === 200 || written.status === 204, written.text);
      assert.ok((await agent.call('GET', path, { token })).text.includes(value));
    }
  }
  const child = await agent.call('POST', '/v1/auth/token/create', { token, body: { ttl: '1h' } });
  planted.push((child.json as { auth: { client_token: string } }).auth.client_token);
  return planted;
}

test('CVE-2025-4166: a refusal never quotes what was sent', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const secret = canary();
  const bodies = [
    `{"data": {"password": ${secret}}}`,
    `{"data": {"password": "${secret}"`,
    `{"ttl": {"k": "${secret}"}}`,
    `{"policies": {"k": "${secret}"}, "num_uses": "${secret}"}`,
    `{"versions": "${secret}"}`,
    `["${secret}"]`,
    `"${secret}"`,
    secret,
  ];
  const paths = ['auth/token/create', 'sys/mounts/new', 'sys/policies/acl/new', 'sys/unseal'];
  for (const path of paths) {
    for (const body of bodies) {
      const answer = await sendRaw(agent, `/v1/${path}`, body, token);
      assert.equal(answer.text.includes(secret), false, `POST ${path} quotes its input`);
      assert.ok(
        answer.status < 500,
        `POST ${path} with a bad body answered ${answer.status}: ${agent.log}`,
      );
    }
  }
  await agent.stop();
  for (const [name, bytes] of await readAll(agent.folder)) {
    assert.equal(bytes.includes(secret), false, `the malformed secret is readable in ${name}`);
  }
  assert.equal(agent.log.includes(secret), false);
});

async function sendRaw(
  agent: AgentProcess,
  path: string,
  body: string,
  token: string,
): Promise<{ status: number; text: string }> {
  const { connect } = await import('node:net');
  const socket = connect(agent.socket);
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Vault-Token: ${token}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}

async function readAll(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path, await readFile(path));
  }
  return files;
}

test('user-named things called __proto__ or constructor behave like any other name', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const data = JSON.parse(`{"data": {"${name}": {"admin": true}, "plain": "1"}}`) as unknown;
    const path = `/v1/secret/data/${name}`;
    assert.equal((await agent.call('GET', path, { token })).status, 404);
    assert.equal((await agent.call('POST', path, { token, body: data })).status, 200);
    const read = await callAgent({ socketPath: agent.socket }, 'GET', path, { token });
    assert.ok(read.text.includes(`"${name}":{"admin":true}`), read.text);
    const policy = await agent.call('GET', `/v1/sys/policies/acl/${name}`, { token });
    assert.equal(policy.status, 404);
  }
});
