import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../shared/policy/explain.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { aclOf, allows, decide, rule } from './support.ts';

const TEAM = 'identity.entity.metadata.team';
const teamIs =
  (value: string | undefined) =>
  (key: string): string | undefined =>
    key === TEAM ? value : undefined;

test('a value takes the place of its template', () => {
  const acl = aclOf(
    [rule(`secret/{{${TEAM}}}/*`, 'read') + rule(`list/{{ ${TEAM} }}`, 'list')],
    teamIs('ops'),
  );
  assert.equal(allows(acl, 'read', 'secret/ops/x'), true);
  assert.equal(allows(acl, 'read', 'secret/dev/x'), false);
  assert.equal(allows(acl, 'list', 'list/ops/'), true);
  assert.equal(decide(acl, 'read', 'secret/ops/x').deciding?.path, 'secret/ops/*');
});

const UNSAFE = [
  '*',
  '+',
  'a/../b',
  'x/y',
  '',
  '.',
  '..',
  'a*',
  'a+b',
  '/',
  'a\\b',
  'a\nb',
  'a\0',
  '\u202e',
  '\ud800',
  '{{x}}',
  'ｒｏｏｔ',
  'e\u0301',
  'x'.repeat(257),
];

test('CVE-2026-5006, CVE-2026-71543, GHSA-59w7-v8rr-pr4p: an unsafe value grants nothing where the rule allows', () => {
  for (const value of UNSAFE) {
    const acl = aclOf(
      [rule(`secret/{{${TEAM}}}/*`, 'read', 'list') + rule('other/*', 'read')],
      teamIs(value),
    );
    for (const path of [
      'secret/x',
      'secret/x/y',
      'secret/*',
      'secret/+/x',
      'secret/b/x',
      'secret/x/y/z',
      `secret/{{${TEAM}}}/x`,
    ]) {
      assert.equal(allows(acl, 'read', path), false, JSON.stringify([value, path]));
    }
    assert.equal(allows(acl, 'list', 'secret/'), false);
    assert.equal(allows(acl, 'read', 'other/x'), true, 'the other rules stand');
    assert.equal(acl.unresolved.length, 1);
  }
});

test('values with dots, spaces, @ and - are safe', () => {
  for (const value of ['alice.smith@example.com', 'Hermes Conrad', 'a-b_c', '...', 'é']) {
    const acl = aclOf([rule(`secret/{{${TEAM}}}/*`, 'read')], teamIs(value));
    assert.equal(allows(acl, 'read', `secret/${value}/x`), true, value);
  }
});

test('GHSA-hr5j-3j78-4vh2: a denial that cannot be rendered denies everything under its beginning', () => {
  for (const value of [undefined, ...UNSAFE]) {
    const acl = aclOf(
      [
        rule('secret/*', 'read', 'list') + rule('other/*', 'read'),
        rule(`secret/{{${TEAM}}}/x`, 'deny'),
      ],
      teamIs(value),
    );
    for (const path of ['secret/a', 'secret/ops/x', 'secret/ops/deep/x']) {
      assert.equal(
        decide(acl, 'read', path).reason,
        'template-unresolved',
        JSON.stringify([value, path]),
      );
    }
    assert.equal(allows(acl, 'list', 'secret/'), false);
    assert.equal(allows(acl, 'read', 'other/a'), true, 'the other rules stand');
  }
});

test('such a denial also stands against closer grants', () => {
  const acl = aclOf([
    rule('secret/a/b', 'read') + rule('secret/a/*', 'read'),
    rule(`secret/{{${TEAM}}}/x`, 'deny'),
  ]);
  assert.equal(allows(acl, 'read', 'secret/a/b'), false);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/a/b')), ['deny']);
  assert.deepEqual(
    acl.effectiveRules()[0],
    acl.decide({ path: canonicalPath('secret/a/b'), capability: 'read' }).deciding,
  );
});

test('the beginning of a denial is cut where its last segment may still become another', () => {
  const acl = aclOf([
    rule('*', 'read'),
    rule(`a/+/b{{${TEAM}}}`, 'deny') + rule(`c/+{{${TEAM}}}/d`, 'deny'),
  ]);
  assert.equal(allows(acl, 'read', 'a/x/b'), false);
  assert.equal(allows(acl, 'read', 'a/x/bcd/e'), false);
  assert.equal(allows(acl, 'read', 'a/x/c'), true);
  assert.equal(allows(acl, 'read', 'c/x'), false);
  assert.equal(allows(acl, 'read', 'd/x'), true);
  const whole = aclOf([rule('*', 'read'), rule(`{{${TEAM}}}/d`, 'deny')]);
  assert.equal(allows(whole, 'read', 'anything'), false);
});

test('CVE-2021-43998, CVE-2022-40186: only the value that the template names is asked for', () => {
  const asked: string[] = [];
  aclOf([rule('secret/{{identity.entity.aliases.auth_userpass_1234.name}}/*', 'read')], (key) => {
    asked.push(key);
    return undefined;
  });
  assert.deepEqual(asked, ['identity.entity.aliases.auth_userpass_1234.name']);
});

test('a token without an entity keeps the rules that need none', () => {
  const acl = aclOf([rule(`secret/{{${TEAM}}}/*`, 'read') + rule('secret/shared/*', 'read')]);
  assert.equal(allows(acl, 'read', 'secret/shared/x'), true);
});

test('explain names the rule that could not be rendered where it might have spoken', () => {
  const acl = aclOf([rule(`secret/{{${TEAM}}}/*`, 'read') + rule('other/*', 'read')]);
  assert.equal(
    explain(decide(acl, 'read', 'secret/ops/x')),
    'denied: no rule matches "secret/ops/x"\n' +
      `note: rule "secret/{{${TEAM}}}/*" (policy "p1", line 1) grants nothing: ${TEAM} has no value`,
  );
  assert.equal(
    explain(decide(acl, 'read', 'other/x')),
    'allowed: rule "other/*" (policy "p1", line 2) decides: it grants "read"',
  );
  const denying = aclOf(['', rule(`secret/{{${TEAM}}}/x`, 'deny')], teamIs('*'));
  assert.equal(
    explain(decide(denying, 'read', 'secret/a')),
    'denied: rule "secret/*" (policy "p2", line 1) decides: it could not be rendered, so it denies everything under this path\n' +
      `note: rule "secret/{{${TEAM}}}/x" (policy "p2", line 1) denies everything under its literal beginning: ${TEAM} contains a character that means something in a path`,
  );
});
