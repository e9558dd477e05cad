import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { formatTime } from '../../../../shared/units/time.ts';
import { kvV2Engine } from '../../../../src/engines/kv/v2/engine.ts';
import { EngineHarness, type Outcome } from '../harness.ts';

type Kv = EngineHarness<typeof kvV2Engine.routes>;

function openKv(): Kv {
  return new EngineHarness(kvV2Engine);
}

function put(kv: Kv, path: string, fields: object): Promise<Outcome> {
  return kv.call('metadata', 'write', { path, fields: { ...fields } });
}

function patch(kv: Kv, path: string, fields: object): Promise<Outcome> {
  return kv.call('metadata', 'patch', { path, fields: { ...fields } });
}

async function metadataOf(kv: Kv, path: string): Promise<JsonObject> {
  return (await kv.call('metadata', 'read', { path })).data as JsonObject;
}

async function customOf(kv: Kv, path: string): Promise<unknown> {
  return (await metadataOf(kv, path))['custom_metadata'];
}

test('metadata of a secret that was written once, whole', async () => {
  const kv = openKv();
  await kv.call('data', 'write', { path: 'a', fields: { data: { v: 1 } } });
  const time = formatTime(kv.nowMs);
  assert.deepEqual(await metadataOf(kv, 'a'), {
    cas_required: false,
    created_time: time,
    current_metadata_version: 0,
    current_version: 1,
    custom_metadata: null,
    delete_version_after: '0s',
    max_versions: 0,
    metadata_cas_required: false,
    oldest_version: 0,
    updated_time: time,
    versions: { '1': { created_time: time, deletion_time: '', destroyed: false } },
  });
  assert.equal((await kv.call('metadata', 'read', { path: 'b' })).status, 404);
});

test('metadata can come before data; the first version is 1 all the same', async () => {
  const kv = openKv();
  const custom = { owner: 'team-a' };
  assert.equal((await put(kv, 'a', { custom_metadata: custom, max_versions: 2 })).status, 204);
  assert.equal((await kv.call('data', 'read', { path: 'a' })).status, 404);
  const patched = await kv.call('data', 'patch', { path: 'a', fields: { data: { v: 1 } } });
  assert.equal(patched.status, 404);
  const fields = { data: { v: 1 }, options: { cas: 0 } };
  const written = (await kv.call('data', 'write', { path: 'a', fields })).data as JsonObject;
  assert.deepEqual([written['version'], written['custom_metadata']], [1, custom]);
});

test('a write of metadata replaces what it names and leaves the rest', async () => {
  const kv = openKv();
  await put(kv, 'a', { custom_metadata: { x: '1', y: '2' }, max_versions: 4 });
  await put(kv, 'a', { custom_metadata: { z: 3, t: true } });
  const metadata = await metadataOf(kv, 'a');
  assert.deepEqual(metadata['custom_metadata'], { z: '3', t: 'true' });
  assert.equal(metadata['max_versions'], 4);
  assert.equal(metadata['current_metadata_version'], 2);
  const before = kv.store.revision;
  assert.equal((await put(kv, 'a', {})).status, 204);
  assert.equal((await patch(kv, 'a', {})).status, 204);
  assert.equal(kv.store.revision, before, 'nothing is written for nothing');
  await put(kv, 'a', { custom_metadata: {} });
  assert.equal(await customOf(kv, 'a'), null);
});

test('a patch merges names of custom_metadata and puts settings back by null', async () => {
  const kv = openKv();
  assert.equal((await patch(kv, 'a', { max_versions: 1 })).status, 404);
  const settings = { max_versions: 4, cas_required: true, delete_version_after: '1h' };
  await put(kv, 'a', { ...settings, custom_metadata: { x: '1', y: '2' } });
  await patch(kv, 'a', { custom_metadata: { x: null, z: '3' }, max_versions: '7' });
  assert.deepEqual(await customOf(kv, 'a'), { y: '2', z: '3' });
  assert.equal((await metadataOf(kv, 'a'))['max_versions'], 7);
  await patch(kv, 'a', { max_versions: null, cas_required: null, delete_version_after: null });
  const metadata = await metadataOf(kv, 'a');
  assert.deepEqual(
    [metadata['max_versions'], metadata['cas_required'], metadata['delete_version_after']],
    [0, false, '0s'],
  );
  await patch(kv, 'a', { custom_metadata: null });
  assert.equal(await customOf(kv, 'a'), null);
});

