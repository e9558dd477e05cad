import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject, JsonValue } from '../../../../shared/json/value.ts';
import { tokenPoliciesMax } from '../../../../src/tokens/limits.ts';
import { type CoreHarness, textOf, unsealedCore } from '../../../support/core-harness.ts';

const maker = `path "auth/token/*" { capabilities = ["create", "update", "read", "list"] }`;

async function status(
  harness: CoreHarness,
  body: JsonValue,
  token?: string,
  path = 'auth/token/create',
): Promise<number> {
  const extras = token === undefined ? {} : { token };
  return (await harness.call('write', path, body, extras)).status;
}

test('a new token comes with exactly the fields of an auth block', async () => {
  const harness = await unsealedCore();
  const answer = await harness.call('write', 'auth/token/create', {
    policies: ['default'],
    ttl: '1h',
    meta: { team: 'blue' },
    display_name: 'build server #1',
    num_uses: 3,
  });
  const { auth, data } = answer.body as { auth: JsonObject; data: null };
  assert.equal(data, null);
  assert.match(textOf(auth, 'client_token'), /^hvs\.[0-9A-Za-z]{43}$/u);
  assert.deepEqual(
    { ...auth, client_token: '', accessor: '' },
    {
      client_token: '',
      accessor: '',
      policies: ['default'],
      token_policies: ['default'],
      metadata: { team: 'blue' },
      lease_duration: 3_600,
      renewable: true,
      entity_id: '',
      token_type: 'service',
      orphan: false,
      mfa_requirement: null,
      num_uses: 3,
    },
  );
  const lookup = await harness.data('write', 'auth/token/lookup', {
    token: auth['client_token'] as string,
  });
  assert.equal(lookup['display_name'], 'token-build-server-1');
  assert.equal(lookup['path'], 'auth/token/create');
});

test('a policy that does not exist is a warning, not an error', async () => {
  const harness = await unsealedCore();
  const answer = await harness.call('write', 'auth/token/create', { policies: ['later'] });
  const { warnings } = answer.body as { warnings: string[] };
  assert.deepEqual(warnings, ['Policy "later" does not exist']);
});

// CVE-2025-5999, CVE-2025-54996 and CVE-2025-64761, through the door.
test('no spelling of root makes a root token, and nothing is left behind', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', maker);
  const { client_token: token } = await harness.createToken({ policies: ['maker'] });
  const wishes: readonly JsonValue[] = [
    ['rooT'],
    'Root',
    ['root '],
    [' root'],
    ['root\u00a0'],
    ['root\ufeff'],
    ['\uff52\uff4f\uff4f\uff54'],
    ['default', ['root']],
    'a,root',
    ['root'],
    'root',
    ['a,root'],
  ];
  const before = (await harness.data('list', 'auth/token/accessors'))['keys'];
  for (const policies of wishes) {
    assert.equal(await status(harness, { policies }, token), 400, JSON.stringify(policies));
  }
  for (const policies of wishes.slice(0, 8)) {
    assert.equal(await status(harness, { policies }), 400, JSON.stringify(policies));
    const role = { allowed_policies: policies };
    assert.equal(await status(harness, role, undefined, 'auth/token/roles/r'), 400);
  }
  assert.deepEqual((await harness.data('list', 'auth/token/accessors'))['keys'], before);
  assert.equal((await harness.call('list', 'auth/token/roles')).status, 404);
});

// (own) non-numeric TTL.
test('durations and counts that are none are refused', async () => {
  const harness = await unsealedCore();
  const bad: readonly JsonValue[] = ['NaN', -1, '1e3', {}, '0x10', [], 1.5, '-1s', '1y', true];
  for (const value of bad) {
    for (const field of ['ttl', 'explicit_max_ttl', 'period']) {
      assert.equal(
        await status(harness, { [field]: value }),
        400,
        `${field} ${JSON.stringify(value)}`,
      );
    }
  }
  for (const raw of [
    '{"ttl":1e400}',
    '{"ttl":9007199254740993}',
    '{"num_uses":9007199254740993}',
  ]) {
    const answer = await harness.call('write', 'auth/token/create', Buffer.from(raw));
    assert.equal(answer.status, 400, raw);
  }
  for (const num_uses of [-1, '1.5', 'x', {}]) {
    assert.equal(await status(harness, { num_uses }), 400);
  }
});

test('only a root token chooses an id, and not one that looks like ours', async () => {
  const harness = await unsealedCore();
  await harness.policy(
    'maker',
    `${maker}\npath "auth/token/create" { capabilities = ["update", "sudo"] }`,
  );
  const { client_token: sudo } = await harness.createToken({ policies: ['maker'] });
  assert.equal(await status(harness, { id: 'my-own-token' }, sudo), 400);
  for (const id of [
    's.abcdefgh',
    'hvs.abcdefgh',
    'hvb.abcdefgh',
    'a.b.c.d',
    'abc',
    'a b c d',
    'töken',
  ]) {
    assert.equal(await status(harness, { id }), 400, id);
  }
  assert.equal(await status(harness, { id: 'my-own-token' }), 200);
  assert.equal(await status(harness, { id: 'my-own-token' }), 400);
  const self = await harness.data('read', 'auth/token/lookup-self', undefined, 'my-own-token');
  assert.deepEqual(self['policies'], ['root']);
});

