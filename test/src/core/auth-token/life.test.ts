/** Looking up, renewing and revoking tokens; what ends them and what goes with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../../shared/json/value.ts';
import { type CoreHarness, unsealedCore } from '../../../support/core-harness.ts';

function self(harness: CoreHarness, token: string): Promise<number> {
  return harness
    .call('read', 'auth/token/lookup-self', undefined, { token })
    .then(({ status }) => status);
}

async function accessors(harness: CoreHarness): Promise<number> {
  return ((await harness.data('list', 'auth/token/accessors'))['keys'] as string[]).length;
}

/** What of a token is still in the store. */
function entriesOf(harness: CoreHarness, part: string): number {
  return harness.store.entriesAt(harness.store.revision).filter(({ key }) => key.includes(part))
    .length;
}

test('a look-up has exactly the fields of Vault, by token, by accessor and of oneself', async () => {
  const harness = await unsealedCore();
  const { client_token: token, accessor } = await harness.createToken({
    policies: ['default'],
    ttl: '1h',
  });
  harness.clock.advance(600_000);
  const own = await harness.data('read', 'auth/token/lookup-self', undefined, token);
  const createdMs = harness.clock.wallMs() - 600_000;
  assert.deepEqual(own, {
    accessor,
    creation_time: createdMs / 1_000,
    creation_ttl: 3_600,
    display_name: 'token',
    entity_id: '',
    expire_time: '2030-01-01T01:00:00.000000000Z',
    explicit_max_ttl: 0,
    id: token,
    issue_time: '2030-01-01T00:00:00.000000000Z',
    meta: null,
    num_uses: 0,
    orphan: false,
    path: 'auth/token/create',
    policies: ['default'],
    renewable: true,
    ttl: 3_000,
    type: 'service',
  });
  assert.deepEqual(await harness.data('write', 'auth/token/lookup', { token }), own);
  const byAccessor = await harness.data('write', 'auth/token/lookup-accessor', { accessor });
  assert.deepEqual(byAccessor, { ...own, id: '' });
  assert.equal((await harness.data('write', 'auth/token/lookup', {}))['id'], harness.rootToken);
});

test('a bad token is 403 "bad token", a bad accessor 403 "invalid accessor"', async () => {
  const harness = await unsealedCore();
  const token = await harness.call('write', 'auth/token/lookup', { token: 'hvs.no' });
  assert.equal(token.status, 403);
  assert.match(JSON.stringify(token.body), /bad token/u);
  for (const path of ['lookup-accessor', 'renew-accessor', 'revoke-accessor']) {
    const answer = await harness.call('write', `auth/token/${path}`, { accessor: 'no' });
    assert.equal(answer.status, 403, path);
    assert.match(JSON.stringify(answer.body), /invalid accessor/u);
  }
});

test('tokens of every wrong form are simply not good', async () => {
  const harness = await unsealedCore();
  const wrong = ['', 'x', 'hvs.', 'hvb.', 'hvb.AAAA', `hvs.${'A'.repeat(43)}`, 'A'.repeat(9_000)];
  for (const token of [...wrong, harness.rootToken.toLowerCase(), ` ${harness.rootToken}`]) {
    assert.equal(await self(harness, token), 403, token.slice(0, 20));
  }
});

test('a token is renewed up to its maximum, and not beyond', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({
    policies: ['default'],
    ttl: '1h',
    explicit_max_ttl: '2h',
  });
  const renew = (body: JsonObject = {}): ReturnType<CoreHarness['call']> =>
    harness.call('write', 'auth/token/renew-self', body, { token });
  const lease = async (body?: JsonObject): Promise<unknown> =>
    ((await renew(body)).body as { auth: JsonObject }).auth['lease_duration'];
  harness.clock.advance(1_800_000);
  assert.equal(await lease(), 3_600);
  assert.equal(await lease({ increment: '10m' }), 600);
  assert.equal(await lease({ increment: '5h' }), 5_400);
  harness.clock.advance(5_399_100);
  const late = await renew();
  assert.equal(late.status, 400);
  assert.match(JSON.stringify(late.body), /past the max TTL/u);
  assert.equal(await self(harness, token), 200);
  harness.clock.advance(1_000);
  assert.equal(await self(harness, token), 403);
});

