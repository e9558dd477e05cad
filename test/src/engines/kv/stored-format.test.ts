import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { kvV1Engine } from '../../../../src/engines/kv/v1/engine.ts';
import { kvV2Engine } from '../../../../src/engines/kv/v2/engine.ts';
import { EngineHarness } from '../harness.ts';

/** test/vectors/kv-stored.json: entries below the mount as released versions wrote them. */
type Stored = Readonly<Record<'v1' | 'v2', Readonly<Record<string, string>>>>;

const file = new URL('../../../vectors/kv-stored.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8')) as Stored;

test('version 1 stores a secret as its JSON', async () => {
  const kv = new EngineHarness(kvV1Engine);
  await kv.call('secret', 'write', { path: 'app/db', body: { user: 'u', port: 5_432 } });
  assert.deepEqual(await kv.stored(), golden.v1);
});

test('version 2 stores settings, history and versions in the agreed form', async () => {
  const kv = new EngineHarness(kvV2Engine);
  const fields = { max_versions: 5, cas_required: true, delete_version_after: '1h' };
  await kv.call('config', 'write', { fields });
  const custom = { owner: 'team-a' };
  await kv.call('metadata', 'write', { path: 'app/db', fields: { custom_metadata: custom } });
  for (let version = 0; version < 3; version += 1) {
    const data = { password: `p${version}` };
    await kv.call('data', 'write', { path: 'app/db', fields: { data, options: { cas: version } } });
  }
  kv.nowMs += 1_000;
  await kv.call('data', 'delete', { path: 'app/db' });
  await kv.call('destroy', 'write', { path: 'app/db', fields: { versions: [1] } });
  assert.deepEqual(await kv.stored(), golden.v2);
});

test('what an earlier version stored can be read', async () => {
  const kv = new EngineHarness(kvV2Engine);
  await kv.restore(golden.v2);
  const read = await kv.call('data', 'read', { path: 'app/db', fields: { version: 2 } });
  assert.equal(read.status, 200);
  assert.match(JSON.stringify(read.data), /"data":\{"password":"p1"\}/u);
  assert.match(JSON.stringify(read.data), /"custom_metadata":\{"owner":"team-a"\}/u);
  const refused = await kv.call('data', 'write', { path: 'app/db', fields: { data: {} } });
  assert.equal(refused.error, 'check-and-set parameter required for this call');
});