test('orphans and periods need privilege, except by the route for orphans', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', maker);
  await harness.policy('chief', 'path "auth/token/create" { capabilities = ["update", "sudo"] }');
  const { client_token: plain } = await harness.createToken({ policies: ['maker'] });
  const { client_token: chief } = await harness.createToken({ policies: ['chief'] });
  assert.equal(await status(harness, { no_parent: true }, plain), 400);
  assert.equal(await status(harness, { period: '1h' }, plain), 400);
  assert.equal(await status(harness, {}, plain, 'auth/token/create-orphan'), 200);
  const orphan = await harness.createToken({ no_parent: true, period: '1h' }, chief);
  assert.equal(orphan.orphan, true);
  assert.equal(orphan.lease_duration, 3_600);
});

test('a counted token and a batch token have no children', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', maker);
  const { client_token: counted } = await harness.createToken({ policies: ['maker'], num_uses: 5 });
  const { client_token: batch } = await harness.createToken({ policies: ['maker'], type: 'batch' });
  assert.equal(await status(harness, {}, counted), 400);
  assert.equal(await status(harness, {}, batch), 400);
});

test('CVE-2020-25816: a batch token is stored nowhere, works, and ends with its parent', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', maker);
  const { client_token: parent } = await harness.createToken({ policies: ['maker'] });
  const before = harness.store.entriesAt(harness.store.revision).length;
  const batch = await harness.createToken({ type: 'batch', ttl: '1h', meta: { a: 'b' } }, parent);
  assert.match(batch.client_token, /^hvb\./u);
  assert.equal(batch.accessor, '');
  assert.equal(batch.renewable, false);
  assert.equal(harness.store.entriesAt(harness.store.revision).length, before);
  const self = await harness.data('read', 'auth/token/lookup-self', undefined, batch.client_token);
  assert.equal(self['type'], 'batch');
  assert.deepEqual(self['meta'], { a: 'b' });
  const renew = await harness.call('write', 'auth/token/renew-self', {}, batch.client_token);
  assert.equal(renew.status, 400);
  const revoke = await harness.call('write', 'auth/token/revoke', { token: batch.client_token });
  assert.equal(revoke.status, 400);
  const altered = `${batch.client_token.slice(0, -2)}AA`;
  assert.equal(
    (await harness.call('read', 'auth/token/lookup-self', undefined, altered)).status,
    403,
  );
  await harness.call('write', 'auth/token/revoke', { token: parent });
  const after = await harness.call('read', 'auth/token/lookup-self', undefined, batch.client_token);
  assert.equal(after.status, 403);
});

test('a batch token ends at its deadline, and cannot have what needs a record', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({
    policies: ['default'],
    type: 'batch',
    ttl: '60s',
  });
  harness.clock.advance(59_000);
  const self = (): ReturnType<CoreHarness['call']> =>
    harness.call('read', 'auth/token/lookup-self', undefined, token);
  assert.equal((await self()).status, 200);
  harness.clock.advance(1_000);
  assert.equal((await self()).status, 403);
  const batch = { type: 'batch', policies: ['default'] };
  for (const wish of [
    { num_uses: 1 },
    { period: '1h' },
    { explicit_max_ttl: '1h' },
    { policies: ['root'] },
  ]) {
    assert.equal(await status(harness, { ...batch, ...wish }), 400, JSON.stringify(wish));
  }
  const big = {
    ...batch,
    meta: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`n${at}`, 'x'.repeat(500)])),
  };
  assert.equal(await status(harness, big), 400);
});

test('root tokens with a deadline do not make ones without', async () => {
  const harness = await unsealedCore();
  const { client_token: expiring } = await harness.createToken({ policies: ['root'], ttl: '1h' });
  assert.equal(await status(harness, { policies: ['root'] }, expiring), 400);
  assert.equal(await status(harness, { policies: ['root'], ttl: '1h' }, expiring), 200);
});

test('what is not supported is refused, and too much of anything', async () => {
  const harness = await unsealedCore();
  assert.equal(await status(harness, { entity_alias: 'x' }), 400);
  assert.equal(await status(harness, { entity_alias: '' }), 200);
  assert.equal(await status(harness, { type: 'recovery' }), 400);
  assert.equal(await status(harness, { meta: { a: 'x'.repeat(600) } }), 400);
  assert.equal(await status(harness, { meta: ['CANARY'] }), 400);
  const policies = Array.from({ length: 300 }, (_, at) => `p${at}`);
  assert.equal(await status(harness, { policies }), 400);
});

