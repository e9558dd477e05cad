import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HttpListener } from '../../../agent/http/http-listener.ts';
import { groupNumber } from '../../../agent/http/unix-socket.ts';
import { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { ErrorCode } from '../../../shared/errors/registry.ts';
import { RawClient, RecordingLog, requestText } from './listener-harness.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'strongbox-sock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function listenerAt(path: string, mode = 0o660, group?: string): HttpListener {
  return new HttpListener({
    endpoint: { kind: 'unix', path, mode, group },
    log: new RecordingLog(),
    handler: { handle: () => Promise.resolve({ status: 200, body: {} }) },
  });
}

async function refused(path: string, code: ErrorCode, group?: string): Promise<string> {
  let message = '';
  await assert.rejects(listenerAt(path, 0o660, group).start(), (error) => {
    assert.ok(error instanceof StrongBoxError);
    assert.equal(error.code, code);
    message = error.message;
    return true;
  });
  return message;
}

test('the socket has its mode, whatever the umask, and goes away with the listener', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'run', 'agent.sock');
  for (const umask of [0o000, 0o022, 0o077]) {
    const before = process.umask(umask);
    const listener = listenerAt(path, 0o660);
    try {
      await listener.start();
    } finally {
      process.umask(before);
    }
    assert.equal(statSync(path).mode & 0o777, 0o660);
    assert.equal(statSync(join(folder, 'run')).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(join(folder, 'run')), ['agent.sock']);
    assert.equal(listener.address, `unix://${path}`);
    const client = await RawClient.connect(listener.address);
    client.write(requestText('LIST /v1/a'));
    assert.equal((await client.answer()).status, 200);
    client.close();
    await listener.drain();
    assert.equal(existsSync(path), false);
  }
});

test('F-43: a dead socket is replaced, a living one and anything else is not', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'agent.sock');
  const dies = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', dies]);
  assert.equal(statSync(path).isSocket(), true);
  const listener = listenerAt(path);
  await listener.start();
  assert.match(await refused(path, 'listener.socket-busy'), /ss -xlp/);
  await listener.drain();
  writeFileSync(path, '');
  await refused(path, 'listener.socket-foreign');
  assert.equal(existsSync(path), true);
});

test('a folder that cannot hold the socket is named with the cure', async (t) => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'run'), 'a file');
  for (const path of [join(folder, 'run', 'agent.sock'), join(folder, 'run', 'in', 'agent.sock')]) {
    assert.match(await refused(path, 'listener.socket-folder'), /ENOTDIR.*another path/u);
  }
  assert.match(await refused('/proc/agent.sock', 'listener.socket-folder'), /\/proc/u);
});

test('a dead socket of somebody else is left alone', async (t) => {
  if (process.geteuid?.() !== 0) return t.skip('needs root to make a socket of another user');
  const path = join(folderOf(t), 'agent.sock');
  const dies = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', dies]);
  chownSync(path, 12_345, 12_345);
  await refused(path, 'listener.socket-foreign');
});

test('a listener that stops leaves the socket of its successor', async (t) => {
  const path = join(folderOf(t), 'agent.sock');
  const first = listenerAt(path);
  await first.start();
  rmSync(path);
  const second = listenerAt(path);
  await second.start();
  await first.drain();
  assert.equal(existsSync(path), true);
  await second.drain();
});

test('a path that the kernel would cut is refused with its length and the cure', async (t) => {
  const path = join(folderOf(t), 'x'.repeat(100), 'agent.sock');
  const message = await refused(path, 'listener.socket-path-long');
  assert.match(message, new RegExp(`${path.length} bytes`));
  assert.match(message, /at most 107/);
});

test('a path of exactly the longest length works', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 's'.repeat(107 - folder.length - 1));
  assert.equal(path.length, 107);
  const listener = listenerAt(path);
  await listener.start();
  const client = await RawClient.connect(listener.address);
  client.close();
  await listener.drain();
  await refused(`${path}s`, 'listener.socket-path-long');
});

test('the group is found by name or number, and an unknown one is refused', async (t) => {
  const folder = folderOf(t);
  const groupFile = join(folder, 'group');
  writeFileSync(groupFile, 'root:x:0:\n#apps:x:1:\napps:x:4321:a,b\n');
  assert.equal(groupNumber('apps', groupFile), 4_321);
  assert.equal(groupNumber('77', groupFile), 77);
  const path = join(folder, 'agent.sock');
  assert.match(await refused(path, 'listener.group-unknown', 'no-such-group'), /no-such-group/);
  assert.equal(existsSync(path), false);
  assert.deepEqual(readdirSync(folder), ['group']);
});

test('the socket belongs to its group', async (t) => {
  if (process.geteuid?.() !== 0) return t.skip('needs root to give a socket to any group');
  const path = join(folderOf(t), 'agent.sock');
  const listener = listenerAt(path, 0o660, '4321');
  await listener.start();
  assert.equal(statSync(path).gid, 4_321);
  assert.equal(statSync(path).uid, 0);
  await listener.drain();
});

test('a foreign server on a TCP port is named with the cure', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const bound = server.address();
  assert.ok(bound !== null && typeof bound === 'object');
  const listener = new HttpListener({
    endpoint: { kind: 'tcp', host: '127.0.0.1', port: bound.port, tls: undefined },
    log: new RecordingLog(),
    handler: { handle: () => Promise.resolve({ status: 200, body: {} }) },
  });
  await assert.rejects(listener.start(), (error) => {
    assert.ok(error instanceof StrongBoxError);
    assert.equal(error.code, 'listener.port-busy');
    assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${bound.port}.*ss -ltnp`));
    return true;
  });
  await listener.drain();
});

for (const host of ['0.0.0.0', '::', '10.1.2.3', '128.0.0.1', 'localhost.evil.example']) {
  test(`plain HTTP on ${host} is refused`, async () => {
    const listener = new HttpListener({
      endpoint: { kind: 'tcp', host, port: 0, tls: undefined },
      log: new RecordingLog(),
      handler: { handle: () => Promise.resolve({ status: 200, body: {} }) },
    });
    await assert.rejects(listener.start(), { code: 'listener.plain-exposed' });
  });
}

for (const host of ['127.0.0.1', '127.8.9.10', '::1']) {
  test(`plain HTTP on ${host} is served`, async () => {
    const listener = new HttpListener({
      endpoint: { kind: 'tcp', host, port: 0, tls: undefined },
      log: new RecordingLog(),
      handler: { handle: () => Promise.resolve({ status: 200, body: {} }) },
    });
    await listener.start();
    const client = await RawClient.connect(listener.address);
    client.write(requestText('GET /v1/a'));
    assert.equal((await client.answer()).status, 200);
    client.close();
    await listener.drain();
  });
}
