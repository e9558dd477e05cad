/**
 * Bodies that would take memory or time if they were believed, against a real agent: they are
 * refused early, its memory stays where it was, and others are served meanwhile.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bodyBytesReadMax } from '../../agent/http/admission/limits.ts';
import { jsonTokensMax, requestBytesMax } from '../../shared/limits.ts';
import { AgentProcess } from '../support/agent-process.ts';

const mebibyte = 1_048_576;
const growthBytesMax = 150 * mebibyte;
const floodConnections = 100;
/** One byte more than 32 MiB, Vault's own limit. */
const floodBytes = 33_554_433;

async function startAgent(): Promise<{ agent: AgentProcess; token: string }> {
  const agent = await AgentProcess.start({ sync: 'write' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  return { agent, token };
}

/** 0 where the kernel does not tell. */
function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/mu.exec(status)?.[1]) * 1_024;
}

/** Status and text of the first answer to bytes that are sent as they are. */
async function sendRaw(agent: AgentProcess, bytes: string | Uint8Array): Promise<Answer> {
  const socket = connect(agent.port, '127.0.0.1');
  socket.on('error', () => undefined); // the agent may close before all is sent
  socket.write(bytes);
  return answerOf(socket);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

function answerOf(socket: Socket): Promise<Answer> {
  return new Promise((done) => {
    let text = '';
    const finish = (): void => {
      socket.destroy();
      done({ status: Number(/^HTTP\/1\.1 (\d+)/u.exec(text)?.[1] ?? 0), text });
    };
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) finish();
    });
    socket.on('close', finish);
  });
}

/** Large bodies that the agent counts as refused. */
async function refusedBodies(agent: AgentProcess, token: string): Promise<number> {
  const { text } = await agent.call('GET', '/v1/sys/metrics?format=prometheus', { token });
  return Number(/^strongbox_requests_refused_total\{kind="bulk"\} (\d+)$/mu.exec(text)?.[1]);
}

function head(line: string, lines: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, '', ''].join('\r\n');
}

/** Sends a chunked body until it is whole or the agent has answered. */
async function flood(agent: AgentProcess, line: string): Promise<Answer> {
  const socket = connect(agent.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const answered = answerOf(socket);
  const chunk = Buffer.alloc(65_536, 0x5b);
  const framed = Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]);
  socket.write(head(line, ['Transfer-Encoding: chunked']));
  for (let sent = 0; sent < floodBytes && !socket.destroyed; sent += chunk.length) {
    if (!socket.write(framed)) await Promise.race([drained(socket), answered]);
  }
  return answered;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((done) => {
    socket.once('drain', done);
    socket.once('close', done);
  });
}

test('CVE-2023-6337: a hundred endless bodies at once are refused, on every verb, in flat memory', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const before = residentBytes(agent.pid);
  const verbs = ['POST', 'PUT', 'GET', 'LIST', 'DELETE'];
  const floods = Array.from({ length: floodConnections }, (__, at) =>
    flood(agent, `${verbs[at % verbs.length]} /v1/secret/data/a`),
  );
  const meanwhile = await agent.call('GET', '/v1/sys/mounts', { token });
  assert.equal(meanwhile.status, 200);
  const statuses = (await Promise.all(floods)).map(({ status }) => status);
  // Where they come in step, the memory for bodies is used up before one of them is too large: then
  // those that were read for longest give way and are told to come again. That needs more of them
  // than fit, so at least as many as fit grow on.
  const gaveWay = statuses.filter((status) => status === 429).length;
  const tooLarge = statuses.filter((status) => status === 413).length;
  assert.equal(gaveWay + tooLarge, floodConnections, `answered ${[...new Set(statuses)].join()}`);
  assert.ok(tooLarge >= bodyBytesReadMax / requestBytesMax, `${tooLarge} were too large`);
  assert.equal(await refusedBodies(agent, token), gaveWay);
  const grown = residentBytes(agent.pid) - before;
  assert.ok(grown < growthBytesMax, `grown by ${Math.round(grown / mebibyte)} MiB`);
});

