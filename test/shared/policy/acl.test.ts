import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileAcl } from '../../../shared/policy/acl.ts';
import { aclRulesMax, policyRulesMax } from '../../../shared/policy/limits.ts';
import { parsePolicyOrThrow } from '../../../shared/policy/parse.ts';
import { rootPolicy } from '../../../shared/policy/policy.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { aclOf, allows, decide, rule } from './support.ts';

test('nothing is allowed by default', () => {
  const acl = aclOf(['']);
  assert.deepEqual(decide(acl, 'read', 'secret/x'), {
    allowed: false,
    reason: 'no-rule',
    path: 'secret/x',
    capability: 'read',
    capabilities: [],
    deciding: undefined,
    parameter: undefined,
    unresolved: [],
  });
  assert.deepEqual(compileAcl([], () => undefined).capabilities(canonicalPath('x')), ['deny']);
});

test('CVE-2026-12624, CVE-2026-63131, GHSA-xp3c-3jw3-4vcr: a LIST does not slip past the denial of its folder', () => {
  const acl = aclOf([
    rule('foo/metadata/*', 'list', 'scan') +
      rule('foo/metadata/private/*', 'deny') +
      rule('foo/metadata/private/granted/*', 'list', 'scan'),
  ]);
  const expected = {
    'foo/metadata/': true,
    'foo/metadata/private/': false,
    'foo/metadata/private/internal/': false,
    'foo/metadata/private/granted/': true,
    'foo/': false,
  };
  for (const [path, allowed] of Object.entries(expected)) {
    for (const capability of ['list', 'scan'] as const) {
      assert.equal(allows(acl, capability, path), allowed, `${capability} ${path}`);
      // A listing without the slash is the same request, not another one.
      assert.equal(allows(acl, capability, path.slice(0, -1)), allowed, `${capability} ${path}`);
    }
  }
});

test('CVE-2026-12624: a "+" that matches the name of a folder does not beat a closer denial', () => {
  const acl = aclOf([rule('secret/+', 'list') + rule('secret/private/*', 'deny')]);
  assert.equal(allows(acl, 'list', 'secret/team/'), true);
  assert.equal(allows(acl, 'list', 'secret/private/'), false);
});

test('a LIST of a folder is granted by the folder, by its name, or by a wildcard for either', () => {
  for (const path of [
    'secret/team/',
    'secret/team',
    'secret/+',
    'secret/+/',
    'secret/*',
    'sec*',
    '+/+',
    '*',
  ]) {
    assert.equal(allows(aclOf([rule(path, 'list')]), 'list', 'secret/team/'), true, path);
  }
  for (const path of ['secret/tea', 'secret/team/+/x', 'secret/team/x', '+', 'secret/team/x*']) {
    assert.equal(allows(aclOf([rule(path, 'list')]), 'list', 'secret/team/'), false, path);
  }
  assert.equal(
    allows(
      aclOf([rule('secret/team/', 'list') + rule('secret/team', 'deny')]),
      'list',
      'secret/team/',
    ),
    true,
  );
  assert.equal(
    allows(
      aclOf([rule('secret/team', 'list') + rule('secret/team/', 'deny')]),
      'list',
      'secret/team/',
    ),
    false,
  );
});

test('only listings look at the name without its slash', () => {
  const acl = aclOf([rule('secret/team', 'read', 'list')]);
  assert.equal(allows(acl, 'read', 'secret/team'), true);
  assert.equal(allows(acl, 'read', 'secret/team/'), false);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/team/')), ['list']);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/team')), ['list', 'read']);
});

test('letter case and spelling of a path are part of it', () => {
  const acl = aclOf([rule('auth/cert/certs/*', 'update') + rule('auth/cert/certs/admin', 'deny')]);
  assert.equal(allows(acl, 'update', 'auth/cert/certs/admin'), false);
  assert.equal(decide(acl, 'update', 'auth/cert/certs/AdMiN').deciding?.path, 'auth/cert/certs/*');
});

