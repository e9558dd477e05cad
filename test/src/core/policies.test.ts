import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { unsealedCore } from '../../support/core-harness.ts';

const text = '# who reads\npath "secret/*" {\n  capabilities = ["read"]\n}\n';

test('a policy is written, read under both routes, listed and deleted', async () => {
  const harness = await unsealedCore();
  assert.equal((await harness.call('write', 'sys/policies/acl/App', { policy: text })).status, 204);
  const acl = await harness.data('read', 'sys/policies/acl/app');
  assert.deepEqual(
    { ...acl, modified: '' },
    {
      name: 'app',
      policy: text,
      version: 1,
      cas_required: false,
      modified: '',
    },
  );
  const { body: old } = await harness.call('read', 'sys/policy/app');
  assert.equal((old as JsonObject)['rules'], text);
  assert.equal((old as { data: JsonObject }).data['name'], 'app');
  const { body: list } = await harness.call('list', 'sys/policy');
  assert.deepEqual((list as JsonObject)['policies'], ['app', 'default', 'root']);
  assert.deepEqual((list as JsonObject)['keys'], ['app', 'default', 'root']);
  const { body: read } = await harness.call('read', 'sys/policy');
  assert.deepEqual((read as JsonObject)['policies'], ['app', 'default', 'root']);
  assert.equal((await harness.call('delete', 'sys/policy/app')).status, 204);
  assert.equal((await harness.call('read', 'sys/policies/acl/app')).status, 404);
  assert.equal((await harness.call('delete', 'sys/policies/acl/app')).status, 204);
});

test('a policy may come in base64 and under its older field', async () => {
  const harness = await unsealedCore();
  const encoded = Buffer.from(text).toString('base64');
  await harness.data('write', 'sys/policies/acl/a', { policy: encoded });
  await harness.data('write', 'sys/policy/b', { rules: text });
  for (const name of ['a', 'b']) {
    assert.equal((await harness.data('read', `sys/policies/acl/${name}`))['policy'], text);
  }
});

test('root and default are protected, and names are names', async () => {
  const harness = await unsealedCore();
  const body = { policy: text };
  for (const name of ['root', 'ROOT', 'Root', 'a:b', 'a%20', 'a%2fb', 'x.', '%ef%bd%92oot']) {
    const answer = await harness.call('write', `sys/policies/acl/${name}`, body).catch(() => null);
    assert.notEqual(answer?.status, 204, name);
  }
  assert.equal((await harness.call('delete', 'sys/policies/acl/root')).status, 400);
  assert.equal((await harness.call('delete', 'sys/policies/acl/default')).status, 400);
  assert.equal((await harness.call('write', 'sys/policies/acl/default', body)).status, 204);
  assert.equal((await harness.data('read', 'sys/policies/acl/root'))['policy'], '');
  const list = await harness.data('list', 'sys/policies/acl');
  assert.deepEqual(list['keys'], ['default', 'root']);
});

test('CVE-2024-9180: a policy with an error is refused with its place, and the old one stays', async () => {
  const harness = await unsealedCore();
  await harness.policy('app', text);
  for (const policy of ['path "x" { capabilities = ["raed"] }', 'path', '', '{"path":', '\0']) {
    const answer = await harness.call('write', 'sys/policies/acl/app', { policy });
    assert.equal(answer.status, 400, policy);
  }
  assert.equal((await harness.data('read', 'sys/policies/acl/app'))['policy'], text);
});

test('check-and-set lets one of two writers win', async () => {
  const harness = await unsealedCore();
  const path = 'sys/policies/acl/app';
  const write = async (body: JsonObject): Promise<number> =>
    (await harness.call('write', path, { policy: text, ...body })).status;
  assert.equal(await write({ cas: 1 }), 400);
  assert.equal(await write({ cas: 0, cas_required: true }), 204);
  assert.equal(await write({ cas: 0 }), 400);
  assert.equal(await write({}), 400);
  const both = await Promise.all([write({ cas: 1 }), write({ cas: 1 })]);
  assert.deepEqual(both.toSorted(), [204, 400]);
  assert.equal((await harness.data('read', path))['version'], 2);
});

