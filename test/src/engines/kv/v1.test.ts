import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { kvV1Engine } from '../../../../src/engines/kv/v1/engine.ts';
import { EngineHarness } from '../harness.ts';

const mountDefaultSeconds = 2_764_800;

test('a secret is read as it was written, and replaced as a whole', async () => {
  const kv = new EngineHarness(kvV1Engine);
  const written = await kv.call('secret', 'write', { path: 'app/db', body: { user: 'u', n: 5 } });
  assert.equal(written.status, 204);
  const first = await kv.call('secret', 'read', { path: 'app/db' });
  assert.deepEqual(first.data, { user: 'u', n: 5 });
  assert.equal(first.leaseSeconds, mountDefaultSeconds);
  await kv.call('secret', 'write', { path: 'app/db', body: { password: 'p' } });
  const second = await kv.call('secret', 'read', { path: 'app/db' });
  assert.deepEqual(second.data, { password: 'p' });
});

test('a missing secret is 404 without a text; deleting it is 204 all the same', async () => {
  const kv = new EngineHarness(kvV1Engine);
  const read = await kv.call('secret', 'read', { path: 'no' });
  assert.deepEqual([read.status, read.error], [404, '']);
  assert.equal((await kv.call('secret', 'delete', { path: 'no' })).status, 204);
});

test('a write without fields is refused and changes nothing', async () => {
  const kv = new EngineHarness(kvV1Engine);
  await kv.call('secret', 'write', { path: 'a', body: { x: 1 } });
  const refused = await kv.call('secret', 'write', { path: 'a' });
  assert.deepEqual([refused.status, refused.error], [400, 'missing data fields']);
  assert.deepEqual((await kv.call('secret', 'read', { path: 'a' })).data, { x: 1 });
  const rootless = await kv.call('secret', 'write', { body: { x: 1 } });
  assert.deepEqual([rootless.status, rootless.error], [400, 'missing path']);
});

test('ttl, then lease, say when to look again; nonsense falls back to the mount', async () => {
  const kv = new EngineHarness(kvV1Engine);
  const rows: readonly (readonly [JsonObject, number])[] = [
    [{ ttl: '1h' }, 3_600],
    [{ ttl: 90 }, 90],
    [{ lease: '30d' }, 2_592_000],
    [{ ttl: '5s', lease: '9s' }, 5],
    [{ ttl: 'soon' }, mountDefaultSeconds],
    [{ ttl: -1 }, mountDefaultSeconds],
    [{ ttl: { nested: 1 } }, mountDefaultSeconds],
  ];
  for (const [body, seconds] of rows) {
    await kv.call('secret', 'write', { path: 'a', body });
    const read = await kv.call('secret', 'read', { path: 'a' });
    assert.equal(read.leaseSeconds, seconds, JSON.stringify(body));
    assert.deepEqual(read.data, body);
  }
});

test('LIST names what is directly in a folder; SCAN names every secret below it', async () => {
  const kv = new EngineHarness(kvV1Engine);
  for (const path of ['x', 'x/y', 'x/z/deep', 'w', 'ä']) {
    await kv.call('secret', 'write', { path, body: { v: 1 } });
  }
  assert.deepEqual((await kv.call('secret', 'list')).data, { keys: ['w', 'x', 'x/', 'ä'] });
  assert.deepEqual((await kv.call('secret', 'list', { path: 'x' })).data, { keys: ['y', 'z/'] });
  assert.deepEqual((await kv.call('secret', 'scan', { path: 'x' })).data, {
    keys: ['y', 'z/deep'],
  });
  assert.equal((await kv.call('secret', 'list', { path: 'nothing' })).status, 404);
  const emptyScan = await kv.call('secret', 'scan', { path: 'nothing' });
  assert.deepEqual([emptyScan.status, emptyScan.data], [200, {}]);
});

test('names of the prototype are paths and fields like any other', async () => {
  const kv = new EngineHarness(kvV1Engine);
  const body = JSON.parse('{"__proto__":{"admin":true},"constructor":"c"}') as JsonObject;
  for (const path of ['__proto__', 'constructor', 'a/__proto__/b']) {
    await kv.call('secret', 'write', { path, body });
    const read = await kv.call('secret', 'read', { path });
    assert.equal(JSON.stringify(read.data), JSON.stringify(body));
  }
  const names = await kv.call('secret', 'list');
  assert.deepEqual(names.data, { keys: ['__proto__', 'a/', 'constructor'] });
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

test('a write is a create exactly when nothing is there', async () => {
  const kv = new EngineHarness(kvV1Engine);
  assert.equal(await kv.exists('a/b'), false);
  await kv.call('secret', 'write', { path: 'a/b', body: { x: 1 } });
  assert.equal(await kv.exists('a/b'), true);
  assert.equal(await kv.exists('a'), false);
  await kv.call('secret', 'delete', { path: 'a/b' });
  assert.equal(await kv.exists('a/b'), false);
});
