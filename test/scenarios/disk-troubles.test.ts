/**
 * A real agent whose disk becomes slow, refuses to be written, or whose process has no descriptors
 * left: requests get clear answers, health goes on answering, and it recovers by itself.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Agent as KeptConnections, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import { AgentProcess, callAgent, type HttpAnswer } from '../support/agent-process.ts';
import { noMount, works } from '../support/small-disk.ts';
import { noTrace, oneFileThread, underFault } from '../support/strace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const recoverTimeoutMs = 20_000;
const delayMs = 300;
const requestsAtOnce = 40;

async function withSecret(agent: AgentProcess): Promise<string> {
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const body = { type: 'kv', options: { version: '1' } };
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body });
  assert.equal((await write(agent, token, 'first')).status, 204);
  return token;
}

function write(agent: AgentProcess, token: string, name: string): Promise<HttpAnswer> {
  return agent.call('POST', `/v1/secret/${name}`, { token, body: { value: name } });
}

async function read(agent: AgentProcess, token: string, name: string): Promise<HttpAnswer> {
  return agent.call('GET', `/v1/secret/${name}`, { token });
}

async function timed(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return performance.now() - begun;
}

/** The longest that health needed while something went on. */
async function slowestHealthMs(agent: AgentProcess, going: Promise<unknown>): Promise<number> {
  const over = going.then(() => true);
  let slowest = 0;
  do {
    slowest = Math.max(slowest, await timed(agent.call('GET', '/v1/sys/health')));
  } while (!(await Promise.race([over, Promise.resolve(false)])));
  return slowest;
}

for (const [what, file, calls] of [
  ['audit log', 'audit/audit.log', 'fdatasync'],
  ['store', 'data/store.db-wal', 'fsync'],
] as const) {
  test(`F-07 (one node): with ${delayMs} ms for each sync of the ${what}, syncs are shared and health does not wait`, {
    skip: noTrace,
  }, async () => {
    await using folder = await temporaryFolder();
    const agentFolder = join(folder.path, 'agent');
    const under = underFault(join(agentFolder, file), calls, `delay_enter=${delayMs * 1_000}`);
    await using agent = await AgentProcess.start({ folder: agentFolder, under });
    const token = await withSecret(agent);
    const writes = Array.from({ length: requestsAtOnce }, (_, n) => write(agent, token, `w${n}`));
    const all = Promise.all(writes);
    const healthMs = await slowestHealthMs(agent, all);
    for (const answer of await all) assert.equal(answer.status, 204, answer.text);
    assert.ok(healthMs < delayMs * 4, `health took ${Math.round(healthMs)} ms`);
    const together = await timed(
      Promise.all(writes.map((_, n) => write(agent, token, `again${n}`))),
    );
    const apart = requestsAtOnce * delayMs;
    assert.ok(together < apart, `${Math.round(together)} ms; one by one it were ${apart} ms`);
  });
}

test('F-16, F-17: while the audit log cannot be written nothing is done or told, and then it goes on', {
  skip: noTrace,
}, async () => {
  await using folder = await temporaryFolder();
  const agentFolder = join(folder.path, 'agent');
  const log = join(agentFolder, 'audit', 'audit.log');
  const under = underFault(log, 'write', 'error=EROFS:when=30..33');
  const options = { folder: agentFolder, under, environment: oneFileThread };
  await using agent = await AgentProcess.start(options);
  const token = await withSecret(agent);
  const answers = new Map<string, number>();
  for (let n = 0; n < 40; n += 1) {
    const answer = await write(agent, token, `n${n}`);
    answers.set(`n${n}`, answer.status);
    assert.ok(answer.status === 204 || answer.status === 500, answer.text);
    if (answer.status === 500) assert.match(answer.text, /audit/);
  }
  assert.ok([...answers.values()].includes(500), 'the fault was felt');
  const deadline = performance.now() + recoverTimeoutMs;
  while ((await write(agent, token, 'after')).status !== 204) {
    assert.ok(performance.now() < deadline, 'served again without a restart');
  }
  for (const [name, status] of answers) {
    const found = (await read(agent, token, name)).status;
    if (status === 204) assert.equal(found, 200, `${name} was acknowledged`);
  }
  assert.equal(await agent.stop(), 0);
  const names = readdirSync(join(agentFolder, 'audit')).map((name) =>
    join(agentFolder, 'audit', name),
  );
  const report = await verifyAuditFiles(names);
  assert.equal(report.ok, true, report.sentence);
});

for (const part of ['data', 'audit'] as const) {
  test(`the ${part} folder, mounted read-only, is named at the start`, {
    skip: noMount,
  }, async () => {
    await using agent = await AgentProcess.start();
    await withSecret(agent);
    await agent.stop();
    const mounted = join(agent.folder, part);
    execFileSync('mount', ['--bind', mounted, mounted]);
    try {
      execFileSync('mount', ['-o', 'remount,ro,bind', mounted]);
      const started = agent.restart();
      if (part === 'data') {
        await assert.rejects(started, /data cannot be written \(EROFS\); check the path/);
      } else {
        await started;
        assert.match(agent.log, /the file system is read-only; mount it writable/);
      }
    } finally {
      await agent.stop('SIGKILL');
      execFileSync('umount', [mounted]);
    }
    await agent.restart();
    assert.equal((await agent.call('GET', '/v1/sys/health')).status, 503, 'sealed, and there');
  });
}

test('without a free descriptor, connections that are there are served, and new ones later', {
  skip: works('prlimit', '--version') ? false : 'needs prlimit',
}, async () => {
  await using agent = await AgentProcess.start();
  const token = await withSecret(agent);
  const kept = new KeptConnections({ keepAlive: true, maxSockets: 1 });
  const served = (): Promise<number> => readOver(kept, agent, token);
  assert.equal(await served(), 200);
  const opened = readdirSync(`/proc/${agent.pid}/fd`).length;
  limitDescriptors(agent.pid, opened);
  try {
    const others = await Promise.allSettled(
      Array.from({ length: 30 }, () => callAgent({ port: agent.port }, 'GET', '/v1/sys/health')),
    );
    for (const other of others) {
      if (other.status === 'fulfilled') assert.equal(other.value.status, 200);
    }
    assert.ok(
      others.some(({ status }) => status !== 'fulfilled'),
      'there were no descriptors left',
    );
    for (let n = 0; n < 20; n += 1) assert.equal(await served(), 200);
  } finally {
    limitDescriptors(agent.pid, 10_000);
  }
  const deadline = performance.now() + recoverTimeoutMs;
  while ((await write(agent, token, 'after').catch(() => undefined))?.status !== 204) {
    assert.ok(performance.now() < deadline, 'served again without a restart');
  }
  kept.destroy();
  assert.equal(await agent.stop(), 0, agent.log);
  const report = await verifyAuditFiles([agent.auditFile]);
  assert.equal(report.ok, true, report.sentence);
});

function limitDescriptors(process: number, count: number): void {
  const set = spawnSync('prlimit', ['--pid', String(process), `--nofile=${count}:`]);
  assert.equal(set.status, 0, String(set.stderr));
}

function readOver(connections: KeptConnections, agent: AgentProcess, token: string) {
  return new Promise<number>((done, reject) => {
    const headers = { 'x-vault-token': token };
    const target = { socketPath: agent.socket, path: '/v1/secret/first', agent: connections };
    const call = request({ ...target, headers }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode ?? 0));
    });
    call.once('error', reject);
    call.end();
  });
}
