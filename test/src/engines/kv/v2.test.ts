import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../shared/json/value.ts';
import { formatTime } from '../../../../shared/units/time.ts';
import { kvV2Engine } from '../../../../src/engines/kv/v2/engine.ts';
import { EngineHarness, type Outcome } from '../harness.ts';

type Kv = EngineHarness<typeof kvV2Engine.routes>;

const casMismatch = 'check-and-set parameter did not match the current version';
const casRequired = 'check-and-set parameter required for this call';

function openKv(): Kv {
  return new EngineHarness(kvV2Engine);
}

function write(kv: Kv, path: string, data: JsonObject, options?: JsonObject): Promise<Outcome> {
  return kv.call('data', 'write', { path, fields: { data, options } });
}

function read(kv: Kv, path: string, version?: number): Promise<Outcome> {
  return kv.call('data', 'read', { path, fields: { version } });
}

function summary({ status, error, data }: Outcome): readonly [number, string, unknown] {
  return [status, error, data];
}

test('a write answers the metadata of its version, a read that and the data', async () => {
  const kv = openKv();
  const written = await write(kv, 'app/db', { user: 'u', port: 5432, tls: true });
  const metadata = {
    created_time: formatTime(kv.nowMs),
    custom_metadata: null,
    deletion_time: '',
    destroyed: false,
    version: 1,
  };
  assert.deepEqual(summary(written), [200, '', metadata]);
  const data = { user: 'u', port: 5432, tls: true };
  assert.deepEqual(summary(await read(kv, 'app/db')), [200, '', { data, metadata }]);
  assert.deepEqual(await kv.keys(), ['app/db\u0000m', 'app/db\u0000v0000000001']);
});

test('a version can be named; unknown secrets and versions are 404 without a text', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  await write(kv, 'a', { v: 2 });
  assert.deepEqual((await read(kv, 'a', 1)).data, {
    data: { v: 1 },
    metadata: ((await read(kv, 'a', 1)).data as JsonObject)['metadata'],
  });
  assert.equal(JSON.stringify((await read(kv, 'a', 0)).data).includes('"v":2'), true);
  for (const missing of [await read(kv, 'a', 3), await read(kv, 'b'), await read(kv, 'a/b')]) {
    assert.deepEqual(summary(missing), [404, '', null]);
  }
  const negative = await read(kv, 'a', -1);
  assert.equal(negative.status, 400);
});

test('check-and-set takes integers and digits, and refuses everything else', async () => {
  const kv = openKv();
  assert.equal((await write(kv, 'a', { v: 1 }, { cas: 0 })).status, 200);
  assert.deepEqual(summary(await write(kv, 'a', {}, { cas: 0 })), [400, casMismatch, null]);
  assert.equal((await write(kv, 'a', { v: 2 }, { cas: '1' })).status, 200);
  assert.equal((await write(kv, 'a', { v: 3 }, { cas: 2 })).status, 200);
  for (const cas of ['', 'x', '1.0', -1, 1.5, true, null, [], {}, '99999999999999999999']) {
    const refused = await write(kv, 'a', { v: 4 }, { cas });
    assert.deepEqual(
      [refused.status, refused.error],
      [400, 'error parsing check-and-set parameter'],
    );
  }
  assert.equal((await write(kv, 'a', { v: 4 }, {})).status, 200);
});

test('after a delete the version number stays, so cas 0 still fails', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  assert.equal((await kv.call('data', 'delete', { path: 'a' })).status, 204);
  assert.equal((await write(kv, 'a', { v: 2 }, { cas: 0 })).error, casMismatch);
  const written = await write(kv, 'a', { v: 2 }, { cas: 1 });
  assert.equal((written.data as JsonObject)['version'], 2);
});

test('cas_required of the mount or of the secret makes cas a duty', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { cas_required: true } });
  assert.equal((await write(kv, 'a', { v: 1 })).error, casRequired);
  assert.equal((await write(kv, 'a', { v: 1 }, { cas: 0 })).status, 200);
  await kv.call('config', 'write', { fields: { cas_required: false } });
  assert.equal((await write(kv, 'a', { v: 2 })).status, 200);
  await kv.call('metadata', 'write', { path: 'a', fields: { cas_required: true } });
  assert.equal((await write(kv, 'a', { v: 3 })).error, casRequired);
  const patch = await kv.call('data', 'patch', { path: 'a', fields: { data: { v: 3 } } });
  assert.equal(patch.error, casRequired);
  assert.equal((await write(kv, 'b', { v: 1 })).status, 200);
});

