import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { AgentProcess } from '../support/agent-process.ts';
import { strongbox } from '../support/strongbox-command.ts';

test('a ceremony is looked at and aborted with a reason that everybody sees', async () => {
  await using agent = await AgentProcess.start();
  const made = await agent.call('PUT', '/v1/sys/init', {
    body: { secret_shares: 3, secret_threshold: 2 },
  });
  const { keys_base64: shares } = made.json as { keys_base64: string[] };
  await agent.unseal(shares.slice(0, 1));
  const address = ['--address', `unix://${agent.socket}`];

  const before = await strongbox(['operator', 'ceremony', '--format', 'json', ...address]);
  assert.equal(before.code, 2, before.stderr);
  const collecting = JSON.parse(before.stdout);
  assert.equal(collecting.state, 'collecting');
  assert.equal(collecting.entered.length, 1);

  const abort = ['--abort', 'wrong paper', '--name', 'bob', '--format', 'json'];
  const aborted = await strongbox(['operator', 'ceremony', ...abort, ...address]);
  const fresh = JSON.parse(aborted.stdout);
  assert.deepEqual(fresh.entered, []);
  assert.notEqual(fresh.nonce, collecting.nonce);
  const reset = fresh.events.find(({ what }: { what: string }) => what === 'reset');
  assert.equal(reset.by, 'bob');
  assert.equal(reset.detail, 'wrong paper');

  const nothing = await strongbox(['operator', 'ceremony', '--abort', 'again', ...address]);
  assert.equal(nothing.code, 2);
  await agent.unseal(shares.slice(0, 2));
  const done = await strongbox(['operator', 'ceremony', ...address]);
  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /state +done/);
});

test('alarms are listed with their runbooks for whoever may see them', async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const words = ['operator', 'alarms', '--address', `unix://${agent.socket}`];
  const allowed = await strongbox(words, { STRONGBOX_TOKEN: rootToken });
  assert.equal(allowed.code, 0, allowed.stderr);
  const refused = await strongbox(words);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /client\.control-refused/);
});

test("an agent's log is verified by the command line, and a change in it is named", async () => {
  await using agent = await AgentProcess.start();
  const { rootToken } = await agent.initialiseAndUnseal();
  const words = ['audit', 'verify', '--format', 'json', '--address', `unix://${agent.socket}`];
  const environment = { STRONGBOX_TOKEN: rootToken };
  const good = await strongbox(words, environment);
  assert.equal(good.code, 0, good.stderr);
  const report = JSON.parse(good.stdout);
  assert.match(report.sentence, /^OK: \d+ records, 0 to \d+, of node e2e-1/);

  const text = await readFile(agent.auditFile, 'utf8');
  await writeFile(agent.auditFile, text.replace('"initialized"', '"Initialized"'));
  const bad = await strongbox(words, environment);
  assert.equal(bad.code, 3, bad.stderr);
  assert.match(JSON.parse(bad.stdout).sentence, /^e2e-1: BROKEN at record \d+ /);

  const denied = await strongbox(words);
  assert.equal(denied.code, 2);
});
