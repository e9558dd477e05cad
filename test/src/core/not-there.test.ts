/**
 * What other servers of the dialect have and this one has not: asked for in every form and state,
 * with and without a token, it is refused plainly, nothing changes and no token is given.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoreRequest } from '../../../src/core/request.ts';
import { type CoreHarness, emptyCore, unsealedCore } from '../../support/core-harness.ts';

type Method = CoreRequest['method'];

const methods: readonly Method[] = ['read', 'write', 'delete', 'list'];
const refusals = new Set([400, 403, 404, 405]);

/** Every method on every path, as nobody and as root: refused, and the store is as it was. */
async function assertAbsent(harness: CoreHarness, paths: readonly string[]): Promise<void> {
  harness.device.due = 'full';
  const before = harness.store.revision;
  for (const path of paths) {
    for (const method of methods) {
      for (const token of [null, harness.rootToken]) {
        const body = { lease_id: {}, role: 'admin', password: 'CANARY', jwt: 'CANARY', name: 'x' };
        const answer = await harness.call(method, path, method === 'write' ? body : undefined, {
          token,
        });
        const what = `${method} ${path} ${token === null ? 'as nobody' : 'as root'}`;
        assert.ok(refusals.has(answer.status), `${what}: ${answer.status}`);
        if (token === null) assert.equal(answer.status, 403, what);
        assert.doesNotMatch(JSON.stringify(answer.body), /CANARY|client_token|hvs\./u, what);
      }
    }
  }
  assert.equal(harness.store.revision, before);
  assert.deepEqual(harness.fatal, []);
}

test('CVE-2021-3282, CVE-2022-36129: storage and cluster routes need a token in every state', async () => {
  const paths = [
    'sys/storage/raft/configuration',
    'sys/storage/raft/remove-peer',
    'sys/storage/raft/join',
    'sys/storage/raft/bootstrap/challenge',
    'sys/storage/raft/bootstrap/answer',
    'sys/storage/raft/snapshot',
    'sys/storage/raft/snapshot-force',
    'sys/raw/core/seal',
    'sys/plugins/catalog/secret/x',
    'sys/replication/status',
    'sys/rekey/init',
    'sys/rekey/update',
  ];
  await assertAbsent(await unsealedCore(), paths);
  const sealed = await unsealedCore();
  await sealed.call('write', 'sys/seal');
  const states: readonly (readonly [CoreHarness, number])[] = [
    [sealed, 503],
    [await emptyCore(), 400],
  ];
  for (const [harness, expected] of states) {
    for (const path of paths) {
      for (const method of methods) {
        const { status } = await harness.call(method, path, undefined, { token: null });
        assert.ok(status === expected || status === 503, `${method} ${path}: ${status}`);
      }
    }
  }
});

test('GHSA-6xj8-59gr-4jp3, CVE-2026-46405: what is no auth method gives nobody a token', async () => {
  await assertAbsent(await unsealedCore(), [
    'auth/jwt/login/alice',
    'auth/jwt/login',
    'auth/userpass/login/alice',
    'auth/ldap/login/Hermes%20Conrad',
    'auth/approle/login',
    'auth/cert/login',
    'auth/oidc/oidc/callback',
    'auth/aws/login',
    'auth/azure/login',
    'auth/kubernetes/login',
    'sys/mfa/validate',
  ]);
});

test('CVE-2026-45808, CVE-2026-55774, CVE-2023-32082: leases are refused in every form of their routes', async () => {
  const id = 'database/creds/app/2f6a614c';
  await assertAbsent(await unsealedCore(), [
    'sys/leases',
    'sys/leases/lookup',
    `sys/leases/lookup/${id}`,
    'sys/leases/renew',
    `sys/leases/renew/${id}`,
    'sys/leases/revoke',
    `sys/leases/revoke/${id}`,
    `sys/leases/revoke-prefix/${id}`,
    `sys/leases/revoke-force/${id}`,
    'sys/renew',
    `sys/renew/${id}`,
    `sys/revoke/${id}`,
    `sys/revoke-prefix/${id}`,
    `sys/revoke-force/${id}`,
  ]);
});

test('CVE-2026-55775, GHSA-cg72-x35g-xfp8, CVE-2026-14886: namespaces and identities cannot be made or meant', async () => {
  const harness = await unsealedCore();
  const names = ['root', 'sys', 'auth', 'audit', 'identity', 'cubbyhole', 'a/b', 'team'];
  await assertAbsent(harness, [
    ...names.map((name) => `sys/namespaces/${name}`),
    ...names.map((name) => `sys/namespaces/${name}/seal`),
    'identity/entity',
    'identity/entity/batch-delete',
    'identity/entity-alias',
    'identity/group',
    'identity/lookup/entity',
  ]);
  for (const namespace of ['root', 'root/', '/', '']) {
    const answer = await harness.call('read', 'sys/mounts', undefined, { namespace });
    assert.equal(answer.status, 200, JSON.stringify(namespace));
  }
  for (const namespace of ['Root', 'root/a', 'a', '..', 'root/..', '.', 'sys']) {
    const answer = await harness.call('read', 'sys/mounts', undefined, { namespace });
    assert.ok(refusals.has(answer.status), `${namespace}: ${answer.status}`);
  }
});

test('CVE-2026-33343, CVE-2026-44283: there is no batch or wrapped request that could carry another', async () => {
  const harness = await unsealedCore();
  await assertAbsent(harness, [
    'sys/wrapping/wrap',
    'sys/wrapping/unwrap',
    'sys/wrapping/rewrap',
    'sys/wrapping/lookup',
    'sys/batch',
    'sys/transaction',
  ]);
  const before = harness.store.revision;
  const wrapped = await harness.call('read', 'sys/mounts', undefined, { wrapTtlSeconds: 60 });
  assert.equal(wrapped.status, 400);
  assert.equal(harness.store.revision, before);
});

test('CVE-2021-27668, CVE-2021-3024: nobody without a token learns an address of the inside', async () => {
  const harness = await unsealedCore();
  for (const path of ['sys/leader', 'sys/health', 'sys/seal-status', 'sys/init']) {
    const { body } = await harness.call('read', path, undefined, { token: null });
    assert.doesNotMatch(
      JSON.stringify(body),
      /\d+\.\d+\.\d+\.\d+:|https?:|unix:|\/var|\/tmp/u,
      path,
    );
  }
});

test('CVE-2025-54997: no audit device is made, changed or taken away over the API', async () => {
  const harness = await unsealedCore();
  const before = harness.store.revision;
  const options = { file_path: '/etc/cron.d/evil', log_raw: 'true', mode: '0777', prefix: '* * *' };
  for (const path of ['sys/audit/file', 'sys/audit/new', 'sys/audit/a/b']) {
    for (const method of ['write', 'delete'] as const) {
      const sent = method === 'write' ? { type: 'file', options } : undefined;
      assert.equal((await harness.call(method, path, sent)).status, 400, `${method} ${path}`);
      assert.equal((await harness.call(method, path, sent, { token: null })).status, 403);
    }
  }
  assert.equal(harness.store.revision, before);
});
