import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCli, TemporaryFolder } from '../run-cli.ts';
import { envelope, responderOf, StandIn } from '../stand-in.ts';

const text = `path "secret/data/app/*" { capabilities = ["read", "list"] }
path "secret/data/app/root-only" { capabilities = ["deny"] }
path "secret/data/{{identity.entity.id}}/*" { capabilities = ["read"] }
`;

function write(folder: string, content: string, name = 'app.hcl'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

function decide(file: string, path: string, capability: string, ...more: string[]) {
  return runCli(['policy', 'test', file, '--path', path, '--capability', capability, ...more]);
}

test('policy test says which rule decides, and exits as the request would end', async () => {
  using folder = new TemporaryFolder();
  const file = write(folder.path, text);
  const allowed = await decide(file, 'secret/data/app/db', 'read');
  assert.equal(allowed.code, 0, allowed.stderr);
  assert.match(allowed.stdout, /^allowed: rule "secret\/data\/app\/\*" .*line 1/u);
  const denied = await decide(file, 'secret/data/app/root-only', 'read');
  assert.equal(denied.code, 2);
  assert.match(denied.stdout, /^denied: rule "secret\/data\/app\/root-only" .*line 2.*it denies/u);
  const slashed = await decide(file, 'secret/data/app/root-only/', 'read');
  assert.equal(slashed.code, 2, 'the agent takes the slash away, too');
  const missing = await decide(file, 'secret/data/app/db', 'update', '--format=json');
  assert.equal(missing.code, 2);
  const value = JSON.parse(missing.stdout) as { reason: string; allowed: boolean };
  assert.deepEqual([value.allowed, value.reason], [false, 'capability-missing']);
});

test('policy test fills templates with the identity that is given, and no other', async () => {
  using folder = new TemporaryFolder();
  const file = write(folder.path, text);
  const own = await decide(file, 'secret/data/7/x', 'read', '--identity=identity.entity.id=7');
  assert.equal(own.code, 0, own.stdout);
  assert.equal((await decide(file, 'secret/data/7/x', 'read')).code, 2);
  const wild = await decide(file, 'secret/data/7/x', 'read', '--identity=identity.entity.id=*');
  assert.equal(wild.code, 2, 'a value that would widen the rule grants nothing');
});

test('several policies decide together; a request without its parts is a mistake', async () => {
  using folder = new TemporaryFolder();
  const one = write(folder.path, 'path "a" { capabilities = ["read"] }', 'one.hcl');
  const two = write(folder.path, 'path "a" { capabilities = ["deny"] }', 'two.hcl');
  assert.equal((await decide(one, 'a', 'read')).code, 0);
  const both = ['policy', 'test', one, two, '--path=a', '--capability=read'];
  assert.equal((await runCli(both)).code, 2);
  assert.equal((await runCli(['policy', 'test', one, '--path=a'])).code, 1);
  assert.match((await decide(one, 'a', 'red')).stderr, /--capability is one of create, read/u);
  assert.equal((await decide(one, 'a/../b', 'read')).code, 1);
});

test('policy fmt rewrites a file in place, keeps its mode, and is content afterwards', async () => {
  using folder = new TemporaryFolder();
  const file = write(folder.path, text);
  chmodSync(file, 0o640);
  assert.equal((await runCli(['policy', 'fmt', '--check', file])).code, 1);
  assert.equal(readFileSync(file, 'utf8'), text, 'check changes nothing');
  assert.equal((await runCli(['policy', 'fmt', file])).code, 0);
  const formatted = readFileSync(file, 'utf8');
  assert.match(formatted, /^path "secret\/data\/app\/\*" \{\n {2}capabilities = /u);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(folder.path), ['app.hcl']);
  assert.equal((await runCli(['policy', 'fmt', '--check', file])).code, 0);
  const piped = await runCli(['policy', 'fmt', '-'], { stdin: text });
  assert.equal(piped.stdout, formatted);
});

test('a policy with mistakes is shown with line and column, and stays as it was', async () => {
  using folder = new TemporaryFolder();
  const broken = 'path "x" {\n  capabilities = ["red"]\n';
  const file = write(folder.path, broken);
  const ran = await runCli(['policy', 'fmt', file]);
  assert.equal(ran.code, 1);
  assert.match(ran.stderr, /app\.hcl: line \d+, column \d+: /u);
  assert.equal(readFileSync(file, 'utf8'), broken);
});

test('policy write checks before it sends, and sends the text with its cas', async () => {
  const path = 'PUT /v1/sys/policies/acl/app';
  await using server = await StandIn.listen(responderOf({ [path]: { status: 204 } }));
  const env = { STRONGBOX_ADDR: server.address };
  const wrong = 'path "x" { capabilities = ["red"] }\npath "y" { nonsense = 1 }\n';
  const refused = await runCli(['policy', 'write', 'app', '-'], { env, stdin: wrong });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /line 1, column 28: unknown capability "red"; did you mean "read"/u);
  assert.match(refused.stderr, /line 2, column 12/u);
  assert.deepEqual(server.asked, []);
  const words = ['policy', 'write', '-cas=3', 'app', '-'];
  const written = await runCli(words, { env, stdin: text });
  assert.equal(written.code, 0, written.stderr);
  assert.deepEqual(JSON.parse(server.received[0]?.body ?? ''), { policy: text, cas: 3 });
  const climbing = await runCli(['policy', 'write', '../../seal', '-'], { env, stdin: text });
  assert.equal(climbing.code, 1);
  assert.equal(server.received.length, 1);
});

test('policy read prints the text, list the names', async () => {
  await using server = await StandIn.listen(
    responderOf({
      'GET /v1/sys/policies/acl/app': { body: envelope({ name: 'app', policy: text, version: 2 }) },
      'GET /v1/sys/policies/acl?list=true': { body: envelope({ keys: ['app', 'root'] }) },
      'DELETE /v1/sys/policies/acl/app': { status: 204 },
    }),
  );
  const env = { STRONGBOX_ADDR: server.address };
  assert.equal((await runCli(['policy', 'read', 'app'], { env })).stdout, text);
  assert.equal((await runCli(['policy', 'read', '-field=version', 'app'], { env })).stdout, '2');
  const names = await runCli(['policy', 'list'], { env });
  assert.equal(names.stdout, 'Policies\n--------\napp\nroot\n');
  assert.equal((await runCli(['policy', 'delete', 'app'], { env })).code, 0);
});
