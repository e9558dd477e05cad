import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { namespacePrefix, rootNamespaceId } from '../../../src/namespaces/layout.ts';
import { putMount, readMounts } from '../../../src/namespaces/mounts.ts';
import { transact } from '../../../src/store/transact.ts';
import { type CoreHarness, textOf, unsealedCore } from '../../support/core-harness.ts';

async function refusal(
  harness: CoreHarness,
  path: string,
  body: JsonObject,
): Promise<readonly [number, string]> {
  const answer = await harness.call('write', path, body);
  const { errors } = answer.body as { errors?: string[] };
  return [answer.status, errors?.[0] ?? ''];
}

test('an engine is enabled, listed with the fields of Vault, used and disabled', async () => {
  const harness = await unsealedCore();
  const body = { type: 'kv', options: { version: '2' }, description: 'for tests' };
  assert.equal((await harness.call('write', 'sys/mounts/secret', body)).status, 204);
  const { body: listed } = await harness.call('read', 'sys/mounts');
  const mount = (listed as JsonObject)['secret/'] as JsonObject;
  assert.deepEqual((listed as { data: JsonObject }).data['secret/'], mount);
  assert.match(textOf(mount, 'accessor'), /^kv_[0-9a-f]{8}$/u);
  assert.match(textOf(mount, 'uuid'), /^[0-9a-f-]{36}$/u);
  assert.deepEqual(
    { ...mount, accessor: '', uuid: '' },
    {
      accessor: '',
      config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
      deprecation_status: 'supported',
      description: 'for tests',
      external_entropy_access: false,
      local: false,
      options: { version: '2' },
      plugin_version: '',
      running_plugin_version: '',
      running_sha256: '',
      seal_wrap: false,
      type: 'kv',
      uuid: '',
    },
  );
  assert.deepEqual(await harness.data('read', 'sys/mounts/secret'), mount);
  assert.equal((await harness.call('write', 'secret/data/a', { data: { x: 1 } })).status, 200);
  assert.equal((await harness.call('delete', 'sys/mounts/secret')).status, 204);
  assert.equal((await harness.call('read', 'secret/data/a')).status, 404);
  assert.equal((await harness.call('delete', 'sys/mounts/secret')).status, 204);
});

test('the data of a disabled mount is deleted, and a new one at its path begins empty', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/kv', { type: 'kv' });
  const id = textOf(await harness.data('read', 'sys/mounts/kv'), 'uuid');
  for (let count = 0; count < 150; count += 1) {
    await harness.data('write', `kv/folder/secret-${count}`, { x: '1' });
  }
  await harness.call('delete', 'sys/mounts/kv');
  await harness.built.settled();
  const left = harness.store
    .entriesAt(harness.store.revision)
    .filter(({ key }) => key.includes(id));
  assert.deepEqual(left, []);
  await harness.data('write', 'sys/mounts/kv', { type: 'kv' });
  assert.equal((await harness.call('list', 'kv/')).status, 404);
});

test('types of Vault that name a version are that version', async () => {
  const harness = await unsealedCore();
  for (const [path, type, version] of [
    ['a', 'kv-v2', '2'],
    ['b', 'kv-v1', '1'],
  ] as const) {
    await harness.data('write', `sys/mounts/${path}`, { type });
    const mount = await harness.data('read', `sys/mounts/${path}`);
    assert.equal(mount['type'], 'kv');
    assert.deepEqual(mount['options'], { version });
  }
});

test('paths in use, overlapping and reserved are refused with the texts that clients match', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  const kv = { type: 'kv' };
  assert.deepEqual(await refusal(harness, 'sys/mounts/secret', kv), [
    400,
    'path is already in use at secret/',
  ]);
  const [status, text] = await refusal(harness, 'sys/mounts/secret/below', kv);
  assert.equal(status, 400);
  assert.match(text, /existing mount at secret\//u);
  for (const path of ['sys', 'auth/x', 'cubbyhole', 'identity/x', 'audit', 'SYS']) {
    assert.equal((await refusal(harness, `sys/mounts/${path}`, kv))[0], 400, path);
  }
  for (const path of ['cubbyhole', 'sys', 'identity']) {
    assert.equal((await harness.call('delete', `sys/mounts/${path}`)).status, 400, path);
  }
});