test('a write without data, or with data that is not an object, changes nothing', async () => {
  const kv = openKv();
  const none = await kv.call('data', 'write', { path: 'a', fields: {} });
  assert.deepEqual([none.status, none.error], [400, 'no data provided']);
  const nothing = await kv.call('data', 'write', { path: 'a', fields: { data: null } });
  assert.deepEqual([nothing.status, nothing.error], [400, 'no data provided']);
  const list = await kv.call('data', 'write', { path: 'a', fields: { data: ['x'] } });
  assert.deepEqual([list.status, list.error], [400, 'field "data" must be an object']);
  assert.deepEqual(await kv.keys(), []);
});

test('a deleted version is 404 with its metadata, and comes back by undelete', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  kv.nowMs += 5_000;
  await kv.call('data', 'delete', { path: 'a' });
  const deleted = await read(kv, 'a');
  assert.equal(deleted.status, 404);
  assert.deepEqual(deleted.data, {
    data: null,
    metadata: {
      created_time: formatTime(kv.nowMs - 5_000),
      custom_metadata: null,
      deletion_time: formatTime(kv.nowMs),
      destroyed: false,
      version: 1,
    },
  });
  await kv.call('undelete', 'write', { path: 'a', fields: { versions: [1] } });
  const back = await read(kv, 'a');
  assert.equal(back.status, 200);
  assert.equal(JSON.stringify(back.data).includes('"deletion_time":""'), true);
});

test('deleting what is deleted keeps the first moment', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  await kv.call('data', 'delete', { path: 'a' });
  const first = await read(kv, 'a');
  kv.nowMs += 60_000;
  await kv.call('delete', 'write', { path: 'a', fields: { versions: [1] } });
  assert.deepEqual(await read(kv, 'a'), first);
});

test('a destroyed version has no data left, and nothing brings it back', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  await write(kv, 'a', { v: 2 });
  await kv.call('destroy', 'write', { path: 'a', fields: { versions: [1, 7] } });
  assert.deepEqual(await kv.keys(), ['a\u0000m', 'a\u0000v0000000002']);
  await kv.call('undelete', 'write', { path: 'a', fields: { versions: [1] } });
  await kv.call('delete', 'write', { path: 'a', fields: { versions: [1] } });
  const destroyed = await read(kv, 'a', 1);
  assert.equal(destroyed.status, 404);
  assert.match(JSON.stringify(destroyed.data), /"data":null.*"deletion_time":"","destroyed":true/u);
  assert.equal((await read(kv, 'a')).status, 200);
});

test('calls by version need versions, and pass over those that are not there', async () => {
  const kv = openKv();
  await write(kv, 'a', { v: 1 });
  for (const route of ['delete', 'undelete', 'destroy'] as const) {
    for (const fields of [{}, { versions: [] }]) {
      const refused = await kv.call(route, 'write', { path: 'a', fields });
      assert.deepEqual([refused.status, refused.error], [400, 'No version number provided']);
    }
    const before = kv.store.revision;
    for (const path of ['a', 'unknown']) {
      const passed = await kv.call(route, 'write', { path, fields: { versions: [5, 0] } });
      assert.equal(passed.status, 204);
    }
    assert.equal(kv.store.revision, before, 'nothing is written for nothing');
  }
});

test('a patch merges into the newest version and makes the next one', async () => {
  const kv = openKv();
  await write(kv, 'a', { keep: 1, drop: 2, deep: { x: 1, y: 2 } });
  const fields = { data: { drop: null, deep: { y: null, z: 3 }, list: [null] } };
  const patched = await kv.call('data', 'patch', { path: 'a', fields });
  assert.equal((patched.data as JsonObject)['version'], 2);
  const after = (await read(kv, 'a')).data as JsonObject;
  assert.deepEqual(after['data'], { keep: 1, deep: { x: 1, z: 3 }, list: [null] });
  assert.equal((await read(kv, 'a', 1)).status, 200);
});

test('a patch of nothing is 404, of a deleted version 404 with the metadata', async () => {
  const kv = openKv();
  const fields = { data: { x: 1 } };
  const unknown = await kv.call('data', 'patch', { path: 'a', fields });
  assert.deepEqual(summary(unknown), [404, '', null]);
  await write(kv, 'a', { v: 1 });
  assert.equal(
    (await kv.call('data', 'patch', { path: 'a', fields: {} })).error,
    'no data provided',
  );
  await kv.call('data', 'delete', { path: 'a' });
  const deleted = await kv.call('data', 'patch', { path: 'a', fields });
  assert.equal(deleted.status, 404);
  assert.equal((deleted.data as JsonObject)['version'], 1);
});