/** Vault's documentation, "Priority matching": the path of each line beats those below it. */
const PRIORITY = [
  'secret/foo/bar/baz',
  'secret/foo/bar/ba*',
  'secret/foo/bar/*',
  'secret/foo/ba*',
  'secret/foo/+/baz',
  'secret/foo/+/+',
  'secret/foo/*',
  'secret/foo/+/ba*',
  'secret/fo*',
  'secret/+/bar/baz',
  'secret/+/bar/+',
  'secret/*',
  'secret/+/bar/ba*',
  'secret/+/bar/b*',
  'secret/+/bar/*',
  'secret/+/+/*',
  'sec*',
  '+/foo/bar/baz',
  '+/+/bar/baz',
  '*',
  '+/foo/*',
];

test('the most specific rule decides, and a less specific one adds nothing', () => {
  for (const [index, path] of PRIORITY.entries()) {
    const others = PRIORITY.slice(index + 1).map((other) => rule(other, 'update'));
    const acl = aclOf([others.join(''), rule(path, 'read')]);
    const decision = decide(acl, 'read', 'secret/foo/bar/baz');
    assert.equal(decision.deciding?.path, path);
    assert.equal(decision.allowed, true);
    assert.equal(decide(acl, 'update', 'secret/foo/bar/baz').reason, 'capability-missing');
  }
});

test('of two rules that are alike in everything else the lexicographically larger decides', () => {
  const acl = aclOf([rule('a/+/+/b', 'update') + rule('a/+/b/+', 'read')]);
  assert.equal(decide(acl, 'read', 'a/x/b/b').deciding?.path, 'a/+/b/+');
});

test('rules of several policies for one path are one rule, and a denial in any of them wins', () => {
  const union = aclOf([rule('secret/*', 'read'), rule('secret/*', 'list', 'read')]);
  assert.deepEqual(decide(union, 'list', 'secret/a').capabilities, ['read', 'list']);
  assert.deepEqual(decide(union, 'read', 'secret/a').deciding?.sources, [
    { policy: 'p1', line: 1 },
    { policy: 'p2', line: 1 },
  ]);
  for (const texts of [
    [rule('secret/*', 'read'), rule('secret/*', 'deny')],
    [rule('secret/*', 'read') + rule('secret/*', 'deny')],
  ]) {
    const decision = decide(aclOf(texts), 'read', 'secret/a');
    assert.deepEqual([decision.reason, decision.capabilities], ['denied', ['deny']]);
  }
});

test('a closer grant stands against a wider denial, and the other way round', () => {
  const acl = aclOf([
    rule('secret/*', 'deny'),
    rule('secret/a/*', 'read'),
    rule('secret/a/b', 'deny'),
  ]);
  assert.equal(allows(acl, 'read', 'secret/x'), false);
  assert.equal(allows(acl, 'read', 'secret/a/x'), true);
  assert.equal(allows(acl, 'read', 'secret/a/b'), false);
});

test('"+" is exactly one segment, "*" is any rest', () => {
  const acl = aclOf([rule('secret/+/config', 'read') + rule('secret/x*', 'update')]);
  assert.equal(allows(acl, 'read', 'secret/team/config'), true);
  assert.equal(allows(acl, 'read', 'secret/team/sub/config'), false);
  assert.equal(allows(acl, 'read', 'secret/config'), false);
  assert.equal(allows(acl, 'update', 'secret/x'), true);
  assert.equal(allows(acl, 'update', 'secret/xyz/deep/path'), true);
  assert.equal(allows(acl, 'update', 'secret/y'), false);
});

test('a "*" or "+" in a request is a plain character', () => {
  const acl = aclOf([rule('secret/a', 'read') + rule('secret/b*', 'read')]);
  for (const path of ['secret/*', 'secret/+', '*', '+/+', 'secret/+a']) {
    assert.equal(allows(acl, 'read', path), false, path);
  }
  const literal = aclOf([rule('secret/a*b', 'read') + rule('secret/a+b', 'read')]);
  assert.equal(allows(literal, 'read', 'secret/a*b'), true);
  assert.equal(allows(literal, 'read', 'secret/a+b'), true);
  assert.equal(allows(literal, 'read', 'secret/aXb'), false);
});

test('an operation that needs sudo needs it besides its own capability', () => {
  const path = canonicalPath('sys/seal');
  const request = { path, capability: 'update', sudo: true } as const;
  assert.equal(aclOf([rule('sys/seal', 'update', 'sudo')]).decide(request).allowed, true);
  assert.equal(aclOf([rule('sys/seal', 'update')]).decide(request).reason, 'sudo-missing');
  assert.equal(aclOf([rule('sys/seal', 'sudo')]).decide(request).reason, 'capability-missing');
});