test('a changed, a deleted and a new policy count from the next request on', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.data('write', 'secret/a', { x: '1' });
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  const status = async (): Promise<number> =>
    (await harness.call('read', 'secret/a', undefined, token)).status;
  assert.equal(await status(), 403);
  await harness.policy('app', text);
  assert.equal(await status(), 200);
  await harness.policy('app', 'path "secret/*" { capabilities = ["list"] }');
  assert.equal(await status(), 403);
  await harness.policy('app', text);
  await harness.call('delete', 'sys/policies/acl/app');
  assert.equal(await status(), 403);
});

test('a token without an entity under a templated policy keeps its other rules', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.data('write', 'secret/a', { x: '1' });
  await harness.policy(
    'mixed',
    `path "secret/*" { capabilities = ["read"] }
     path "secret/{{identity.entity.id}}/*" { capabilities = ["update"] }
     path "secret/private/{{identity.entity.name}}" { capabilities = ["deny"] }`,
  );
  const { client_token: token } = await harness.createToken({ policies: ['mixed'] });
  assert.equal((await harness.call('read', 'secret/a', undefined, token)).status, 200);
  // GHSA-hr5j-3j78-4vh2: a deny that cannot be rendered denies all that it could have meant.
  assert.equal((await harness.call('read', 'secret/private/x', undefined, token)).status, 403);
});

test('parameters are checked under the names of the fields, whatever the client wrote', async () => {
  const harness = await unsealedCore();
  await harness.policy(
    'maker',
    `path "auth/token/create" {
       capabilities = ["update"]
       denied_parameters = { "ttl" = [] }
     }`,
  );
  const { client_token: token } = await harness.createToken({ policies: ['maker'] });
  const make = async (body: JsonObject): Promise<number> =>
    (await harness.call('write', 'auth/token/create', body, token)).status;
  assert.equal(await make({}), 200);
  for (const body of [{ ttl: '1h' }, { lease: '1h' }, { TTL: '1h' }, { Lease: 1 }]) {
    assert.equal(await make(body as unknown as JsonObject), 403, JSON.stringify(body));
  }
});

test('create and update are two rights, decided by whether the secret is there', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.policy('creator', 'path "secret/*" { capabilities = ["create"] }');
  await harness.policy('updater', 'path "secret/*" { capabilities = ["update"] }');
  const { client_token: creator } = await harness.createToken({ policies: ['creator'] });
  const { client_token: updater } = await harness.createToken({ policies: ['updater'] });
  const write = async (token: string): Promise<number> =>
    (await harness.call('write', 'secret/a', { x: '1' }, token)).status;
  assert.equal(await write(updater), 403);
  assert.equal(await write(creator), 204);
  assert.equal(await write(creator), 403);
  assert.equal(await write(updater), 204);
});

test('of many creators at once, who may not update, one creates', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.policy('creator', 'path "secret/*" { capabilities = ["create"] }');
  const { client_token: token } = await harness.createToken({ policies: ['creator'] });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, count) =>
      harness.call('write', 'secret/a', { x: String(count) }, token),
    ),
  );
  const codes = answers.map(({ status }) => status);
  assert.equal(codes.filter((status) => status === 204).length, 1);
  assert.ok(codes.every((status) => status === 204 || status === 403 || status === 503));
});

test('a denied parameter is denied under each of its names', async () => {
  const harness = await unsealedCore();
  const rules = [
    'path "auth/token/create" { capabilities = ["update"] denied_parameters = { "lease" = [] } }',
    'path "auth/token/roles/x" { capabilities = ["update"] denied_parameters = { "period" = [] } }',
  ];
  await harness.data('write', 'sys/policies/acl/narrow', { policy: rules.join('\n') });
  const { client_token: token } = await harness.createToken({ policies: ['narrow'] });
  const statusOf = async (path: string, body: JsonObject): Promise<number> =>
    (await harness.call('write', path, body, token)).status;
  for (const name of ['lease', 'ttl', 'LEASE']) {
    assert.equal(await statusOf('auth/token/create', { [name]: '1h' }), 403, name);
  }
  for (const name of ['period', 'token_period']) {
    assert.equal(await statusOf('auth/token/roles/x', { [name]: '1h' }), 403, name);
  }
  assert.equal(await statusOf('auth/token/create', { num_uses: 1 }), 200);
});
