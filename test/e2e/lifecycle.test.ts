/**
 * A real agent over its life: kill −9, restart, backup and restore, a second start, a busy port.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, repositoryFolder } from '../support/agent-process.ts';

async function withSecret(agent: AgentProcess): Promise<{ shares: string[]; token: string }> {
  const { shares, rootToken } = await agent.initialiseAndUnseal();
  const mount = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token: rootToken, body: mount });
  await writeValue(agent, rootToken, 'first');
  return { shares, token: rootToken };
}

async function writeValue(agent: AgentProcess, token: string, value: string): Promise<void> {
  const answer = await agent.call('POST', '/v1/secret/data/app', {
    token,
    body: { data: { value } },
  });
  assert.equal(answer.status, 200, answer.text);
}

async function readValue(agent: AgentProcess, token: string): Promise<unknown> {
  const answer = await agent.call('GET', '/v1/secret/data/app', { token });
  assert.equal(answer.status, 200, answer.text);
  return (answer.json as { data: { data: { value: unknown } } }).data.data.value;
}

test('an acknowledged write survives kill −9, and the log says that its tail was checked', async () => {
  await using agent = await AgentProcess.start();
  const { shares, token } = await withSecret(agent);
  await writeValue(agent, token, 'second');
  await agent.stop('SIGKILL');
  await agent.restart();
  const sealed = await agent.call('GET', '/v1/secret/data/app', { token });
  assert.equal(sealed.status, 503);
  await agent.unseal(shares.slice(1));
  assert.equal(await readValue(agent, token), 'second');
});

test('a copy of the data and audit folders is a backup that starts elsewhere', async () => {
  await using agent = await AgentProcess.start();
  const { shares, token } = await withSecret(agent);
  assert.equal(await agent.stop(), 0);
  const elsewhere = await mkdtemp(join(tmpdir(), 'strongbox-restore-'));
  await cp(join(agent.folder, 'data'), join(elsewhere, 'data'), { recursive: true });
  await cp(join(agent.folder, 'audit'), join(elsewhere, 'audit'), { recursive: true });
  await agent.restart();
  await agent.unseal(shares.slice(0, 2));
  await writeValue(agent, token, 'after the backup');
  await using restored = await AgentProcess.start({ folder: elsewhere });
  await restored.unseal(shares.slice(0, 2));
  assert.equal(await readValue(restored, token), 'first');
  const verify = strongbox(['audit', 'verify', restored.auditFile]);
  assert.equal(verify.status, 0, verify.stdout + verify.stderr);
});

test('a second agent on the same data folder names the holder and changes nothing', async () => {
  await using agent = await AgentProcess.start();
  const second = startTwice(agent.folder);
  assert.equal(second.status, 1);
  assert.match(second.stderr, new RegExp(`\\b${agent.pid}\\b`));
  assert.equal((await agent.call('GET', '/v1/sys/health')).status, 501);
});

test('a busy port is named with its cure', async () => {
  await using agent = await AgentProcess.start();
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-busy-'));
  await cp(join(agent.folder, 'agent.yaml'), join(folder, 'agent.yaml'));
  const second = startTwice(folder);
  await rm(folder, { recursive: true, force: true });
  assert.equal(second.status, 1);
  assert.match(second.stderr, new RegExp(`\\b${agent.port}\\b`));
  assert.match(second.stderr, /another process has the port/);
});

test('CVE-2021-38553, CVE-2020-15113: files of the data folder and the audit log are for the owner only, under any umask', async () => {
  const before = process.umask(0);
  try {
    await using agent = await AgentProcess.start();
    await withSecret(agent);
    assert.equal((await stat(join(agent.folder, 'data'))).mode & 0o777, 0o700);
    assert.equal((await stat(agent.auditFile)).mode & 0o777, 0o600);
    assert.equal((await stat(agent.socket)).mode & 0o777, 0o600);
  } finally {
    process.umask(before);
  }
});

test('SIGTERM finishes what is under way and exits 0', async () => {
  await using agent = await AgentProcess.start();
  const { token } = await withSecret(agent);
  const writes = Array.from({ length: 20 }, (_, n) => writeValue(agent, token, `value ${n}`));
  const settled = Promise.allSettled(writes);
  assert.equal(await agent.stop(), 0);
  for (const outcome of await settled) {
    if (outcome.status === 'rejected') {
      assert.match(String(outcome.reason), /ECONN|ENOENT|hang up|503|EPIPE/);
    }
  }
});

function startTwice(folder: string): { status: number | null; stderr: string } {
  return spawnSync(
    process.execPath,
    [join(repositoryFolder, '.bin', 'strongbox-agent.mjs'), '--config', join(folder, 'agent.yaml')],
    { encoding: 'utf8', timeout: 30_000, cwd: folder },
  );
}

function strongbox(words: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  return spawnSync(process.execPath, [join(repositoryFolder, '.bin', 'strongbox.mjs'), ...words], {
    encoding: 'utf8',
    timeout: 60_000,
  });
}
