/**
 * node-vault from npm, unmodified, drives a real agent: init, unseal, policies, tokens and KV v2,
 * its LIST verb included. Its answers are checked by its own JSON schemas on the way.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import nodeVault from 'node-vault';
import { AgentProcess } from '../support/agent-process.ts';

let agent: AgentProcess;
let vault: nodeVault.client;
let keys: string[];

before(async () => {
  agent = await AgentProcess.start({ tls: 'off' });
  vault = nodeVault({ apiVersion: 'v1', endpoint: agent.address });
});

after(() => agent[Symbol.asyncDispose]());

test('node-vault initialises and unseals', async () => {
  assert.deepEqual(await vault.initialized(), { initialized: false });
  const made = await vault.init({ secret_shares: 3, secret_threshold: 2 });
  assert.equal(made.keys.length, 3);
  assert.match(made.keys[0], /^[0-9a-f]{66}$/);
  keys = made.keys;
  vault.token = made.root_token;
  assert.equal((await vault.unseal({ key: keys[0] })).sealed, true);
  assert.equal((await vault.unseal({ key: keys[1] })).sealed, false);
  assert.equal((await vault.status()).sealed, false);
  await assert.rejects(
    vault.init({ secret_shares: 1, secret_threshold: 1 }),
    /already initialized/,
  );
});

test('node-vault reads health in every state it may have', async () => {
  const health = await vault.health();
  assert.equal(health.initialized, true);
  assert.equal(health.sealed, false);
});

test('node-vault mounts KV v2, writes, reads, lists with LIST, and deletes', async () => {
  await vault.mount({ mount_point: 'kv', type: 'kv', options: { version: '2' } });
  const mounts = await vault.mounts();
  assert.equal(mounts['kv/'].options.version, '2');
  await vault.write('kv/data/app/database', { data: { user: 'app', port: 5432 } });
  await vault.write('kv/data/app/cache', { data: { user: 'cache' } });
  const read = await vault.read('kv/data/app/database');
  assert.deepEqual(read.data.data, { user: 'app', port: 5432 });
  assert.equal(read.data.metadata.version, 1);
  assert.deepEqual((await vault.list('kv/metadata/app')).data.keys, ['cache', 'database']);
  assert.deepEqual((await vault.list('kv/metadata')).data.keys, ['app/']);
  await vault.delete('kv/data/app/cache');
  await assert.rejects(vault.read('kv/data/app/cache'), /404/);
  await assert.rejects(vault.list('kv/metadata/nothing'), /404/);
});

test('node-vault patches and updates a KV v2 secret', async () => {
  await vault.update('kv/data/app/database', { data: { port: 5433 } });
  assert.deepEqual((await vault.read('kv/data/app/database')).data.data, {
    user: 'app',
    port: 5433,
  });
});

test('node-vault manages policies', async () => {
  const rules = 'path "kv/data/app/*" { capabilities = ["read"] }';
  await vault.addPolicy({ name: 'reader', rules });
  assert.ok((await vault.policies()).policies.includes('reader'));
  assert.equal((await vault.getPolicy({ name: 'reader' })).rules, rules);
  await vault.addPolicy({ name: 'short-lived', rules });
  await vault.removePolicy({ name: 'short-lived' });
  await assert.rejects(vault.getPolicy({ name: 'short-lived' }), /404/);
});

test('node-vault creates, looks up, renews and revokes tokens', async () => {
  const root = vault.token;
  const made = await vault.tokenCreate({ policies: ['reader'], ttl: '1h' });
  vault.token = root; // node-vault goes on with the token that it has just made
  assert.deepEqual(made.auth.policies, ['default', 'reader']);
  const reader = nodeVault({ endpoint: agent.address, token: made.auth.client_token });
  assert.equal((await reader.read('kv/data/app/database')).data.data.port, 5433);
  await assert.rejects(reader.write('kv/data/app/database', { data: {} }), /permission denied/);
  assert.equal((await reader.tokenLookupSelf()).data.accessor, made.auth.accessor);
  assert.equal((await reader.tokenRenewSelf()).auth.client_token, made.auth.client_token);
  await vault.tokenRevoke({ token: made.auth.client_token });
  await assert.rejects(reader.read('kv/data/app/database'), /permission denied/);
  const accessors = await vault.tokenAccessors();
  assert.ok(!accessors.data.keys.includes(made.auth.accessor));
});

test('node-vault seals, and is told so afterwards', async () => {
  await vault.seal();
  assert.equal((await vault.status()).sealed, true);
  await assert.rejects(vault.read('kv/data/app/database'), /sealed/);
  await vault.unseal({ key: keys[2] });
  await vault.unseal({ key: keys[0] });
  assert.equal((await vault.read('kv/data/app/database')).data.data.user, 'app');
});
