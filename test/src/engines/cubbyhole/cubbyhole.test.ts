import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cubbyholeEngine, cubbyholePrefix } from '../../../../src/engines/cubbyhole/engine.ts';
import { EngineHarness } from '../harness.ts';

test('each token sees its own secrets and nobody else’s', async () => {
  const cubbyhole = new EngineHarness(cubbyholeEngine);
  const path = 'a/b';
  await cubbyhole.call('secret', 'write', { path, body: { v: 1 }, tokenId: 't1' });
  await cubbyhole.call('secret', 'write', { path, body: { v: 2 }, tokenId: 't2' });
  const own = await cubbyhole.call('secret', 'read', { path, tokenId: 't1' });
  assert.deepEqual(own.data, { v: 1 });
  assert.equal(own.leaseSeconds, undefined);
  const other = await cubbyhole.call('secret', 'read', { path, tokenId: 't3' });
  assert.deepEqual([other.status, other.error], [404, '']);
  assert.equal((await cubbyhole.call('secret', 'list', { tokenId: 't3' })).status, 404);
  const scan = await cubbyhole.call('secret', 'scan', { tokenId: 't2' });
  assert.deepEqual(scan.data, { keys: ['a/b'] });
});

test('all entries of a token lie under its prefix, so revoking it can delete them', async () => {
  const cubbyhole = new EngineHarness(cubbyholeEngine);
  for (const path of ['x', 'x/y', '__proto__']) {
    await cubbyhole.call('secret', 'write', { path, body: { v: 1 }, tokenId: 't1' });
  }
  const keys = await cubbyhole.keys();
  assert.equal(keys.length, 3);
  assert.ok(keys.every((key) => key.startsWith(cubbyholePrefix('t1'))));
  assert.throws(() => cubbyholePrefix('a/b'), /assertion failed/u);
  assert.throws(() => cubbyholePrefix(''), /assertion failed/u);
});

test('delete is 204 with and without a secret; an empty write is refused', async () => {
  const cubbyhole = new EngineHarness(cubbyholeEngine);
  assert.equal((await cubbyhole.call('secret', 'delete', { path: 'x' })).status, 204);
  const refused = await cubbyhole.call('secret', 'write', { path: 'x' });
  assert.deepEqual([refused.status, refused.error], [400, 'missing data fields']);
  await cubbyhole.call('secret', 'write', { path: 'x', body: { v: 1 } });
  assert.equal(await cubbyhole.exists('x', 'token1'), true);
  await cubbyhole.call('secret', 'delete', { path: 'x' });
  assert.equal(await cubbyhole.exists('x', 'token1'), false);
});
