/**
 * F-15 and F-16 on a real agent: a device that hangs holds nobody up while others write; when none
 * can write, no secret leaves and nothing changes; and what is back is used without a restart.
 * STRONGBOX_TEST_REFUSALS says how many requests are made while none can write.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const isRoot = process.getuid?.() === 0;
const recoverTimeoutMs = 20_000;
const refusalsWanted = Number(process.env['STRONGBOX_TEST_REFUSALS'] ?? 300);
const callersAtOnce = 16;

test('own (fail closed), F-16: a full audit disk refuses reads and writes, and recovers without a restart', {
  skip: isRoot ? false : 'mounting a small file system needs root',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-full-'));
  const audit = join(folder, 'audit');
  await mkdir(audit, { mode: 0o700 });
  mount(audit);
  await using agent = await AgentProcess.start({ folder });
  try {
    await fullDisk(agent, join(audit, 'ballast'));
  } finally {
    await agent.stop('SIGKILL');
    spawnSync('umount', [audit]);
  }
});

function mount(folder: string): void {
  const options = 'size=1m,mode=0700';
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  assert.equal(mounted.status, 0, String(mounted.stderr));
}

async function fullDisk(agent: AgentProcess, ballast: string): Promise<void> {
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '2' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  const write = (value: string) =>
    agent.call('POST', '/v1/secret/data/app', { token, body: { data: { value } } });
  const read = () => agent.call('GET', '/v1/secret/data/app', { token });
  assert.equal((await write('before')).status, 200);

  await writeFile(ballast, Buffer.alloc(2_000_000)).catch(() => undefined); // until it is full
  let acknowledged = 1;
  let refused = await write('while full');
  for (let n = 0; n < 50 && refused.status === 200; n += 1) {
    acknowledged += 1;
    refused = await write('while full');
  }
  assert.equal(refused.status, 500);
  assert.match(refused.text, /audit/);
  await allRefused(agent, token);
  assert.equal((await agent.call('GET', '/v1/sys/health')).status, 200);
  assert.equal((await agent.call('GET', '/v1/sys/seal-status')).status, 200);

  await truncate(ballast, 0);
  const deadline = Date.now() + recoverTimeoutMs;
  let answer = await read();
  while (answer.status !== 200 && Date.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
    answer = await read();
  }
  assert.equal(answer.status, 200, 'served again without a restart');
  // At most the last write had its request recorded before the disk was full; later ones had not.
  const { version } = (answer.json as { data: { metadata: { version: number } } }).data.metadata;
  assert.ok(
    version === acknowledged || version === acknowledged + 1,
    `version ${version} after ${acknowledged} acknowledged writes: a refused write left nothing`,
  );
}

/** Every kind of request that reads, writes, lists, or gives out a token. */
const asked = [
  ['GET', 'secret/data/app'],
  ['POST', 'secret/data/app', { data: { value: 'while full' } }],
  ['LIST', 'secret/metadata'],
  ['DELETE', 'secret/data/app'],
  ['POST', 'auth/token/create', {}],
  ['GET', 'auth/token/lookup-self'],
  ['GET', 'sys/policies/acl/default'],
  ['POST', 'sys/wrapping/wrap', { a: 'b' }],
  ['GET', 'sys/internal/ui/mounts'],
] as const;

async function allRefused(agent: AgentProcess, token: string): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < refusalsWanted) {
      const [method, path, body] = asked[next % asked.length] ?? asked[0];
      next += 1;
      const { status, text } = await agent.call(method, `/v1/${path}`, { token, body });
      assert.equal(status, 500, `${method} ${path}: ${text}`);
      assert.match(text, /no audit device could write/);
      assert.doesNotMatch(text, /before|hvs\.|"data"|"auth"/, 'nothing leaves unrecorded');
    }
  };
  await Promise.all(Array.from({ length: callersAtOnce }, caller));
}

test('F-15: a FIFO that hangs beside two files costs no request, is told, and is used again', async () => {
  await using folder = await temporaryFolder();
  const agentFolder = join(folder.path, 'agent');
  const audit = join(agentFolder, 'audit');
  await mkdir(audit, { recursive: true, mode: 0o700 });
  const fifo = join(audit, 'fifo');
  assert.equal(spawnSync('mkfifo', ['-m', '600', fifo]).status, 0);
  // Opened for reading and writing, so that it neither ends nor is read.
  const held = await open(fifo, constants.O_RDWR);
  const names = ['first', 'second', 'fifo'];
  await using agent = await AgentProcess.start({
    folder: agentFolder,
    audit: names.map((name) => `{ type: file, name: ${name}, path: ./audit/${name} }`),
  });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body: { type: 'kv' } });
  const failed = async (): Promise<boolean> => {
    const { text } = await agent.call('GET', '/v1/sys/metrics?format=prometheus', { token });
    return text.includes('strongbox_alarm{alarm="audit-device-failed:fifo"} 1');
  };
  // Each writes two records; a FIFO takes 64 KiB before it hangs.
  const body = { policy: `path "x" { capabilities = ["read"] }`.padEnd(3_000) };
  const deadline = performance.now() + recoverTimeoutMs;
  for (let n = 0; !(await failed()); n += 1) {
    const { status, text } = await agent.call('POST', `/v1/sys/policies/acl/p${n}`, {
      token,
      body,
    });
    assert.equal(status, 204, text);
    assert.ok(performance.now() < deadline, 'the alarm came');
  }
  const reader = spawn('cat', [fifo], { stdio: ['ignore', 'ignore', 'inherit'] });
  while (await failed()) {
    await agent.call('POST', '/v1/sys/policies/acl/more', { token, body });
    assert.ok(performance.now() < deadline + recoverTimeoutMs, 'the FIFO is used again');
  }
  assert.equal(await agent.stop(), 0, agent.log);
  await held.close();
  reader.kill('SIGKILL');
  for (const name of ['first', 'second']) {
    const report = await verifyAuditFiles([join(audit, name)]);
    assert.equal(report.ok, true, report.sentence);
  }
  assert.match(await readFile(join(audit, 'first'), 'utf8'), /"audit_device_back"/);
});