// GHSA-8xxq-mq9m-xmhw: fields of the form key=value leaked when they were malformed.
test('what is written into meta stands in the log as keyed hashes alone', async () => {
  const harness = await unsealedCore();
  for (const meta of ['k=CANARY=x,', { k: 'CANARY' }, 'CANARY', { k: { x: 'CANARY' } }]) {
    const answer = await harness.call('write', 'auth/token/create', { meta });
    const { auth } = answer.body as { auth?: JsonObject };
    const token = (auth?.['client_token'] ?? harness.rootToken) as string;
    await harness.call('read', 'auth/token/lookup-self', undefined, token);
  }
  assert.doesNotMatch(harness.device.text, /CANARY/u);
});

test('a chain of tokens has an end, and each of them works', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', maker);
  let token = harness.rootToken;
  let depth = 0;
  for (; depth < 40; depth += 1) {
    const body = { policies: ['maker'] };
    const answer = await harness.call('write', 'auth/token/create', body, token);
    if (answer.status !== 200) break;
    token = (answer.body as { auth: { client_token: string } }).auth.client_token;
  }
  assert.equal(depth, 32);
  assert.equal(
    (await harness.call('read', 'auth/token/lookup-self', undefined, token)).status,
    200,
  );
  assert.equal((await harness.call('write', 'auth/token/create-orphan', {}, token)).status, 200);
});

test('roles decide over policies, kind, lives and parents of their tokens', async () => {
  const harness = await unsealedCore();
  await harness.policy('user', 'path "auth/token/create/ci" { capabilities = ["update"] }');
  const { client_token: user } = await harness.createToken({ policies: ['user'] });
  const role = {
    allowed_policies: 'deploy,Build',
    disallowed_policies_glob: ['secret-*'],
    orphan: true,
    period: '30m',
    path_suffix: 'nightly',
    token_num_uses: 4,
    token_no_default_policy: true,
  };
  assert.equal(await status(harness, role, undefined, 'auth/token/roles/CI'), 204);
  const stored = await harness.data('read', 'auth/token/roles/ci');
  assert.deepEqual(stored['allowed_policies'], ['build', 'deploy']);
  assert.equal(stored['period'], 1_800);
  assert.equal(stored['token_period'], 1_800);
  const answer = await harness.call('write', 'auth/token/create/ci', {}, user);
  const { auth } = answer.body as { auth: JsonObject };
  assert.deepEqual(auth['policies'], ['build', 'deploy']);
  assert.deepEqual([auth['orphan'], auth['lease_duration'], auth['num_uses']], [true, 1_800, 4]);
  const made = await harness.data('write', 'auth/token/lookup', {
    token: auth['client_token'] as string,
  });
  assert.deepEqual([made['role'], made['path']], ['ci', 'auth/token/create/ci/nightly']);
  assert.equal(await status(harness, { policies: ['user'] }, user, 'auth/token/create/ci'), 400);
  assert.equal(await status(harness, {}, undefined, 'auth/token/create/none'), 400);
  assert.deepEqual((await harness.data('list', 'auth/token/roles'))['keys'], ['ci']);
  assert.equal((await harness.call('delete', 'auth/token/roles/ci')).status, 204);
  assert.equal((await harness.call('read', 'auth/token/roles/ci')).status, 404);
});

test('a change of a role leaves what it does not name', async () => {
  const harness = await unsealedCore();
  const path = 'auth/token/roles/r';
  await harness.data('write', path, { allowed_policies: ['a'], renewable: false });
  await harness.data('write', path, { path_suffix: 'x' });
  const role = await harness.data('read', path);
  assert.deepEqual(
    [role['allowed_policies'], role['renewable'], role['path_suffix']],
    [['a'], false, 'x'],
  );
  for (const bad of [
    { token_bound_cidrs: ['10.0.0.0/8'] },
    { token_type: 'x' },
    { path_suffix: '../a' },
    { token_num_uses: -1 },
  ]) {
    assert.equal(
      await status(harness, bad as JsonObject, undefined, path),
      400,
      JSON.stringify(bad),
    );
  }
});

test('a token has as many policies as the limit says, though none of them exists', async () => {
  const harness = await unsealedCore();
  const policies = Array.from({ length: tokenPoliciesMax - 1 }, (_, at) => `team-${at}`);
  const answer = await harness.call('write', 'auth/token/create', { policies });
  const { auth, warnings } = answer.body as { auth: JsonObject; warnings: string[] };
  assert.equal(answer.status, 200);
  assert.equal((auth['policies'] as string[]).length, tokenPoliciesMax);
  assert.equal(warnings.length, tokenPoliciesMax - 1);
  assert.equal(await status(harness, { policies: [...policies, 'a', 'b'] }), 400);
});
