/**
 * SIGHUP on a real agent: audit files are opened anew, the log level and certificate files are read
 * again, and a configuration with a mistake changes nothing. A stop waits for it, and a start is
 * not disturbed by it.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, repositoryFolder } from '../support/agent-process.ts';
import { waitFor } from '../support/wait-for.ts';

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

test('SIGHUP opens audit files anew, and the set of them verifies', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const moved = join(agent.folder, 'audit', 'moved.log');
  renameSync(agent.auditFile, moved);
  process.kill(agent.pid, 'SIGHUP');
  await waitFor('the reload', () => agent.log.includes('"msg":"reloaded"'));
  const before = readFileSync(moved, 'utf8');
  assert.equal((await agent.call('GET', '/v1/sys/mounts', { token })).status, 200);
  assert.equal(readFileSync(moved, 'utf8'), before, 'nothing more is written to the moved file');
  const written = readFileSync(agent.auditFile, 'utf8');
  assert.ok(written.includes('"path":"sys/mounts"'));
  assert.equal(count(written, '"event":"config_reloaded"'), 1);
  assert.equal(await agent.stop(), 0);
  const program = join(repositoryFolder, '.bin', 'strongbox.mjs');
  const words = [program, 'audit', 'verify', moved, agent.auditFile];
  assert.match(execFileSync(process.execPath, words, { encoding: 'utf8' }), /^OK: .* in 2 files/u);
});

test('SIGHUP takes the log level, and leaves everything as it is after a mistake', async () => {
  await using agent = await AgentProcess.start({ extra: 'log: { level: info }' });
  const { rootToken: token } = await agent.initialiseAndUnseal();
  const file = join(agent.folder, 'agent.yaml');
  const good = readFileSync(file, 'utf8');
  writeFileSync(file, `${good}telemetry: {}\n`);
  process.kill(agent.pid, 'SIGHUP');
  await waitFor('the refusal', () => agent.log.includes('the reload failed'));
  assert.match(agent.log, /agent\.yaml:\d+: \\"telemetry\\" is no key here/u);
  assert.equal((await agent.call('GET', '/v1/sys/mounts', { token })).status, 200);
  writeFileSync(file, good.replace('level: info', 'level: debug'));
  process.kill(agent.pid, 'SIGHUP');
  await waitFor('the reload', () => agent.log.includes('"msg":"reloaded"'));
  assert.equal(count(agent.log, '"msg":"reloaded"'), 1);
  assert.equal((await agent.call('GET', '/v1/sys/mounts', { token })).status, 200);
  assert.equal(await agent.stop(), 0);
});

/** It is there while an agent has the data folder, and stays where that did not end in order. */
function holderFile(agent: AgentProcess): string {
  return join(agent.folder, 'data', 'holder.json');
}

test('a stop while SIGHUP is carried out waits for that, and is a clean one', async () => {
  await using agent = await AgentProcess.start();
  for (const hangUps of [1, 3]) {
    for (let sent = 0; sent < hangUps; sent += 1) process.kill(agent.pid, 'SIGHUP');
    assert.equal(await agent.stop(), 0, agent.log);
    assert.equal(existsSync(holderFile(agent)), false);
    await agent.restart();
  }
});

test('SIGHUP and SIGTERM during a start wait until the agent listens', async () => {
  await using agent = await AgentProcess.start();
  assert.equal(await agent.stop(), 0);
  // How it goes is told by its end: it may have gone before it was asked whether it is there.
  const restarted = agent.restart().catch(() => undefined);
  await waitFor('the data folder to be held', () => existsSync(holderFile(agent)));
  process.kill(agent.pid, 'SIGHUP');
  assert.equal(await agent.stop(), 0, agent.log);
  assert.equal(existsSync(holderFile(agent)), false);
  await restarted;
});