test('a token lives for its 32 days and not for 2 milliseconds', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ policies: ['default'] });
  const day = 86_400_000;
  for (const days of [25, 6]) {
    harness.clock.advance(days * day);
    assert.equal(await self(harness, token), 200);
  }
  harness.clock.advance(day);
  assert.equal(await self(harness, token), 403);
});

test('what cannot be renewed says so', async () => {
  const harness = await unsealedCore();
  const root = await harness.call('write', 'auth/token/renew-self', {});
  assert.equal(root.status, 400);
  assert.match(JSON.stringify(root.body), /lease is not renewable/u);
  const { client_token: token } = await harness.createToken({
    renewable: false,
    policies: ['default'],
  });
  assert.equal((await harness.call('write', 'auth/token/renew', { token })).status, 400);
  assert.equal((await harness.call('write', 'auth/token/renew', { token: 'hvs.no' })).status, 403);
  assert.equal((await harness.call('write', 'auth/token/renew', {})).status, 400);
});

test('renewal by accessor does not tell the token', async () => {
  const harness = await unsealedCore();
  const { accessor } = await harness.createToken({ policies: ['default'], ttl: '1h' });
  const answer = await harness.call('write', 'auth/token/renew-accessor', { accessor });
  const { auth } = answer.body as { auth: JsonObject };
  assert.deepEqual([auth['client_token'], auth['lease_duration']], ['', 3_600]);
});

test('revoking a token ends its descendants and what their cubbyholes hold, and nothing else', async () => {
  const harness = await unsealedCore();
  const maker = 'path "auth/token/create" { capabilities = ["update"] }';
  await harness.policy('maker', maker);
  const wish = { policies: ['maker'] };
  const { client_token: parent } = await harness.createToken(wish);
  const { client_token: child } = await harness.createToken(wish, parent);
  const { client_token: grandchild } = await harness.createToken(wish, child);
  const { client_token: sibling } = await harness.createToken(wish);
  for (const token of [parent, child, grandchild, sibling]) {
    for (let count = 0; count < 130; count += 65) {
      await harness.data('write', `cubbyhole/a/${count}`, { x: '1' }, { token });
    }
  }
  assert.equal(entriesOf(harness, '/data/cubbyhole/'), 8);
  const answer = await harness.call('write', 'auth/token/revoke', { token: parent });
  assert.equal(answer.status, 204);
  for (const token of [parent, child, grandchild]) assert.equal(await self(harness, token), 403);
  assert.equal(await self(harness, sibling), 200);
  assert.equal(await accessors(harness), 2);
  assert.equal(entriesOf(harness, '/data/cubbyhole/'), 2);
  assert.equal(entriesOf(harness, '/intents/'), 0);
  assert.equal(entriesOf(harness, '/due/'), 1);
  assert.equal(entriesOf(harness, '/children/'), 1);
});

test('a cubbyhole larger than one transaction goes with its token', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ policies: ['default'] });
  for (let count = 0; count < 300; count += 1) {
    await harness.data('write', `cubbyhole/${count}`, { x: '1' }, { token });
  }
  await harness.call('write', 'auth/token/revoke-self', undefined, { token });
  assert.equal(entriesOf(harness, '/data/cubbyhole/'), 0);
  assert.equal(await self(harness, token), 403);
});

test('a token revokes itself and by its accessor; an unknown one is a warning', async () => {
  const harness = await unsealedCore();
  const first = await harness.createToken({ policies: ['default'] });
  const second = await harness.createToken({ policies: ['default'] });
  const own = { token: first.client_token };
  assert.equal((await harness.call('write', 'auth/token/revoke-self', undefined, own)).status, 204);
  const body = { accessor: second.accessor };
  assert.equal((await harness.call('write', 'auth/token/revoke-accessor', body)).status, 204);
  assert.equal(await accessors(harness), 1);
  const again = await harness.call('write', 'auth/token/revoke', own);
  assert.equal(again.status, 200);
  assert.match(JSON.stringify(again.body), /nothing was revoked/u);
  assert.equal((await harness.call('write', 'auth/token/revoke', {})).status, 400);
});

