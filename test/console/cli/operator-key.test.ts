import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentProcess } from '../../support/agent-process.ts';
import { PtyConsole } from '../../support/pty-console.ts';
import { mainFile, type Ran, runCli, type RunOptions, TemporaryFolder } from '../run-cli.ts';
import { envelope, responderOf, StandIn } from '../stand-in.ts';

const phrase = 'a pass-phrase for tests';

function keygen(home: string, words: readonly string[] = []): Promise<Ran> {
  return runCli(['operator', 'keygen', ...words], { home, stdin: `${phrase}\n` });
}

function register(server: StandIn, home: string, options: RunOptions = {}): Promise<Ran> {
  const env = { STRONGBOX_ADDR: server.address, STRONGBOX_TOKEN: 'sbs.x' };
  return runCli(['operator', 'register', 'Alice'], { home, env, stdin: phrase, ...options });
}

test('keygen makes a file for its owner alone and prints the public keys', async () => {
  using home = new TemporaryFolder();
  const ran = await keygen(home.path);
  assert.equal(ran.code, 0, ran.stderr);
  const file = join(home.path, '.strongbox-operator-key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  assert.equal(stored['format'], 'strongbox/operator-key/1');
  assert.ok(ran.stdout.includes(stored['signing_key'] ?? 'missing'));
  assert.match(ran.stdout, /fingerprint +(?:[0-9a-f]{4}-){3}[0-9a-f]{4}/u);
  assert.match(ran.stderr, /operator register NAME/u);
  assert.equal(`${ran.stdout}${ran.stderr}`.includes(phrase), false);
});

test('keygen overwrites nothing, takes no short pass-phrase, and leaves no file of one', async () => {
  using home = new TemporaryFolder();
  await keygen(home.path);
  const file = join(home.path, '.strongbox-operator-key');
  const before = readFileSync(file, 'utf8');
  const again = await keygen(home.path);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /operator\.file-exists/u);
  assert.equal(readFileSync(file, 'utf8'), before);

  const other = join(home.path, 'other');
  const words = ['operator', 'keygen', '--file', other];
  const short = await runCli(words, { home: home.path, stdin: 'short\n' });
  assert.equal(short.code, 1);
  assert.match(short.stderr, /at least 12 characters.*operator\.passphrase-short/su);
  assert.equal(statSync(other, { throwIfNoEntry: false }), undefined);

  const phraseFile = join(home.path, 'phrase');
  writeFileSync(phraseFile, phrase);
  const taken = await runCli([...words, '--passphrase-file', phraseFile], { home: home.path });
  assert.equal(taken.code, 0, taken.stderr);
  const nowhere = join(home.path, 'no', 'folder');
  const lost = await keygen(home.path, ['--file', nowhere]);
  assert.match(lost.stderr, /cli\.file-unwritable/u);
});

test('register sends name, keys and proof, and no secret', async () => {
  using home = new TemporaryFolder();
  await keygen(home.path);
  await using server = await StandIn.listen(
    responderOf({ 'PUT /v1/sys/operators/alice': { body: envelope({}) } }),
  );
  const ran = await register(server, home.path);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stdout, /Registered: alice, fingerprint [0-9a-f]{4}-/u);
  const sent = JSON.parse(server.received[0]?.body ?? '{}') as Record<string, string>;
  assert.deepEqual(Object.keys(sent).toSorted(), ['box_key', 'proof', 'signing_key']);
  assert.equal(Buffer.from(sent['proof'] ?? '', 'base64').length, 64);
});

test('a wrong pass-phrase, an open file and a file that is none stop before anything is sent', async () => {
  using home = new TemporaryFolder();
  await using server = await StandIn.listen(responderOf({}));
  const none = await register(server, home.path);
  assert.match(none.stderr, /there is no such file; make it: strongbox operator keygen/u);
  await keygen(home.path);
  const wrong = await register(server, home.path, { stdin: 'another pass-phrase' });
  assert.match(wrong.stderr, /operator\.passphrase-wrong/u);
  const file = join(home.path, '.strongbox-operator-key');
  chmodSync(file, 0o640);
  const open = await register(server, home.path);
  assert.match(open.stderr, /operator\.file-open/u);
  chmodSync(file, 0o600);
  writeFileSync(file, '{}');
  const malformed = await register(server, home.path);
  assert.match(malformed.stderr, /operator\.file-malformed/u);
  for (const { code } of [none, wrong, open, malformed]) assert.equal(code, 1);
  assert.equal(server.received.length, 0);
});

test('a new pass-phrase is asked for twice at a terminal, and nothing of it shows', async () => {
  using home = new TemporaryFolder();
  const asked = (line: string): PtyConsole =>
    new PtyConsole({
      file: '/bin/sh',
      arguments: ['-c', `"$0" "$1" operator keygen; echo "code=$?"`, process.execPath, mainFile],
      environment: { HOME: join(home.path, line) },
    });
  await using differ = asked('.');
  await differ.waitFor('Pass-phrase (hidden):');
  differ.send(`${phrase}\r`);
  await differ.waitFor('The same again (hidden):');
  differ.send(`${phrase}!\r`);
  await differ.waitFor('operator.passphrases-differ');
  await differ.waitFor('code=1');
  await using same = asked('.');
  await same.waitFor('Pass-phrase (hidden):');
  same.send(`${phrase}\r`);
  await same.waitFor('The same again (hidden):');
  same.send(`${phrase}\r`);
  await same.waitFor('code=0');
  for (const { raw } of [differ, same]) assert.equal(raw.includes(phrase.slice(0, 6)), false);
});

test('a real agent takes the registration and shows the same fingerprint', async () => {
  await using agent = await AgentProcess.start({ tls: 'off' });
  const { rootToken } = await agent.initialiseAndUnseal(1, 1);
  using home = new TemporaryFolder();
  await keygen(home.path);
  const env = { STRONGBOX_ADDR: agent.address, STRONGBOX_TOKEN: rootToken };
  const options = { home: home.path, env, stdin: phrase };
  const ran = await runCli(['operator', 'register', 'alice', '--format', 'json'], options);
  assert.equal(ran.code, 0, ran.stderr);
  const { fingerprint } = JSON.parse(ran.stdout) as { readonly fingerprint: string };
  const read = await runCli(['read', '--field', 'fingerprint', 'sys/operators/alice'], options);
  assert.equal(read.stdout.trim(), fingerprint);
  const list = await runCli(['list', 'sys/operators'], options);
  assert.match(list.stdout, /alice/u);
});