test('unknown types, bad options and bad settings change nothing', async () => {
  const harness = await unsealedCore();
  const bodies: readonly JsonObject[] = [
    { type: 'no-such-engine' },
    { type: 'cubbyhole' },
    { type: 'system' },
    { type: '__proto__' },
    {},
    { type: 'kv', options: { version: '3' } },
    { type: 'kv', options: 'CANARY' },
    { type: 'kv', config: { default_lease_ttl: '-1s' } },
    { type: 'kv', config: { default_lease_ttl: '2h', max_lease_ttl: '1h' } },
    { type: 'kv', config: { listing_visibility: 'everybody' } },
    { type: 'kv', config: 'CANARY' },
    { type: 'kv', description: 'x'.repeat(2_000) },
    { type: 'kv', options: { a: 'x'.repeat(300) } },
    { type: 'kv', config: { allowed_response_headers: ['x'.repeat(300)] } },
    { type: 'kv', config: { passthrough_request_headers: 'ab,'.repeat(200) } },
  ];
  for (const body of bodies) {
    const answer = await harness.call('write', 'sys/mounts/kv', body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.doesNotMatch(JSON.stringify(answer.body), /CANARY/u);
  }
  assert.equal((await harness.data('read', 'sys/mounts'))['kv/'], undefined);
});

test('of two mounts at one path at once, one is made', async () => {
  const harness = await unsealedCore();
  const paths = ['kv', 'kv', 'kv/below', 'kv'];
  const answers = await Promise.all(
    paths.map((path) => harness.call('write', `sys/mounts/${path}`, { type: 'kv' })),
  );
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [204, 400, 400, 400]);
});

test('tune reads lives as they are in effect and changes what it is told to', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv-v2' });
  const path = 'sys/mounts/secret/tune';
  assert.deepEqual(await harness.data('read', path), {
    default_lease_ttl: 2_764_800,
    max_lease_ttl: 2_764_800,
    force_no_cache: false,
    description: '',
    options: { version: '2' },
  });
  const change = { default_lease_ttl: '1h', max_lease_ttl: 7_200, listing_visibility: 'unauth' };
  assert.equal((await harness.call('write', path, change)).status, 204);
  await harness.data('write', path, { description: 'tuned' });
  const tuned = await harness.data('read', path);
  assert.deepEqual(
    [tuned['default_lease_ttl'], tuned['max_lease_ttl'], tuned['description']],
    [3_600, 7_200, 'tuned'],
  );
  await harness.data('write', path, { default_lease_ttl: 'system' });
  assert.equal((await harness.data('read', path))['default_lease_ttl'], 2_764_800);
  const upgrade = { options: { version: '1' } };
  assert.equal((await harness.call('write', path, upgrade)).status, 400);
  assert.equal((await harness.call('read', 'sys/mounts/none/tune')).status, 400);
});

test('auth mounts need sudo to be looked at, and there is only the one for tokens', async () => {
  const harness = await unsealedCore();
  assert.equal((await harness.data('read', 'sys/auth/token'))['type'], 'token');
  const enable = await harness.call('write', 'sys/auth/userpass', { type: 'userpass' });
  assert.equal(enable.status, 400);
  assert.equal((await harness.call('delete', 'sys/auth/token')).status, 400);
  assert.equal((await harness.call('delete', 'sys/auth/userpass')).status, 204);
  await harness.policy('nearly', 'path "sys/auth/*" { capabilities = ["read", "update"] }');
  const { client_token: token } = await harness.createToken({ policies: ['nearly'] });
  assert.equal((await harness.call('read', 'sys/auth/token', undefined, token)).status, 403);
  assert.equal((await harness.call('read', 'sys/auth/token/tune')).status, 200);
});

test('a change of the mount table is seen by the next request of every core on the store', async () => {
  const harness = await unsealedCore();
  assert.equal((await harness.call('read', 'kv/a')).status, 404);
  await harness.data('write', 'sys/mounts/kv', { type: 'kv' });
  assert.equal((await harness.call('write', 'kv/a', { x: '1' })).status, 204);
  await harness.call('delete', 'sys/mounts/kv');
  assert.equal((await harness.call('write', 'kv/a', { x: '1' })).status, 404);
});