test('more versions than max_versions push out the oldest, data and all', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { max_versions: 3 } });
  for (let version = 1; version <= 5; version += 1) await write(kv, 'a', { v: version });
  const metadata = (await kv.call('metadata', 'read', { path: 'a' })).data as JsonObject;
  assert.deepEqual(Object.keys(metadata['versions'] as JsonObject), ['3', '4', '5']);
  assert.equal(metadata['oldest_version'], 3);
  assert.equal(metadata['current_version'], 5);
  assert.equal((await read(kv, 'a', 2)).status, 404);
  const data = (await kv.keys()).filter((key) => key.includes('v'));
  assert.deepEqual(
    data.map((key) => key.slice(-1)),
    ['3', '4', '5'],
  );
});

test('lowering max_versions from 100 to 1 takes one transaction', async () => {
  const kv = openKv();
  await kv.call('metadata', 'write', { path: 'a', fields: { max_versions: 100 } });
  for (let version = 1; version <= 120; version += 1) await write(kv, 'a', { v: version });
  assert.equal((await kv.keys()).length, 101);
  await kv.call('metadata', 'write', { path: 'a', fields: { max_versions: 1 } });
  assert.equal((await write(kv, 'a', { v: 121 })).status, 200);
  assert.deepEqual(await kv.keys(), ['a\u0000m', 'a\u0000v0000000121']);
});

test('removing the metadata removes a secret with a hundred versions at once', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { max_versions: 100 } });
  for (let version = 1; version <= 100; version += 1) await write(kv, 'a', { v: version });
  await write(kv, 'a/b', { v: 1 });
  assert.equal((await kv.call('metadata', 'delete', { path: 'a' })).status, 204);
  assert.equal((await kv.call('metadata', 'delete', { path: 'a' })).status, 204);
  assert.deepEqual(await kv.keys(), ['\u0000config', 'a/b\u0000m', 'a/b\u0000v0000000001']);
  assert.equal((await write(kv, 'a', { v: 1 }, { cas: 0 })).status, 200);
});

test('delete_version_after of mount and secret: the nearer moment counts', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { delete_version_after: '1h' } });
  await kv.call('metadata', 'write', { path: 'a', fields: { delete_version_after: '90s' } });
  const written = await write(kv, 'a', { v: 1 });
  assert.equal((written.data as JsonObject)['deletion_time'], formatTime(kv.nowMs + 90_000));
  const other = await write(kv, 'b', { v: 1 });
  assert.equal((other.data as JsonObject)['deletion_time'], formatTime(kv.nowMs + 3_600_000));
  kv.nowMs += 89_999;
  assert.equal((await read(kv, 'a')).status, 200);
  kv.nowMs += 1;
  assert.equal((await read(kv, 'a')).status, 404);
  await kv.call('undelete', 'write', { path: 'a', fields: { versions: [1] } });
  const back = JSON.stringify((await read(kv, 'a')).data);
  assert.ok(back.includes(formatTime(kv.nowMs + 90_000)), 'the time starts anew');
});

test('a negative delete_version_after of the mount switches it off everywhere', async () => {
  const kv = openKv();
  await kv.call('config', 'write', { fields: { delete_version_after: '-1s' } });
  await kv.call('metadata', 'write', { path: 'a', fields: { delete_version_after: 60 } });
  const written = await write(kv, 'a', { v: 1 });
  assert.equal((written.data as JsonObject)['deletion_time'], '');
  const config = (await kv.call('config', 'read')).data as JsonObject;
  assert.equal(config['delete_version_after'], '-1s');
});

