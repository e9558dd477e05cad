import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '../../../shared/json/value.ts';
import { emptyCore, unsealedCore } from '../../support/core-harness.ts';

const anonymous = { token: null };
const remote = { remote: { address: '192.0.2.7', local: false, transport: 'tls' } } as const;

test('health tells the state by its status, and each status can be chosen', async () => {
  const harness = await emptyCore();
  const statusOf = async (query?: Record<string, string>): Promise<number> =>
    (await harness.call('read', 'sys/health', undefined, { ...anonymous, query: query ?? {} }))
      .status;
  assert.equal(await statusOf(), 501);
  assert.equal(await statusOf({ uninitcode: '299' }), 299);
  await harness.initialise();
  assert.equal(await statusOf(), 503);
  assert.equal(await statusOf({ sealedcode: '200', uninitcode: '299' }), 200);
  await harness.unseal();
  assert.equal(await statusOf(), 200);
  assert.equal(await statusOf({ activecode: '204', standbyok: 'true' }), 204);
  for (const activecode of ['x', '1e2', '99', '600', '-200', '20.5']) {
    assert.equal(await statusOf({ activecode }), 400, activecode);
  }
});

test('the body of health has the fields of Vault and leader, term and node', async () => {
  const harness = await unsealedCore();
  const { body } = await harness.call('read', 'sys/health', undefined, anonymous);
  const said = body as JsonObject;
  assert.equal(typeof said['cluster_id'], 'string');
  assert.deepEqual(
    { ...said, cluster_id: '', cluster_name: '' },
    {
      initialized: true,
      sealed: false,
      standby: false,
      performance_standby: false,
      replication_performance_mode: 'disabled',
      replication_dr_mode: 'disabled',
      server_time_utc: Math.floor(harness.clock.wallMs() / 1_000),
      version: '1.18.0',
      cluster_name: '',
      cluster_id: '',
      node_id: 'node-1',
      leader: 'node-1',
      term: 1,
      strongbox_version: '0.1.0',
    },
  );
});

test('leader and ha-status name this node', async () => {
  const harness = await unsealedCore();
  const leader = (await harness.call('read', 'sys/leader', undefined, anonymous)).body;
  assert.equal((leader as JsonObject)['is_self'], true);
  assert.equal((leader as JsonObject)['ha_enabled'], false);
  const status = (await harness.call('read', 'sys/ha-status')).body as { nodes: JsonObject[] };
  assert.equal(status.nodes[0]?.['hostname'], 'node-1');
  assert.equal(status.nodes[0]?.['active_node'], true);
});

test('metrics need a token with the right, unless the peer is local and the config says so', async () => {
  const strict = await unsealedCore();
  await strict.policy('scraper', 'path "sys/metrics" { capabilities = ["read"] }');
  const { client_token: token } = await strict.createToken({ policies: ['scraper'] });
  const { client_token: other } = await strict.createToken({ policies: ['default'] });
  const statusOf = async (sent: string | null): Promise<number> =>
    (await strict.call('read', 'sys/metrics', undefined, { token: sent })).status;
  assert.equal(await statusOf(token), 200);
  assert.equal(await statusOf(other), 403);
  assert.equal(await statusOf(null), 403);
  const open = await unsealedCore({ metricsAccess: 'loopback' });
  const scrape = await open.call('read', 'sys/metrics', undefined, anonymous);
  assert.equal(Buffer.from(scrape.raw.raw?.bytes ?? []).toString(), 'strongbox_up 1\n');
  const far = await open.call('read', 'sys/metrics', undefined, { ...anonymous, ...remote });
  assert.equal(far.status, 403);
  await open.call('write', 'sys/seal');
  assert.equal((await open.call('read', 'sys/metrics', undefined, anonymous)).status, 200);
  await strict.call('write', 'sys/seal');
  assert.equal((await strict.call('read', 'sys/metrics', undefined, token)).status, 503);
});