test('a write that is under way when its mount is disabled leaves nothing behind', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/kv', { type: 'kv' });
  const id = textOf(await harness.data('read', 'sys/mounts/kv'), 'uuid');
  const commit = harness.store.commit.bind(harness.store);
  let once = true;
  harness.store.commit = async (transaction) => {
    const isSecret = transaction.then.some(({ key }) => key.includes(id) && key.includes('data/'));
    if (isSecret && once) {
      once = false;
      await harness.call('delete', 'sys/mounts/kv');
      await harness.built.settled();
    }
    return commit(transaction);
  };
  const answer = await harness.call('write', 'kv/a', { x: '1' });
  assert.equal(answer.status, 403);
  harness.store.commit = commit;
  const left = harness.store
    .entriesAt(harness.store.revision)
    .filter(({ key }) => key.includes(id));
  assert.deepEqual(left, []);
});

test('a table of many pages is read whole', async () => {
  const harness = await unsealedCore();
  const description = 'x'.repeat(1_000);
  const audit_non_hmac_request_keys = Array.from({ length: 100 }, () => 'y'.repeat(250));
  const body = { type: 'kv', description, config: { audit_non_hmac_request_keys } };
  await harness.data('write', 'sys/mounts/mount-0', body);
  // By their entries: each request would read the whole table again.
  for (let from = 1; from < 199; from += 33) await copyMounts(harness, from, from + 33);
  await harness.data('write', 'sys/mounts/mount-199', body);
  assert.equal(Object.keys(await harness.data('read', 'sys/mounts')).length, 203);
  assert.equal((await harness.call('write', 'mount-199/a', { x: '1' })).status, 204);
  assert.equal((await harness.call('write', 'mount-100/a', { x: '1' })).status, 204);
  assert.deepEqual(harness.fatal, []);
});

/** Puts mounts like `mount-0/` into the table, in one commit. */
async function copyMounts(harness: CoreHarness, from: number, to: number): Promise<void> {
  await transact(harness, async (attempt) => {
    const model = (await readMounts(attempt, rootNamespaceId)).at('mount-0/');
    assert.ok(model !== undefined);
    const view = attempt.view(namespacePrefix(rootNamespaceId), rootNamespaceId);
    for (let at = from; at < to; at += 1) {
      putMount(view, { ...model, id: `mount-${at}`, uuid: `mount-${at}`, path: `mount-${at}/` });
    }
  });
}

test('clients find the mount of a path, and 403 where there is none or none for them', async () => {
  const harness = await unsealedCore();
  await harness.data('write', 'sys/mounts/secret', { type: 'kv-v2' });
  await harness.data('write', 'sys/mounts/other', { type: 'kv' });
  await harness.policy('app', 'path "secret/data/app/*" { capabilities = ["read"] }');
  const { client_token: token } = await harness.createToken({ policies: ['app'] });
  const preflight = (path: string, sent: string | null): ReturnType<CoreHarness['call']> =>
    harness.call('read', `sys/internal/ui/mounts/${path}`, undefined, { token: sent });
  const found = (await preflight('secret/app/x', token)).body as { data: JsonObject };
  assert.equal(found.data['path'], 'secret/');
  assert.deepEqual(found.data['options'], { version: '2' });
  for (const [path, sent] of [
    ['other/x', token],
    ['nowhere/x', token],
    ['secret/app/x', null],
    ['nowhere', harness.rootToken],
  ] as const) {
    const answer = await preflight(path, sent);
    assert.equal(answer.status, 403, path);
    assert.match(JSON.stringify(answer.body), /preflight capability check returned 403/u);
  }
  const visible = await harness.data('read', 'sys/internal/ui/mounts', undefined, token);
  assert.ok('secret/' in (visible['secret'] as JsonObject));
  assert.ok(!('other/' in (visible['secret'] as JsonObject)));
  await harness.data('write', 'sys/mounts/other/tune', { listing_visibility: 'unauth' });
  const open = await harness.data('read', 'sys/internal/ui/mounts', undefined, { token: null });
  assert.deepEqual(Object.keys(open['secret'] as JsonObject), ['other/']);
  assert.deepEqual(open['auth'], {});
});
