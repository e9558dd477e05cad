import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { reaches } from '../../../src/core/system/visible-mounts.ts';
import { textOf, unsealedCore } from '../../support/core-harness.ts';

const text = `path "secret/app/*" { capabilities = ["read", "list"] }
path "secret/app/hidden" { capabilities = ["deny"] }`;

test('capabilities are told for one path and for several, on top and in the data', async () => {
  const harness = await unsealedCore();
  await harness.policy('app', text);
  const { client_token: token, accessor } = await harness.createToken({ policies: ['app'] });
  const one = await harness.call(
    'write',
    'sys/capabilities-self',
    { paths: ['secret/app/a'] },
    token,
  );
  assert.deepEqual((one.body as JsonObject)['capabilities'], ['list', 'read']);
  assert.deepEqual((one.body as JsonObject)['secret/app/a'], ['list', 'read']);
  const paths = ['secret/app/a', '/secret/app/hidden', 'secret/other'];
  const several = await harness.data('write', 'sys/capabilities-self', { paths }, token);
  assert.deepEqual(several, {
    'secret/app/a': ['list', 'read'],
    '/secret/app/hidden': ['deny'],
    'secret/other': ['deny'],
  });
  for (const [path, body] of [
    ['sys/capabilities', { token, path: 'secret/app/a' }],
    ['sys/capabilities-accessor', { accessor, paths: 'secret/app/a' }],
  ] as const) {
    const data = await harness.data('write', path, body);
    assert.deepEqual(data['capabilities'], ['list', 'read'], path);
  }
  const root = await harness.data('write', 'sys/capabilities-self', { paths: ['anything'] });
  assert.deepEqual(root['capabilities'], ['root']);
});

test('bad tokens, accessors and paths are 400', async () => {
  const harness = await unsealedCore();
  const bodies: readonly [string, JsonObject][] = [
    ['sys/capabilities', { token: 'hvs.no', paths: ['a'] }],
    ['sys/capabilities', { paths: ['a'] }],
    ['sys/capabilities-accessor', { accessor: 'no', paths: ['a'] }],
    ['sys/capabilities-self', { paths: ['a/../b'] }],
    ['sys/capabilities-self', { paths: [] }],
    ['sys/capabilities-self', {}],
    ['sys/capabilities-self', { paths: [['a']] }],
    ['sys/capabilities-self', { paths: Array.from({ length: 1_001 }, (_, at) => `a/${at}`) }],
  ];
  for (const [path, body] of bodies) {
    assert.equal((await harness.call('write', path, body)).status, 400, path);
  }
});

test('a caller is told which rule of which policy decides over it, and no more', async () => {
  const harness = await unsealedCore();
  await harness.policy('app', text);
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  const ask = (path: string, capability: string): Promise<JsonObject> =>
    harness.data('write', 'sys/policies/explain', { path, capability }, token);
  const denied = await ask('secret/app/hidden', 'read');
  assert.equal(denied['allowed'], false);
  assert.equal(
    denied['explanation'],
    'denied: rule "secret/app/hidden" (policy "app", line 2) decides: it denies',
  );
  assert.deepEqual((denied['rule'] as JsonObject)['policies'], [{ name: 'app', line: 2 }]);
  const missing = await ask('secret/app/a', 'update');
  assert.match(textOf(missing, 'explanation'), /not "update"/u);
  assert.equal((await ask('secret/app/a', 'read'))['allowed'], true);
  const slashed = await ask('secret/app/hidden/', 'read');
  assert.equal(slashed['allowed'], false, 'a read of "hidden/" is one of "hidden"');
  const nothing = await ask('elsewhere', 'read');
  assert.equal(nothing['rule'], null);
  const bad = { path: 'a', capability: 'sudo' };
  assert.equal((await harness.call('write', 'sys/policies/explain', bad, token)).status, 400);
});

test('the resultant access list holds all rules of the token', async () => {
  const harness = await unsealedCore();
  await harness.policy('app', text);
  const wishes = { policies: ['app'], no_default_policy: true };
  const { client_token: token } = await harness.createToken(wishes);
  await harness.policy('ui', 'path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }');
  const { client_token: other } = await harness.createToken({ policies: ['app', 'ui'] });
  const path = 'sys/internal/ui/resultant-acl';
  assert.equal((await harness.call('read', path, undefined, token)).status, 403);
  const acl = await harness.data('read', path, undefined, other);
  assert.deepEqual((acl['exact_paths'] as JsonObject)['secret/app/hidden'], {
    capabilities: ['deny'],
  });
  assert.deepEqual((acl['glob_paths'] as JsonObject)['secret/app/*'], {
    capabilities: ['read', 'list'],
  });
  assert.equal((await harness.data('read', path))['root'], true);
});

test('audit devices are told of and cannot be made by a request', async () => {
  const harness = await unsealedCore();
  const { body } = await harness.call('read', 'sys/audit');
  assert.equal(((body as JsonObject)['file/'] as JsonObject)['type'], 'file');
  const made = await harness.call('write', 'sys/audit/other', { type: 'file', options: {} });
  assert.equal(made.status, 400);
  assert.match(JSON.stringify(made.body), /config-based audit device management/u);
  const hash = await harness.call('write', 'sys/audit-hash/other', { input: 'x' });
  assert.equal(hash.status, 400);
});

test('a rule reaches a mount if some path below it can match', () => {
  const cases: readonly [string, string, boolean][] = [
    ['secret/*', 'secret/', true],
    ['*', 'secret/', true],
    ['se*', 'secret/', true],
    ['secret/data/x', 'secret/', true],
    ['secret', 'secret/', true],
    ['+/data/x', 'secret/', true],
    ['team/+/kv/*', 'team/a/kv/', true],
    ['team/+/kv/*', 'team/a/other/', false],
    ['team/*', 'team/a/kv/', true],
    ['team', 'team/a/kv/', false],
    ['secrets/*', 'secret/', false],
    ['other/*', 'secret/', false],
  ];
  for (const [rule, mount, expected] of cases) {
    assert.equal(reaches(rule, mount), expected, `${rule} ${mount}`);
  }
});
