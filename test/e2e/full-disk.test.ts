/**
 * A real agent whose data disk fills up: first the alarm, then refused writes that change nothing
 * while reads go on, and writes again as soon as there is space, without a restart.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, type HttpAnswer } from '../support/agent-process.ts';
import { noMount } from '../support/small-disk.ts';

const diskBytes = 6_000_000;
const writesMax = 100;
const waitMs = 20_000;

/** An agent whose data folder is a small disk. */
async function withSmallData(body: (agent: AgentProcess) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-full-'));
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskBytes},mode=0700`, 'tmpfs', data]);
  let agent: AgentProcess | undefined;
  try {
    agent = await AgentProcess.start({ folder });
    await body(agent);
  } finally {
    await agent?.stop('SIGKILL');
    execFileSync('umount', [data]);
    await rm(folder, { recursive: true });
  }
}

/** Fills the disk up to so many free bytes; the file lies where the store does not look. */
async function leaveFree(folder: string, bytes: number): Promise<string> {
  const { bavail, bsize } = await statfs(join(folder, 'data'));
  const ballast = join(folder, 'data', 'ballast');
  await writeFile(ballast, new Uint8Array(bavail * bsize - bytes));
  return ballast;
}

async function until(holds: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `${what} did not come`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

test('F-05: a disk that fills up raises an alarm, refuses writes, and takes them again', {
  skip: noMount,
}, async () => {
  await withSmallData(async (agent) => {
    const { rootToken: token } = await agent.initialiseAndUnseal();
    const mount = { type: 'kv', options: { version: '2' } };
    await agent.call('POST', '/v1/sys/mounts/secret', { token, body: mount });
    const body = { data: { value: 'x'.repeat(50_000) } };
    const write = (): Promise<HttpAnswer> =>
      agent.call('POST', '/v1/secret/data/app', { token, body });
    const alarm = async (stands: 0 | 1): Promise<boolean> => {
      const { text } = await agent.call('GET', '/v1/sys/metrics?format=prometheus', { token });
      return text.includes(`strongbox_alarm{alarm="disk-nearly-full:data"} ${stands}\n`);
    };
    assert.equal((await write()).status, 200);
    const ballast = await leaveFree(agent.folder, diskBytes * 0.06);
    await until(() => alarm(1), 'the alarm');

    let version = 1;
    let answer = await write();
    for (; answer.status === 200 && version < writesMax; answer = await write()) version += 1;
    assert.equal(answer.status, 503, answer.text);
    assert.match(answer.text, /the disk of the data folder is full/);
    const read = await agent.call('GET', '/v1/secret/data/app', { token });
    assert.equal(read.status, 200);
    const found = read.json as { data: { metadata: { version: number } } };
    assert.equal(found.data.metadata.version, version, 'what was refused changed nothing');

    await rm(ballast);
    const after = await write();
    assert.equal(after.status, 200, 'at once, without a restart');
    await until(() => alarm(0), 'the end of the alarm');
  });
});
