/**
 * F-16 on a real agent: when no audit device can write, no secret leaves and nothing
 * changes; when space is back, requests are served again without a restart.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';

const isRoot = process.getuid?.() === 0;
const recoverTimeoutMs = 20_000;

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
  for (let n = 0; n < 5; n += 1) assert.equal((await write('while full')).status, 500);
  assert.equal(refused.status, 500);
  assert.match(refused.text, /audit/);
  const readRefused = await read();
  assert.equal(readRefused.status, 500);
  assert.equal(readRefused.text.includes('before'), false, 'no secret leaves unrecorded');
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