test('config: what is not named stays, what is wrong changes nothing', async () => {
  const kv = openKv();
  const fresh = (await kv.call('config', 'read')).data;
  assert.deepEqual(fresh, {
    max_versions: 0,
    cas_required: false,
    metadata_cas_required: false,
    delete_version_after: '0s',
  });
  await kv.call('config', 'write', { fields: { max_versions: 5, delete_version_after: '90m' } });
  await kv.call('config', 'write', { fields: { cas_required: true } });
  const before = (await kv.call('config', 'read')).data;
  assert.deepEqual(before, {
    max_versions: 5,
    cas_required: true,
    metadata_cas_required: false,
    delete_version_after: '1h30m',
  });
  const wrong = [
    { max_versions: -1 },
    { max_versions: 101 },
    { max_versions: 1.5 },
    ...['', 'NaN', '1e3', '0x10', {}, [], null, 1e400, 9_007_199_254_740_993].map((value) => ({
      max_versions: 7,
      delete_version_after: value,
    })),
  ];
  for (const fields of wrong) {
    assert.equal((await kv.call('config', 'write', { fields })).status, 400);
    assert.deepEqual((await kv.call('config', 'read')).data, before);
  }
});

test('any path of version 1 is 404 with a warning that says where to look', async () => {
  const kv = openKv();
  for (const method of ['read', 'write', 'patch', 'delete', 'list', 'scan'] as const) {
    const answer = await kv.call('invalid', method, { path: 'foo' });
    assert.deepEqual([answer.status, answer.data], [404, null]);
    assert.match(answer.warnings[0] ?? '', /^Invalid path for a versioned K\/V secrets engine\./u);
  }
  for (const path of ['data', 'metadata', 'delete', 'undelete', 'destroy']) {
    const answer = await kv.call('invalid', 'read', { path });
    assert.deepEqual(answer.warnings, [
      'Non-listing operations on the root of a K/V v2 mount are not supported.',
    ]);
  }
  for (const method of ['read', 'write', 'patch', 'delete'] as const) {
    const answer = await kv.call('metadata', method, { fields: { cas_required: true } });
    assert.equal(answer.status, 404);
    assert.equal(answer.warnings.length, 1);
  }
  assert.deepEqual(await kv.keys(), []);
});

test('subkeys shows names without values, down to a depth', async () => {
  const kv = openKv();
  await write(kv, 'a', { x: 's', deep: { y: { z: 1 } }, list: [{ q: 1 }], empty: {} });
  const subkeys = async (depth?: number) =>
    ((await kv.call('subkeys', 'read', { path: 'a', fields: { depth } })).data as JsonObject)[
      'subkeys'
    ];
  const whole = { x: null, deep: { y: { z: null } }, list: null, empty: null };
  assert.deepEqual(await subkeys(), whole);
  assert.deepEqual(await subkeys(0), whole);
  assert.deepEqual(await subkeys(1), { x: null, deep: null, list: null, empty: null });
  assert.deepEqual(await subkeys(2), { x: null, deep: { y: null }, list: null, empty: null });
  await kv.call('data', 'delete', { path: 'a' });
  const deleted = await kv.call('subkeys', 'read', { path: 'a' });
  assert.equal(deleted.status, 404);
  assert.equal((deleted.data as JsonObject)['subkeys'], null);
});

test('names of the prototype are paths and names like any other', async () => {
  const kv = openKv();
  const data = JSON.parse('{"__proto__":{"admin":true},"constructor":1,"toString":null}');
  for (const path of ['__proto__', 'constructor/__proto__']) {
    await write(kv, path, data);
    const answer = (await read(kv, path)).data as JsonObject;
    assert.equal(JSON.stringify(answer['data']), JSON.stringify(data));
    const patch = JSON.parse('{"__proto__":{"admin":null,"user":1}}');
    await kv.call('data', 'patch', { path, fields: { data: patch } });
    const merged = (await read(kv, path)).data as JsonObject;
    assert.match(JSON.stringify(merged['data']), /"__proto__":\{"user":1\}/u);
    const shape = (await kv.call('subkeys', 'read', { path })).data as JsonObject;
    assert.match(JSON.stringify(shape['subkeys']), /"__proto__":\{"user":null\}/u);
  }
  assert.equal(({} as { admin?: boolean }).admin, undefined);
});

test('a write is a create exactly when the secret has no metadata', async () => {
  const kv = openKv();
  for (const path of ['data/a', 'metadata/a', 'data/a/b']) {
    assert.equal(await kv.exists(path), false);
  }
  await write(kv, 'a', { v: 1 });
  assert.equal(await kv.exists('data/a'), true);
  assert.equal(await kv.exists('metadata/a'), true);
  assert.equal(await kv.exists('data/a/b'), false);
  for (const path of ['config', 'delete/zzz', 'destroy/zzz', 'zzz', 'data']) {
    assert.equal(await kv.exists(path), true, path);
  }
});
