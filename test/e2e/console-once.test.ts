import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess, repositoryFolder } from '../support/agent-process.ts';
import { PtyConsole } from '../support/pty-console.ts';
import { type Ended, strongbox } from '../support/strongbox-command.ts';

function once(agent: AgentProcess, view: string, ...words: readonly string[]): Promise<Ended> {
  return strongbox([
    'console',
    '--once',
    '--view',
    view,
    '--address',
    `unix://${agent.socket}`,
    ...words,
  ]);
}

test('each view of a real agent can be printed, as JSON and as text', async () => {
  await using agent = await AgentProcess.start();
  const fresh = await once(agent, 'cluster', '--format', 'json');
  assert.equal(fresh.code, 2, fresh.stderr);
  assert.equal(JSON.parse(fresh.stdout).state, 'NEW');

  const { rootToken } = await agent.initialiseAndUnseal();
  const tokenFile = join(agent.folder, 'token');
  await writeFile(tokenFile, rootToken, { mode: 0o600 });
  const token = ['--token-file', tokenFile];
  await agent.call('POST', '/v1/sys/mounts/secret', {
    token: rootToken,
    body: { type: 'kv', options: { version: '2' } },
  });
  for (const password of ['one', 'two']) {
    const body = { data: { password } };
    await agent.call('POST', '/v1/secret/data/app/db', { token: rootToken, body });
  }

  const cluster = await once(agent, 'cluster', '--format', 'json', ...token);
  assert.equal(cluster.code, 0, cluster.stderr);
  assert.equal(JSON.parse(cluster.stdout).cluster.nodes[0].id, 'e2e-1');

  const text = await once(agent, 'cluster', ...token);
  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /● unsealed/);
  assert.doesNotMatch(text.stdout, /\u001b/);

  const secrets = await once(agent, 'secrets', 'secret/app/db', '--format', 'json', ...token);
  assert.equal(secrets.code, 0, secrets.stderr);
  const { selected, versions, names } = JSON.parse(secrets.stdout);
  assert.equal(selected, 'secret/app/db');
  assert.deepEqual(names, ['password']);
  assert.deepEqual(
    versions.map(({ version }: { version: number }) => version),
    [2, 1],
  );
  assert.doesNotMatch(secrets.stdout, /one|two/, 'no value is printed');

  const audit = await once(agent, 'audit', '--format', 'json', ...token);
  const { records } = JSON.parse(audit.stdout);
  assert.ok(records.some(({ what }: { what: string }) => what.endsWith(' secret/data/app/db')));
  assert.doesNotMatch(audit.stdout, /"one"|"two"/);

  const policies = await once(agent, 'policies', '--format', 'json', ...token);
  assert.deepEqual(JSON.parse(policies.stdout).policies, ['default', 'root']);
  const policy = await once(agent, 'policy', 'default', '--format', 'json', ...token);
  assert.equal(JSON.parse(policy.stdout).valid, true);
});

test('a refused token, an unknown view and a missing terminal say what is wrong', async () => {
  await using agent = await AgentProcess.start();
  await agent.initialiseAndUnseal();
  const tokenFile = join(agent.folder, 'token');
  await writeFile(tokenFile, 'hvs.not-a-token', { mode: 0o600 });
  const refused = await once(agent, 'cluster', '--token-file', tokenFile);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /client\.control-refused/);
  assert.doesNotMatch(refused.stderr, /not-a-token/);
  const unnamed = await once(agent, 'policy');
  assert.equal(unnamed.code, 1);
  assert.match(unnamed.stderr, /the view "policy" is opened on a name/);

  for (const view of ['policies', 'alarms', 'audit']) {
    const anonymous = await once(agent, view, '--format', 'json');
    assert.equal(anonymous.code, 2, `${view} says that it was denied`);
    assert.equal(anonymous.stdout, '');
  }

  const unknown = await once(agent, 'clutser');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /--view is one of cluster, /);

  const noTerminal = await strongbox(['console', '--view', 'audit']);
  assert.equal(noTerminal.code, 2);
  assert.equal(
    noTerminal.stderr,
    'The console needs a terminal; for a script: strongbox console --once --view audit --format json\n',
  );
});

test('the control channel is dialled over TLS with the authority of the agent', async () => {
  await using agent = await AgentProcess.start({ tls: 'auto' });
  const authority = join(agent.folder, 'data', 'tls', 'ca.pem');
  const address = `https://127.0.0.1:${agent.port}`;
  const words = ['console', '--once', '--format', 'json', '--address', address];
  const trusted = await strongbox([...words, '--ca-cert', authority]);
  assert.equal(trusted.code, 2, trusted.stderr);
  assert.equal(JSON.parse(trusted.stdout).state, 'NEW');
  const untrusted = await strongbox(words);
  assert.match(untrusted.stderr, /client\.tls-authority-unknown/);
});

test('a terminal that can place nothing is none', async () => {
  const launcher = join(repositoryFolder, '.bin', 'strongbox.mjs');
  const command = `TERM=dumb exec '${process.execPath}' '${launcher}' console`;
  await using terminal = new PtyConsole({ file: 'sh', arguments: ['-c', command] });
  await terminal.waitFor('a terminal; for a script');
  assert.equal((await terminal.exit).code, 2);
});