test('custom metadata is few, short, printable text, or nothing changes', async () => {
  const kv = openKv();
  await put(kv, 'a', { custom_metadata: { x: '1' } });
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`k${index}`, 'v']));
  const rows: readonly (readonly [unknown, RegExp])[] = [
    [many, /at most 64 keys/u],
    [{ ['k'.repeat(129)]: 'v' }, /length of key is 129/u],
    [{ '': 'v' }, /length of key is 0/u],
    [{ k: 'v'.repeat(513) }, /length of value is 513/u],
    [{ k: '' }, /length of value is 0/u],
    [{ k: 'a\u001b[31mb' }, /unprintable/u],
    [{ 'k\u202e': 'v' }, /unprintable/u],
    [{ k: 'line\nbreak' }, /unprintable/u],
    [{ k: {} }, /values must be text/u],
    [{ k: ['v'] }, /values must be text/u],
    ['text', /must be an object/u],
  ];
  for (const [custom, message] of rows) {
    for (const change of [put, patch]) {
      const refused = await change(kv, 'a', { custom_metadata: custom, max_versions: 9 });
      assert.equal(refused.status, 400);
      assert.match(refused.error, message);
      assert.match(refused.error, /^custom_metadata validation failed: /u);
      assert.equal((await metadataOf(kv, 'a'))['max_versions'], 0);
    }
  }
  const full = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, 'v']));
  assert.equal((await put(kv, 'a', { custom_metadata: full })).status, 204);
  const over = await patch(kv, 'a', { custom_metadata: { another: 'v' } });
  assert.match(over.error, /at most 64 keys, not 65/u);
  assert.equal((await patch(kv, 'a', { custom_metadata: { k0: null, another: 'v' } })).status, 204);
});

test('a message about custom metadata never repeats what was sent', async () => {
  const kv = openKv();
  const canary = 'hvs.CANARY';
  for (const custom of [{ [canary.repeat(20)]: 'v' }, { k: `${canary}\u0007` }]) {
    const refused = await put(kv, 'a', { custom_metadata: custom });
    assert.equal(refused.error.includes('CANARY'), false);
  }
});

test('names of the prototype are names of custom metadata like any other', async () => {
  const kv = openKv();
  await put(kv, 'a', { custom_metadata: JSON.parse('{"__proto__":"p","constructor":"c"}') });
  await patch(kv, 'a', { custom_metadata: JSON.parse('{"__proto__":"q","constructor":null}') });
  assert.equal(JSON.stringify(await customOf(kv, 'a')), '{"__proto__":"q"}');
});

test('metadata_cas guards metadata as cas guards data', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { metadata_cas_required: true } });
  const needed = 'metadata check-and-set parameter required for this call';
  const mismatch = 'metadata check-and-set parameter does not match the current version';
  assert.equal((await put(kv, 'a', { max_versions: 1 })).error, needed);
  assert.equal((await put(kv, 'a', { max_versions: 1, metadata_cas: 1 })).error, mismatch);
  assert.equal((await put(kv, 'a', { max_versions: 1, metadata_cas: 0 })).status, 204);
  assert.equal((await patch(kv, 'a', { max_versions: 2 })).error, needed);
  assert.equal((await patch(kv, 'a', { max_versions: 2, metadata_cas: 0 })).error, mismatch);
  assert.equal((await patch(kv, 'a', { max_versions: 2, metadata_cas: 1 })).status, 204);
  assert.equal((await metadataOf(kv, 'a'))['current_metadata_version'], 2);
});

test('what the mount demands cannot be switched off for one secret', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { cas_required: true } });
  const warned = await put(kv, 'a', { cas_required: false });
  assert.deepEqual(warned.warnings, [
    '"cas_required" set to false, but is mandated by backend config. This value will be ignored.',
  ]);
});

test('lists: folders end in a slash, a name can be both, nothing is 404', async () => {
  const kv = openKv();
  for (const path of ['x', 'x/y', 'x/z/deep', 'w']) {
    await kv.call('data', 'write', { path, fields: { data: { v: 1 } } });
  }
  await kv.call('data', 'delete', { path: 'w' });
  assert.deepEqual((await kv.call('metadata', 'list')).data, { keys: ['w', 'x', 'x/'] });
  const limited = await kv.call('metadata', 'list', { fields: { after: 'w', limit: 1 } });
  assert.deepEqual(limited.data, { keys: ['x'] });
  assert.equal((await kv.call('metadata', 'list', { path: 'none' })).status, 404);
  const scanned = await kv.call('metadata', 'scan', { path: 'x' });
  assert.deepEqual(scanned.data, { keys: ['y', 'z/deep'] });
  assert.deepEqual((await kv.call('metadata', 'scan', { path: 'none' })).data, {});
});

test('detailed lists carry the metadata of secrets and nothing for folders', async () => {
  const kv = openKv();
  for (const path of ['x', 'x/y']) {
    await kv.call('data', 'write', { path, fields: { data: { v: 1 } } });
  }
  const list = (await kv.call('detailedMetadata', 'list')).data as JsonObject;
  const info = list['key_info'] as JsonObject;
  assert.deepEqual(list['keys'], ['x', 'x/']);
  assert.deepEqual(info['x'], await metadataOf(kv, 'x'));
  assert.deepEqual(info['x/'], {});
  const scan = (await kv.call('detailedMetadata', 'scan', { path: 'x' })).data as JsonObject;
  assert.deepEqual((scan['key_info'] as JsonObject)['y'], await metadataOf(kv, 'x/y'));
  assert.equal((await kv.call('detailedMetadata', 'list', { path: 'none' })).status, 404);
});
