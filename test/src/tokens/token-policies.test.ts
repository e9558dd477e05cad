import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { isFailure } from '../../../shared/errors/failure.ts';
import {
  checkedPolicyNames,
  chosenPolicies,
  type PolicyWish,
} from '../../../src/tokens/token-policies.ts';
import { matchesGlob, plainTokenRole, rolePolicies } from '../../../src/tokens/token-roles.ts';

const wish: PolicyWish = {
  asked: [],
  noDefaultPolicy: false,
  parentPolicies: ['default', 'dev'],
  privileged: false,
};

// CVE-2025-5999, CVE-2025-54996, CVE-2025-64761.
test('every spelling of root but "root" is refused', () => {
  const spellings = ['rooT', 'Root', 'rOoT', 'ROOT', 'root ', ' root', 'root\u00a0', 'root\ufeff'];
  for (const name of [...spellings, '\uff52\uff4f\uff4f\uff54', 'a,root', 'root/', 'ro\u200bot']) {
    assert.throws(
      () => checkedPolicyNames([name]),
      (error) => isFailure(error, 'path.name-invalid'),
      JSON.stringify(name),
    );
  }
  assert.deepEqual(checkedPolicyNames(['root']), ['root']);
});

test('root is only made by root, whatever else the caller may do', () => {
  for (const privileged of [false, true]) {
    assert.throws(() => chosenPolicies({ ...wish, asked: ['root'], privileged }));
  }
  const byRoot = { ...wish, asked: ['root'], parentPolicies: ['root'], privileged: true };
  assert.deepEqual(chosenPolicies(byRoot), ['root']);
});

test('without a wish the policies of the parent are taken over', () => {
  assert.deepEqual(chosenPolicies(wish), ['default', 'dev']);
  assert.deepEqual(chosenPolicies({ ...wish, noDefaultPolicy: true }), ['dev']);
});

test('names are folded to lower case, each is kept once, default is added', () => {
  assert.deepEqual(chosenPolicies({ ...wish, asked: ['Dev', 'dev'] }), ['default', 'dev']);
});

test('default is not given to the child of a token that does not have it', () => {
  const bare = { ...wish, asked: ['dev'], parentPolicies: ['dev'] };
  assert.deepEqual(chosenPolicies(bare), ['dev']);
  assert.deepEqual(chosenPolicies({ ...bare, privileged: true }), ['default', 'dev']);
});

test('without privilege no token has a policy that its parent does not have', () => {
  const names = fc.subarray(['default', 'dev', 'ops', 'Dev', 'OPS', 'root', 'team-1']);
  fc.assert(
    fc.property(names, names, fc.boolean(), (asked, parentPolicies, noDefaultPolicy) => {
      const parent = parentPolicies.map((name) => name.toLowerCase());
      try {
        const chosen = chosenPolicies({
          asked,
          parentPolicies: parent,
          noDefaultPolicy,
          privileged: false,
        });
        assert.ok(chosen.every((name) => parent.includes(name)));
      } catch (error) {
        assert.ok(isFailure(error, 'token.policies-exceed-parent'));
      }
    }),
  );
});

test('a role decides over policies that the parent does not have', () => {
  const role = { ...plainTokenRole, allowedPolicies: ['ci'], allowedPoliciesGlob: ['team-*'] };
  assert.deepEqual(rolePolicies(role, wish), ['ci', 'default']);
  assert.deepEqual(rolePolicies(role, { ...wish, asked: ['team-a'] }), ['default', 'team-a']);
  assert.throws(
    () => rolePolicies(role, { ...wish, asked: ['dev'] }),
    (error) => isFailure(error, 'token.policies-outside-role'),
  );
});

test('a role keeps back what it disallows, default too', () => {
  const role = {
    ...plainTokenRole,
    disallowedPolicies: ['default'],
    disallowedPoliciesGlob: ['op*'],
  };
  assert.deepEqual(rolePolicies(role, { ...wish, asked: ['dev'] }), ['dev']);
  assert.throws(() => rolePolicies(role, { ...wish, asked: ['ops'] }));
  assert.throws(() => rolePolicies(role, { ...wish, asked: ['default'] }));
});

test('a role that allows root does not give it to callers without root', () => {
  const role = { ...plainTokenRole, allowedPoliciesGlob: ['*'] };
  assert.throws(
    () => rolePolicies(role, { ...wish, asked: ['root'] }),
    (error) => isFailure(error, 'token.policy-root'),
  );
});

test('a role without lists leaves the rule of the parent in force', () => {
  assert.throws(() => rolePolicies(plainTokenRole, { ...wish, asked: ['ci'] }));
});

test('globs match as a regular expression made of them does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  const subject = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
  fc.assert(
    fc.property(text, subject, (glob, name) => {
      const expected = new RegExp(`^${glob.replaceAll('*', '.*')}$`, 'u').test(name);
      assert.equal(matchesGlob(glob, name), expected);
    }),
  );
});
