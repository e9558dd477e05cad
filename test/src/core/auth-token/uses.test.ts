import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type CoreHarness, unsealedCore } from '../../../support/core-harness.ts';

async function counted(harness: CoreHarness, uses: number): Promise<string> {
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.data('write', 'secret/a', { x: '1' });
  await harness.policy('reader', 'path "secret/*" { capabilities = ["read"] }');
  return (await harness.createToken({ policies: ['reader'], num_uses: uses })).client_token;
}

test('of 100 requests at once with a token for five, exactly five get through', async () => {
  const harness = await unsealedCore();
  const token = await counted(harness, 5);
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => harness.call('read', 'secret/a', undefined, { token })),
  );
  const granted = answers.filter(({ status }) => status === 200);
  // Five at the most in one go; whoever lost all races for the record was told to try again.
  let count = granted.length;
  assert.ok(count <= 5);
  assert.ok(answers.every(({ status }) => [200, 403, 503].includes(status)));
  while ((await harness.call('read', 'secret/a', undefined, { token })).status === 200) count += 1;
  assert.equal(count, 5);
});

test('one after another, each use counts down, and the last one still gets its answer', async () => {
  const harness = await unsealedCore();
  const token = await counted(harness, 3);
  const left = async (): Promise<unknown> =>
    (await harness.data('write', 'auth/token/lookup', { token }))['num_uses'];
  assert.equal(await left(), 3);
  for (const expected of [2, 1]) {
    assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 200);
    assert.equal(await left(), expected);
  }
  assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 200);
  assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 403);
  assert.equal((await harness.call('write', 'auth/token/lookup', { token })).status, 403);
  const accessors = await harness.data('list', 'auth/token/accessors');
  assert.equal((accessors['keys'] as string[]).length, 1);
});

test('the last use reads the cubbyhole, which then goes with the token', async () => {
  const harness = await unsealedCore();
  const { client_token: token } = await harness.createToken({ policies: ['default'], num_uses: 2 });
  await harness.data('write', 'cubbyhole/a', { x: '1' }, { token });
  assert.equal((await harness.data('read', 'cubbyhole/a', undefined, { token }))['x'], '1');
  const entries = harness.store.entriesAt(harness.store.revision);
  assert.equal(entries.filter(({ key }) => key.includes('/data/cubbyhole/')).length, 0);
});

test('the last use may be the token revoking itself, or a write', async () => {
  const harness = await unsealedCore();
  const first = await harness.createToken({ policies: ['default'], num_uses: 1 });
  const own = { token: first.client_token };
  assert.equal((await harness.call('write', 'auth/token/revoke-self', undefined, own)).status, 204);
  await harness.data('write', 'sys/mounts/secret', { type: 'kv' });
  await harness.policy('writer', 'path "secret/*" { capabilities = ["create", "update"] }');
  const writer = await harness.createToken({ policies: ['writer'], num_uses: 1 });
  const token = writer.client_token;
  assert.equal((await harness.call('write', 'secret/b', { x: '1' }, { token })).status, 204);
  assert.equal((await harness.call('write', 'secret/b', { x: '2' }, { token })).status, 403);
});

test('a use is taken for what is tried, not for what is refused', async () => {
  const harness = await unsealedCore();
  const token = await counted(harness, 2);
  for (const path of ['secret/a', 'sys/mounts', 'nowhere']) {
    assert.equal((await harness.call('delete', path, undefined, { token })).status, 403, path);
  }
  assert.equal((await harness.call('read', 'secret/none', undefined, { token })).status, 404);
  assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 200);
  assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 403);
});

test('a read by a counted token has a record before and after, because the use is an effect', async () => {
  const harness = await unsealedCore();
  const token = await counted(harness, 2);
  await harness.call('read', 'secret/a', undefined, { token, id: 'counted' });
  assert.deepEqual(
    harness.recordsOf('counted').map(({ type }) => type),
    ['request', 'response'],
  );
  harness.device.trouble = 'full';
  assert.equal((await harness.call('read', 'secret/a', undefined, { token })).status, 500);
  harness.device.trouble = 'none';
  harness.clock.advance(1_000);
  await harness.trail.append({ type: 'event', time: '', event: 'start' }).catch(() => undefined);
  assert.equal((await harness.data('write', 'auth/token/lookup', { token }))['num_uses'], 1);
});
