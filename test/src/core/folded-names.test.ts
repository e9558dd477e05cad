/**
 * own (names without letter case): names of policies, token roles and operators have no letter
 * case (Vault folds them, and clients count on it). A denial of `…/admin` that `…/AdMiN` slips past
 * was one link of the worst published chain against servers of this dialect: everything that looks
 * at the path sees the folded one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldedPath } from '../../../shared/path/folded.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { sysRoutes } from '../../../shared/api/sys.ts';
import { tokenRoutes } from '../../../shared/api/token.ts';
import type { CoreRequest } from '../../../src/core/request.ts';
import { type CoreHarness, partOf, unsealedCore } from '../../support/core-harness.ts';

const folders = [
  'sys/policy',
  'sys/policies/acl',
  'sys/operators',
  'auth/token/roles',
  'auth/token/create',
];
const spellings = ['admin', 'ADMIN', 'AdMiN', 'admiN', '%41dmin', 'admin/', 'ADMIN/'];
const methods: readonly CoreRequest['method'][] = ['read', 'write', 'delete'];

function body(path: string): { policy: string } | Record<string, never> {
  return path.startsWith('sys/polic') ? { policy: 'path "*" { capabilities = ["sudo"] }' } : {};
}

/** `deny`: the path of a denial of a name in a folder, in which everything else is granted. */
async function deniedCore(
  deny: (folder: string) => string,
): Promise<{ harness: CoreHarness; token: string }> {
  const harness = await unsealedCore();
  await harness.policy('admin', 'path "secret/*" { capabilities = ["read"] }');
  await harness.data('write', 'auth/token/roles/admin', { allowed_policies: ['admin'] });
  const rules = folders.map(
    (folder) =>
      `path "${deny(folder).replace(/[^/]+$/u, '*')}" { capabilities = ["create", "read", "update", "delete"] }\n` +
      `path "${deny(folder)}" { capabilities = ["deny"] }`,
  );
  await harness.policy('delegate', rules.join('\n'));
  const { client_token: token } = await harness.createToken({ policies: ['delegate'] });
  return { harness, token };
}

const denials: readonly (readonly [string, (folder: string) => string])[] = [
  ['admin', (folder) => `${folder}/admin`],
  ['ADMIN', (folder) => `${folder}/ADMIN`],
  ['Adm*', (folder) => `${folder}/Adm*`],
  ['ADMIN of any mount', (folder) => `${folder.replace(/^\w+/u, '+')}/ADMIN`],
  ['ADMIN of anything so deep', (folder) => `${folder.replaceAll(/\w+/gu, '+')}/ADMIN`],
];
for (const [rule, deny] of denials) {
  test(`a denial of the name ${rule} denies every spelling of it, in every folder`, async () => {
    const { harness, token } = await deniedCore(deny);
    const before = harness.store.revision;
    for (const folder of folders) {
      for (const spelling of spellings) {
        const path = `${folder}/${spelling}`;
        for (const method of methods) {
          const sent = method === 'write' ? body(path) : undefined;
          const { status } = await harness.call(method, path, sent, token);
          assert.equal(status, 403, `${method} ${path}`);
        }
      }
    }
    assert.equal(harness.store.revision, before, 'nothing was changed');
    const other = await harness.call('write', 'sys/policies/acl/Other', body('sys/policy'), token);
    assert.equal(other.status < 300, true, 'what is not denied is granted');
  });
}

test('a grant for a name grants every spelling of it', async () => {
  const harness = await unsealedCore();
  await harness.policy('Team', 'path "sys/policies/acl/Team" { capabilities = ["read"] }');
  const { client_token: token } = await harness.createToken({ policies: ['TEAM'] });
  for (const spelling of ['Team', 'team', 'TEAM']) {
    const answer = await harness.call('read', `sys/policies/acl/${spelling}`, undefined, token);
    assert.equal(answer.status, 200, spelling);
  }
});

test('what is asked about rights, and what is recorded, is the folded name', async () => {
  const { harness, token } = await deniedCore((folder) => `${folder}/admin`);
  const path = 'sys/policies/acl/ADMIN';
  const asked = await harness.data('write', 'sys/capabilities-self', { paths: [path] }, token);
  assert.deepEqual(asked[path], ['deny']);
  await harness.policy('explainer', 'path "sys/policies/explain" { capabilities = ["update"] }');
  const both = await harness.createToken({ policies: ['delegate', 'explainer'] });
  const question = { path, capability: 'update' };
  const answer = await harness.data('write', 'sys/policies/explain', question, both.client_token);
  assert.equal(answer['allowed'], false);
  await harness.call('read', path, undefined, { token, id: 'refused' });
  const [record] = harness.recordsOf('refused');
  assert.equal(partOf(record, 'request')['path'], 'sys/policies/acl/admin');
});

test('every core route that captures a name folds it, and no other path is touched', () => {
  const exact = new Set(['sys/control/:topic']);
  for (const [mount, table] of [
    ['sys/', sysRoutes],
    ['auth/token/', tokenRoutes],
  ] as const) {
    for (const { pattern } of Object.values(table)) {
      if (!pattern.includes(':') || exact.has(mount + pattern)) continue;
      const path = canonicalPath((mount + pattern).replace(/:\w+$/u, 'NaMe'));
      assert.equal(foldedPath(path), path.replace('NaMe', 'name'), pattern);
    }
  }
  for (const path of [
    'secret/data/ADMIN',
    'sys/mounts/ADMIN',
    'SYS/policy/ADMIN',
    'sys/policyX/ADMIN',
    'auth/token/lookup/ADMIN',
    'sys/policy',
  ]) {
    assert.equal(foldedPath(canonicalPath(path)), path);
  }
});