test('CVE-2025-6203, CVE-2025-59043, CVE-2025-12044: small JSON of much memory is refused unbuilt', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const before = residentBytes(agent.pid);
  const keys = Array.from({ length: jsonTokensMax }, (__, at) => `"${at * 65_536}":0`);
  const bombs: readonly (readonly [what: string, json: string])[] = [
    ['empty objects', `[${'{},'.repeat(300_000)}{}]`],
    ['depth', '['.repeat(1_000_000)],
    ['depth of objects', `${'{"a":'.repeat(150_000)}1`],
    ['keys that are numbers', `{${keys.join(',')}}`],
    ['short texts', `[${'"",'.repeat(300_000)}""]`],
  ];
  for (const path of ['sys/mounts/x', 'secret/data/a', 'cubbyhole/a', 'sys/init']) {
    for (const [what, json] of bombs) {
      const lines = [`X-Vault-Token: ${token}`, `Content-Length: ${json.length}`];
      const { status, text } = await sendRaw(agent, head(`POST /v1/${path}`, lines) + json);
      assert.equal(status, 400, `${what} for ${path}: ${text.slice(0, 300)}`);
    }
  }
  // What is always taken on has a body of no such size, and is refused by its head.
  const large = [`Content-Length: ${requestBytesMax}`];
  assert.equal((await sendRaw(agent, head('POST /v1/sys/unseal', large))).status, 413);
  const grown = residentBytes(agent.pid) - before;
  assert.ok(grown < growthBytesMax, `grown by ${Math.round(grown / mebibyte)} MiB`);
  assert.equal((await agent.call('GET', '/v1/sys/mounts', { token })).status, 200);
});

test('CVE-2026-39396, CVE-2023-0475: a compressed body is refused before anything is unpacked', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const bomb = gzipSync(Buffer.alloc(64 * mebibyte), { level: 9 });
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip']) {
    const lines = [
      `X-Vault-Token: ${token}`,
      `Content-Encoding: ${encoding}`,
      `Content-Length: ${bomb.length}`,
    ];
    const sent = Buffer.concat([Buffer.from(head('POST /v1/secret/data/a', lines)), bomb]);
    assert.equal((await sendRaw(agent, sent)).status, 415, encoding);
  }
});

test('CVE-2021-45042: names and values at their limits and beyond bring nothing down', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const write = async (path: string, body: string): Promise<number> => {
    const lines = [`X-Vault-Token: ${token}`, `Content-Length: ${Buffer.byteLength(body)}`];
    return (await sendRaw(agent, head(`POST /v1/${path}`, lines) + body)).status;
  };
  const small = '{"data":{"a":"b"}}';
  const names: readonly (readonly [name: string, status: number])[] = [
    ['', 404],
    ['a'.repeat(256), 200],
    ['a'.repeat(257), 400],
    ['a/'.repeat(300), 400],
    ['a'.repeat(8_192), 400],
    ['a'.repeat(32_768), 431],
    ['a'.repeat(mebibyte), 431],
  ];
  for (const [name, status] of names) {
    assert.equal(await write(`secret/data/${name}`, small), status, `a name of ${name.length}`);
  }
  const around = '{"data":{"a":""}}'.length;
  for (const [length, status] of [
    [requestBytesMax - 1, 200],
    [requestBytesMax, 200],
    [requestBytesMax + 1, 413],
  ] as const) {
    const body = `{"data":{"a":"${'x'.repeat(length - around)}"}}`;
    assert.equal(await write('secret/data/large', body), status, `a body of ${length}`);
  }
  const patched = await agent.call('POST', '/v1/secret/metadata/many', {
    token,
    body: { max_versions: 1_000_000 },
  });
  assert.ok(patched.status === 204 || patched.status === 400);
  assert.equal((await agent.call('GET', '/v1/sys/health')).status, 200);
});

test('CVE-2018-1098, CVE-2018-1099: no page and no rebound name reaches the API', async () => {
  const { agent, token } = await startAgent();
  await using _ = agent;
  const ask = async (host: string, lines: readonly string[]): Promise<number> => {
    const all = [
      'GET /v1/sys/mounts HTTP/1.1',
      `Host: ${host}`,
      `X-Vault-Token: ${token}`,
      ...lines,
    ];
    return (await sendRaw(agent, `${all.join('\r\n')}\r\n\r\n`)).status;
  };
  assert.equal(await ask('127.0.0.1', []), 200);
  assert.equal(await ask('evil.example', []), 421);
  assert.equal(await ask('127.0.0.1.evil.example', []), 421);
  assert.equal(await ask('127.0.0.1', ['Origin: https://evil.example']), 403);
  assert.equal(await ask('127.0.0.1', ['Origin: null']), 403);
});
