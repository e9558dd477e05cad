/**
 * F-14 and F-08 on a real agent: a log whose end was cut off together with the checkpoint that
 * would have told it, which the store still tells; and keys of the log that are lost, with the cure
 * that the refusal names. Secrets are served again each time, and what is gone is told.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyAuditFiles } from '../../console/client/audit-verify.ts';
import type { VerifyReport } from '../../shared/audit/report.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { waitFor } from '../support/wait-for.ts';

interface Day {
  readonly agent: AgentProcess;
  readonly shares: readonly string[];
  readonly token: string;
}

/** An agent with a secret. */
async function begin(agent: AgentProcess): Promise<Day> {
  const { shares, rootToken: token } = await agent.initialiseAndUnseal();
  await agent.call('POST', '/v1/sys/mounts/secret', { token, body: { type: 'kv' } });
  const day = { agent, shares, token };
  await write(day, 'first');
  return day;
}

async function write({ agent, token }: Day, name: string): Promise<void> {
  const answer = await agent.call('POST', `/v1/secret/${name}`, { token, body: { value: name } });
  assert.equal(answer.status, 204, answer.text);
}

async function checkServed({ agent, shares, token }: Day, ...names: string[]): Promise<void> {
  await agent.unseal(shares.slice(0, 2));
  for (const name of names) {
    const { status, text } = await agent.call('GET', `/v1/secret/${name}`, { token });
    assert.equal(status, 200, text);
    assert.ok(text.includes(`"value":"${name}"`), text);
  }
}

async function alarmsOf({ agent, token }: Day): Promise<string[]> {
  const { text } = await agent.call('GET', '/v1/sys/metrics?format=prometheus', { token });
  return [...text.matchAll(/strongbox_alarm\{alarm="([^"]+)"\} 1/g)].map(([, id = '']) => id);
}

function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** Cuts the log behind the checkpoint that came before the last write, and keeps that one. */
async function cutToCheckpoint({ agent }: Day, path: string): Promise<void> {
  const lines = linesOf(await readFile(agent.auditFile, 'utf8'));
  const written = lines.findLastIndex(
    (line) => line.includes(`"secret/${path}"`) && line.includes('"type":"request"'),
  );
  const kept = lines.findLastIndex(
    (line, at) => at < written && line.includes('"type":"checkpoint"'),
  );
  assert.ok(kept > 0, 'there is a checkpoint before it');
  await writeFile(agent.auditFile, `${lines.slice(0, kept + 1).join('\n')}\n`);
  await writeFile(join(agent.folder, 'data/audit.checkpoint'), `${lines[kept]}\n`);
}

async function writeBehindCheckpoint(day: Day): Promise<void> {
  await waitFor('a checkpoint', async () =>
    (await readFile(day.agent.auditFile, 'utf8')).includes('"type":"checkpoint"'),
  );
  await write(day, 'last');
}

function verify(agent: AgentProcess, folder = agent.folder): Promise<VerifyReport> {
  return verifyAuditFiles([join(folder, 'audit/audit.log')], {
    publicKeyFile: join(folder, 'data/audit.pub'),
    auditKeyFile: join(agent.folder, 'data/audit.key'),
  });
}

test('F-14: a log that was cut, and its kept checkpoint with it, is shorter than what the store has seen', async () => {
  await using agent = await AgentProcess.start();
  const day = await begin(agent);
  await writeBehindCheckpoint(day);
  assert.equal(await agent.stop(), 0, agent.log);
  await cutToCheckpoint(day, 'last');
  assert.equal((await verify(agent)).ok, true, 'the log alone does not show it');
  await agent.restart();
  assert.match(
    agent.log,
    /the audit log has lost its end: it ends before record \d+, but the store/,
  );
  await checkServed(day, 'first', 'last');
  assert.deepEqual(await alarmsOf(day), ['audit-tail-lost']);
  assert.equal(await agent.stop(), 0, agent.log);
  const { ok, sentence } = await verify(agent);
  assert.equal(ok, false);
  assert.match(sentence, /LOST TAIL: record \d+ .* the store had seen record \d+: at least \d+/);
});

test('F-14: an agent that was killed and lost nothing raises no alarm', async () => {
  await using agent = await AgentProcess.start({ sync: 'write' });
  const day = await begin(agent);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(Array.from({ length: 20 }, (_, at) => write(day, `${round}-${at}`)));
    await agent.stop('SIGKILL');
    await agent.restart();
    await checkServed(day, 'first', `${round}-19`);
    assert.deepEqual(await alarmsOf(day), []);
  }
  assert.equal(await agent.stop(), 0, agent.log);
  assert.equal((await verify(agent)).ok, true);
});

test('F-14: with sync: write, what a power cut may have taken is told as that', async () => {
  await using agent = await AgentProcess.start({ sync: 'write' });
  const day = await begin(agent);
  await writeBehindCheckpoint(day);
  await agent.stop('SIGKILL');
  await cutToCheckpoint(day, 'last');
  await agent.restart();
  await checkServed(day, 'first', 'last');
  assert.deepEqual(await alarmsOf(day), ['audit-tail-unwritten']);
});

test('F-08: with audit keys that are beyond repair a new log is begun by hand, and every secret served', async () => {
  await using agent = await AgentProcess.start();
  const day = await begin(agent);
  assert.equal(await agent.stop(), 0, agent.log);
  const keyFile = join(agent.folder, 'data/audit.key');
  const key = await readFile(keyFile);
  key.writeUInt8(key.readUInt8(30) ^ 1, 30);
  await writeFile(keyFile, key);
  await assert.rejects(
    agent.restart(),
    /audit\.key is damaged; restore it from a backup or, where/,
  );

  // What the sentence names.
  const kept = join(agent.folder, 'kept');
  await mkdir(join(kept, 'data'), { recursive: true });
  for (const name of ['data/audit.key', 'data/audit.pub', 'data/audit.checkpoint', 'audit']) {
    await rename(join(agent.folder, name), join(kept, name));
  }
  await agent.restart();
  await checkServed(day, 'first');
  assert.deepEqual(await alarmsOf(day), ['audit-log-begun']);
  await write(day, 'last');
  assert.equal(await agent.stop(), 0, agent.log);
  assert.equal((await verify(agent)).ok, true);
  const old = await verifyAuditFiles([join(kept, 'audit/audit.log')], {
    publicKeyFile: join(kept, 'data/audit.pub'),
  });
  assert.equal(old.ok, true, old.sentence);

  await agent.restart();
  await checkServed(day, 'first', 'last');
  assert.deepEqual(await alarmsOf(day), [], 'told once');
});

test('F-08: keys of another log are refused, and nothing of the right ones is overwritten', async () => {
  await using agent = await AgentProcess.start();
  await using other = await AgentProcess.start();
  const day = await begin(agent);
  for (const one of [agent, other]) assert.equal(await one.stop(), 0, one.log);
  const file = (name: string): string => join(agent.folder, 'data', name);
  const [key, published] = await Promise.all(
    ['audit.key', 'audit.pub'].map((name) => readFile(file(name))),
  );
  await writeFile(file('audit.key'), await readFile(join(other.folder, 'data/audit.key')));
  await assert.rejects(
    agent.restart(),
    /audit\.key does not belong to audit\.pub beside it; restore/,
  );
  assert.deepEqual(await readFile(file('audit.pub')), published);
  await writeFile(file('audit.key'), key ?? '');
  await agent.restart();
  await checkServed(day, 'first');
  assert.deepEqual(await alarmsOf(day), []);
});
