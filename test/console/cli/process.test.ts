import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { reportError } from '../../../console/cli/report.ts';
import { AssertionFailure } from '../../../shared/assert.ts';
import { mainFile, runCli, spawnCli, TemporaryFolder } from '../run-cli.ts';
import { envelope, StandIn } from '../stand-in.ts';

test('the program as a process: results on stdout, the rest on stderr, exit codes', async () => {
  const ok = await spawnCli(['version']);
  assert.deepEqual([ok.code, ok.stderr], [0, '']);
  assert.match(ok.stdout, /^StrongBox v\d+\.\d+\.\d+\n$/u);
  const local = await spawnCli(['kv', 'get']);
  assert.deepEqual([local.code, local.stdout], [1, '']);
  const remote = await spawnCli(['token', 'lookup', '--address', 'http://127.0.0.1:1']);
  assert.equal(remote.code, 2);
});

test('the agent of this folder is found by its socket, without any setting', async () => {
  using folder = new TemporaryFolder();
  mkdirSync(join(folder.path, '.strongbox', 'run'), { recursive: true });
  const socket = join(folder.path, '.strongbox', 'run', 'strongbox.sock');
  const status = { type: 'shamir', initialized: true, sealed: false, t: 2, n: 3, progress: 0 };
  await using server = await StandIn.listen(() => ({ body: status }), { socket });
  const ran = await spawnCli(['status'], { folder: folder.path });
  assert.equal(ran.code, 0, ran.stderr);
  assert.ok(ran.stdout.includes(`unix://${socket}`));
  assert.equal(server.received[0]?.headers.host, 'localhost');
});

test('a file in the place of a socket, and a socket without rights, are told apart', async () => {
  using folder = new TemporaryFolder();
  const file = join(folder.path, 'no.sock');
  const env = { STRONGBOX_SOCKET: file };
  const absent = await runCli(['status'], { env });
  assert.match(absent.stderr, /there is no such socket/u);
  writeFileSync(file, '');
  const plain = await runCli(['status'], { env });
  assert.match(plain.stderr, /client\.unreachable/u);
});

test('a reader that goes away ends the program quietly', async () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `a-rather-long-name-${index}`);
  await using server = await StandIn.listen(() => ({ body: envelope({ keys }) }));
  const words = [mainFile, 'list', 'secret/metadata', '--address', server.address];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0);
  assert.equal(Buffer.concat(said).toString(), '');
});

test('F-46: junk in the environment is refused by name and without its value', async () => {
  const rows: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ STRONGBOX_FORMAT: 'CANARY' }, /STRONGBOX_FORMAT must be table, json or yaml/u],
    [{ VAULT_FORMAT: 'CANARY' }, /VAULT_FORMAT must be/u],
    [{ STRONGBOX_FORMAT: 'constructor' }, /STRONGBOX_FORMAT must be/u],
    [{ STRONGBOX_CLIENT_TIMEOUT: 'CANARY' }, /STRONGBOX_CLIENT_TIMEOUT must be a duration/u],
    [{ STRONGBOX_CLIENT_TIMEOUT: '0' }, /STRONGBOX_CLIENT_TIMEOUT/u],
    [{ VAULT_CLIENT_TIMEOUT: '99999h' }, /VAULT_CLIENT_TIMEOUT/u],
    [{ STRONGBOX_MAX_RETRIES: '-1' }, /STRONGBOX_MAX_RETRIES must be a whole number/u],
    [{ STRONGBOX_NAMESPACE: 'CANARY\r\nX: y' }, /STRONGBOX_NAMESPACE must be/u],
    [{ STRONGBOX_TOKEN: 'CANARY two' }, /token from STRONGBOX_TOKEN is not one/u],
    [{ VAULT_TOKEN: 'CANARY\r\nX: y' }, /token from VAULT_TOKEN/u],
    [{ STRONGBOX_ADDR: 'CANARY' }, /the address cannot be understood/u],
  ];
  for (const [env, message] of rows) {
    const all = { STRONGBOX_ADDR: 'http://127.0.0.1:1', ...env };
    const ran = await runCli(['token', 'lookup'], { env: all });
    assert.equal(ran.code, 1, JSON.stringify(env));
    assert.match(ran.stderr, message);
    assert.equal(ran.stderr.includes('CANARY'), false);
  }
});

test('an empty setting of our own switches off Vault’s', async () => {
  await using server = await StandIn.listen(() => ({ body: envelope({ accessor: 'a' }) }));
  const env = { VAULT_ADDR: server.address, STRONGBOX_TOKEN: '', VAULT_TOKEN: 'hvs.x' };
  await runCli(['token', 'lookup'], { env });
  assert.equal(server.received[0]?.headers['x-vault-token'], undefined);
  await runCli(['token', 'lookup'], { env: { ...env, STRONGBOX_TOKEN: 'hvs.y' } });
  assert.equal(server.received[1]?.headers['x-vault-token'], 'hvs.y');
});

test('a token over plain HTTP to another host is warned of', async () => {
  const env = { STRONGBOX_TOKEN: 'hvs.x', STRONGBOX_CLIENT_TIMEOUT: '1' };
  const ran = await runCli(['token', 'lookup', '--address', 'http://192.0.2.1:1'], { env });
  assert.match(ran.stderr, /crosses the network unencrypted/u);
  const loopback = await runCli(['token', 'lookup', '--address', 'http://127.0.0.1:1'], { env });
  assert.equal(loopback.stderr.includes('unencrypted'), false);
});

test('CVE-2026-77285, GHSA-444v-8vxr-p36h, CVE-2026-87993: a fault of our own shows places in the program and nothing that it carries', () => {
  const faults = [
    new TypeError('CANARY is not a function'),
    Object.assign(new Error('CANARY\n    at CANARY (file:///x.ts:1:1)'), { token: 'CANARY' }),
    { token: 'CANARY' },
    'CANARY',
  ];
  for (const fault of faults) {
    const stderr = new PassThrough();
    assert.equal(reportError(fault, stderr), 1);
    const shown = String(stderr.read());
    assert.match(shown, /^Fault in strongbox itself/u);
    if (fault instanceof TypeError) assert.match(shown, /process\.test/u, 'the place is shown');
    assert.equal(shown.includes('CANARY'), false, shown);
  }
  const stderr = new PassThrough();
  reportError(new AssertionFailure('a promise'), stderr);
  assert.match(String(stderr.read()), /assertion failed: a promise/u);
});
