import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileAcl } from '../../../shared/policy/acl.ts';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { explain } from '../../../shared/policy/explain.ts';
import { rootPolicy } from '../../../shared/policy/policy.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { aclOf, allows, decide, rule } from './support.ts';

test('explain names policy, line and what was missing', () => {
  const acl = aclOf([
    `# app\n${rule('secret/app/*', 'list')}${rule('secret/no', 'deny')}${rule('sys/seal', 'update')}${rule('empty')}`,
    rule('secret/app/*', 'read'),
  ]);
  const shared = 'rule "secret/app/*" (policy "p1", line 2; policy "p2", line 1) decides';
  assert.equal(
    explain(decide(acl, 'read', 'secret/app/x')),
    `allowed: ${shared}: it grants "read"`,
  );
  assert.equal(
    explain(decide(acl, 'update', 'secret/app/x')),
    `denied: ${shared}: it grants "read", "list", not "update"`,
  );
  assert.equal(
    explain(decide(acl, 'read', 'secret/no')),
    'denied: rule "secret/no" (policy "p1", line 3) decides: it denies',
  );
  assert.equal(
    explain(decide(acl, 'read', 'empty')),
    'denied: rule "empty" (policy "p1", line 5) decides: it grants nothing, not "read"',
  );
  assert.equal(explain(decide(acl, 'read', 'other')), 'denied: no rule matches "other"');
  assert.equal(
    explain(acl.decide({ path: canonicalPath('sys/seal'), capability: 'update', sudo: true })),
    'denied: rule "sys/seal" (policy "p1", line 4) decides: it grants "update", but this operation also needs "sudo"',
  );
});

test('explain of a root token', () => {
  const acl = compileAcl([rootPolicy], () => undefined);
  assert.equal(explain(decide(acl, 'read', 'x')), 'allowed: the root policy allows everything');
});

test('the default policy lets a token manage itself, its cubbyhole and wrapped answers', () => {
  const acl = aclOf([defaultPolicyText]);
  const granted = [
    ['read', 'auth/token/lookup-self'],
    ['update', 'auth/token/renew-self'],
    ['update', 'auth/token/revoke-self'],
    ['update', 'sys/capabilities-self'],
    ['read', 'sys/internal/ui/resultant-acl'],
    ['read', 'sys/internal/ui/mounts/secret/a'],
    ['create', 'cubbyhole/a/b'],
    ['list', 'cubbyhole/'],
    ['update', 'sys/wrapping/unwrap'],
    ['update', 'sys/tools/hash/sha2-256'],
    ['update', 'sys/leases/renew'],
  ] as const;
  for (const [capability, path] of granted) assert.equal(allows(acl, capability, path), true, path);
  const refused = [
    ['read', 'secret/x'],
    ['update', 'auth/token/create'],
    ['list', 'auth/token/accessors'],
    ['update', 'sys/seal'],
    ['read', 'sys/policies/acl/default'],
    ['update', 'sys/leases/revoke'],
    ['read', 'identity/entity/id/x'],
    ['read', 'identity/entity/id/'],
  ] as const;
  for (const [capability, path] of refused) {
    assert.equal(allows(acl, capability, path), false, path);
  }
});

test('the default policy shows an entity to itself alone', () => {
  const acl = aclOf([defaultPolicyText], (key) =>
    key === 'identity.entity.id' ? 'e1' : undefined,
  );
  assert.equal(allows(acl, 'read', 'identity/entity/id/e1'), true);
  assert.equal(allows(acl, 'read', 'identity/entity/id/e2'), false);
});