test('revoke-orphan ends one token, and its children live on as orphans', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const { client_token: parent } = await harness.createToken({ policies: ['maker'] });
  const children: string[] = [];
  for (let count = 0; count < 60; count += 1) {
    const { client_token: child } = await harness.createToken({ policies: ['maker'] }, parent);
    children.push(child);
  }
  const { client_token: grandchild } = await harness.createToken({}, children[0] ?? '');
  const answer = await harness.call('write', 'auth/token/revoke-orphan', { token: parent });
  assert.equal(answer.status, 204);
  assert.equal(await self(harness, parent), 403);
  for (const token of [...children, grandchild]) assert.equal(await self(harness, token), 200);
  const child = await harness.data('write', 'auth/token/lookup', { token: children[0] ?? '' });
  assert.equal(child['orphan'], true);
  assert.equal(entriesOf(harness, '/intents/'), 0);
  assert.equal(await accessors(harness), 62);
  await harness.call('write', 'auth/token/revoke', { token: children[0] ?? '' });
  assert.equal(await self(harness, grandchild), 403);
});

test('revoke-orphan and the list of accessors need sudo', async () => {
  const harness = await unsealedCore();
  await harness.policy('nearly', 'path "auth/token/*" { capabilities = ["update", "list"] }');
  const { client_token: token } = await harness.createToken({ policies: ['nearly'] });
  const revoke = await harness.call('write', 'auth/token/revoke-orphan', { token }, { token });
  assert.equal(revoke.status, 403);
  assert.equal(
    (await harness.call('list', 'auth/token/accessors', undefined, { token })).status,
    403,
  );
});

test('an interrupted revocation has ended the tree, and is finished at the next unseal', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const { client_token: parent } = await harness.createToken({ policies: ['maker'] });
  const children: string[] = [];
  for (let count = 0; count < 100; count += 1) {
    children.push((await harness.createToken({}, parent)).client_token);
  }
  const commit = harness.store.commit.bind(harness.store);
  let commits = 0;
  harness.store.commit = async (transaction) => {
    commits += 1;
    if (commits > 2) throw new Error('the power is gone');
    return commit(transaction);
  };
  assert.equal((await harness.call('write', 'auth/token/revoke', { token: parent })).status, 204);
  for (const token of [parent, ...children]) assert.equal(await self(harness, token), 403);
  assert.ok(entriesOf(harness, '/tokens/') > 50, 'much is left');
  harness.store.commit = commit;
  await harness.seal.seal();
  await harness.unseal();
  await harness.built.settled();
  assert.equal(await accessors(harness), 1);
  assert.equal(entriesOf(harness, '/tokens/'), 1);
  assert.equal(entriesOf(harness, '/intents/'), 0);
});

test('a token made while its parent is being revoked is never good', async () => {
  const harness = await unsealedCore();
  await harness.policy('maker', 'path "auth/token/create" { capabilities = ["update"] }');
  const { client_token: parent } = await harness.createToken({ policies: ['maker'] });
  const { client_token: middle } = await harness.createToken({ policies: ['maker'] }, parent);
  const answers = await Promise.all([
    ...Array.from({ length: 10 }, () => harness.call('write', 'auth/token/create', {}, middle)),
    harness.call('write', 'auth/token/revoke', { token: parent }),
    ...Array.from({ length: 10 }, () => harness.call('write', 'auth/token/create', {}, middle)),
  ]);
  for (const { status, body } of answers) {
    if (status !== 200) continue;
    const { auth } = body as { auth: { client_token: string } };
    assert.equal(await self(harness, auth.client_token), 403);
  }
  assert.equal(await accessors(harness), 1);
  assert.equal(entriesOf(harness, '/tokens/'), 1);
});