test('the root policy allows everything, beside others and with their denials', () => {
  const acl = compileAcl([parsePolicyOrThrow('p', rule('*', 'deny')), rootPolicy], () => undefined);
  const decision = acl.decide({
    path: canonicalPath('sys/seal'),
    capability: 'update',
    sudo: true,
  });
  assert.deepEqual(
    [decision.allowed, decision.reason, decision.capabilities],
    [true, 'root', ['root']],
  );
  assert.deepEqual(acl.capabilities(canonicalPath('any/path')), ['root']);
  assert.equal(acl.isRoot, true);
});

test('a policy that is only named root is no root policy', () => {
  const acl = compileAcl([parsePolicyOrThrow('root', '')], () => undefined);
  assert.equal(acl.isRoot, false);
  assert.equal(allows(acl, 'read', 'x'), false);
});

test('capabilities are those of the deciding rule, in alphabetical order', () => {
  const acl = aclOf([
    rule('secret/*', 'update', 'read', 'create', 'sudo') +
      rule('secret/no', 'deny') +
      rule('secret/none'),
  ]);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/a')), [
    'create',
    'read',
    'sudo',
    'update',
  ]);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/no')), ['deny']);
  assert.deepEqual(acl.capabilities(canonicalPath('secret/none')), ['deny']);
  assert.deepEqual(acl.capabilities(canonicalPath('other')), ['deny']);
});

test('the effective rules stand in the order in which they decide', () => {
  const acl = aclOf([
    rule('b/*', 'read') + rule('a/x', 'read'),
    rule('b/c*', 'deny') + rule('a/x', 'list'),
  ]);
  assert.deepEqual(
    acl.effectiveRules().map(({ path, kind, capabilities }) => [path, kind, capabilities.join()]),
    [
      ['a/x', 'exact', 'read,list'],
      ['b/c*', 'wildcard', 'deny'],
      ['b/*', 'wildcard', 'read'],
    ],
  );
});

test('policies with too many rules together are refused, not cut', () => {
  const text = Array.from({ length: policyRulesMax }, (_, index) =>
    rule(`a/${index}`, 'read'),
  ).join('');
  const policy = parsePolicyOrThrow('p', text);
  const policies = Array.from({ length: aclRulesMax / policyRulesMax + 1 }, () => policy);
  assert.throws(() => compileAcl(policies, () => undefined), { code: 'policy.too-complex' });
  assert.equal(
    compileAcl(policies.slice(1), () => undefined).effectiveRules().length,
    policyRulesMax,
  );
});

test('F-34: no choice of rules makes a decision much dearer than a plain one', () => {
  const paths = (count: number, path: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => rule(path(index), 'read')).join('');
  const binary = (index: number): string =>
    [...index.toString(2).padStart(10, '0')].map((bit) => (bit === '1' ? '+' : 'a')).join('/');
  const cases: [string, string][] = [
    [paths(1_000, (index) => `secret/data/team${index}/*`), 'secret/data/team500/a/b'],
    [paths(1_000, (index) => `${binary(index)}/${'a/'.repeat(70)}b`), `${'a/'.repeat(199)}x`],
    [paths(400, (index) => `${'a'.repeat(index + 1)}*`), `${'a'.repeat(255)}/b`],
    [paths(1_000, (index) => `${'+/'.repeat(60)}${index}*`), `${'a/'.repeat(199)}x`],
  ];
  const costs = cases.map(([text, path]) => cost(text, path));
  const [plain = 0] = costs;
  // A relation, not a time: trying each rule on each path would cost hundreds of times as much.
  for (const dear of costs) assert.ok(dear < 40 * plain + 20, `${costs.join()} ms`);
});

/** Milliseconds of 1,000 decisions. */
function cost(text: string, path: string): number {
  const acl = aclOf([text]);
  const request = { path: canonicalPath(path), capability: 'read' } as const;
  for (let round = 0; round < 500; round += 1) acl.decide(request);
  const start = performance.now();
  for (let round = 0; round < 1_000; round += 1) acl.decide(request);
  return performance.now() - start;
}
