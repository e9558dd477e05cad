import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { Oracle, type OracleRule } from './oracle.ts';
import { aclOf, rule } from './support.ts';

const numRuns = process.env['STRONGBOX_TEST_FULL'] === undefined ? 2_000 : 10_000;
const CAPABILITIES = ['create', 'read', 'update', 'patch', 'delete', 'list', 'scan'] as const;

const literal = fc.constantFrom('a', 'b', 'ab', 'é', '😀', '\ufffd', 'a+', '.x', 'A');
const ruleSegment = fc.oneof({ weight: 3, arbitrary: literal }, fc.constantFrom('+', '+', 'a*b'));
const rulePath = fc
  .tuple(
    fc.array(ruleSegment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '/', '/*', '*', '/a*'),
  )
  .map(([segments, end]) => segments.join('/') + end)
  .filter((path) => !path.includes('+*'));
const ruleCapabilities = fc.oneof(
  { weight: 4, arbitrary: fc.subarray([...CAPABILITIES]) },
  fc.constant(['deny']),
  fc.constant(['read', 'deny']),
);
const ruleData = fc.record({ path: rulePath, capabilities: ruleCapabilities });
const policySet = fc.array(fc.array(ruleData, { maxLength: 5 }), { minLength: 1, maxLength: 4 });
const requestPath = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: literal }, fc.constantFrom('+', '*', 'a*b')), {
      minLength: 1,
      maxLength: 5,
    }),
    fc.boolean(),
  )
  .map(([segments, folder]) => canonicalPath(segments.join('/') + (folder ? '/' : '')));
const request = fc.record({ path: requestPath, capability: fc.constantFrom(...CAPABILITIES) });

test('CVE-2021-42135, F-41: random policy sets decide as the oracle does', () => {
  const requests = fc.array(request, { minLength: 50, maxLength: 50 });
  fc.assert(
    fc.property(policySet, requests, (policies, asked) => {
      const acl = aclOf(policies.map((rules) => rules.map(textOf).join('')));
      const oracle = new Oracle(policies.flat());
      for (const { path, capability } of asked) {
        const decision = acl.decide({ path, capability });
        const expected = oracle.decidingRule(path, capability);
        const message = `${capability} ${path} of ${JSON.stringify(policies)}`;
        assert.equal(decision.deciding?.path, expected?.path, message);
        assert.equal(decision.allowed, expected?.capabilities.has(capability) ?? false, message);
      }
    }),
    { numRuns },
  );
});

/** Where names without letter case lie, and how many segments come before the name. */
const foldedFolders = [
  [/^sys\/(?:policy|operators)\//u, 2],
  [/^sys\/policies\/acl\//u, 3],
  [/^auth\/token\/(?:roles|create)\//u, 3],
] as const;

/** In such a folder rules and requests differ by no letter case behind it; elsewhere they do. */
function foldedOracle(
  rules: readonly OracleRule[],
  path: string,
): { readonly oracle: Oracle; readonly path: string } {
  const folder = foldedFolders.find(([pattern]) => pattern.test(path));
  if (folder === undefined) return { oracle: new Oracle(rules), path };
  const fold = (text: string): string =>
    text
      .split('/')
      .map((segment, at) => (at < folder[1] ? segment : segment.toLowerCase()))
      .join('/');
  const folded = rules.map((each) => ({ ...each, path: fold(each.path) }));
  return { oracle: new Oracle(folded), path: fold(path) };
}

test('names without letter case are decided over as the oracle does, and no other name is', () => {
  const mount = fc.constantFrom('sys', 'sys', 'auth', 'kv', 'SYS');
  const folder = fc.constantFrom('policy', 'policies', 'operators', 'token', 'Policies');
  const inner = fc.constantFrom('acl', 'roles', 'create', 'ACL', 'admin');
  const name = fc.constantFrom('admin', 'ADMIN', 'Admin', 'Ada', 'x');
  const parts = fc.tuple(mount, folder, inner, name).chain((whole) =>
    fc.record({
      segments: fc.constant(whole),
      length: fc.constantFrom(3, 3, 4, 4, 2),
    }),
  );
  const foldedRequest = fc.record({
    path: parts.map(({ segments, length }) => canonicalPath(segments.slice(0, length).join('/'))),
    capability: fc.constantFrom(...CAPABILITIES),
  });
  const foldedRule = fc.record({
    path: fc
      .record({
        parts,
        plus: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        end: fc.constantFrom('', '', '', '/', '*', '/*'),
      })
      .map(({ parts: { segments, length }, plus, end }) => {
        const mixed = segments.map((segment, at) => (plus[at] === true ? '+' : segment));
        return mixed.slice(0, length).join('/') + end;
      })
      .filter((path) => !path.includes('+*')),
    capabilities: ruleCapabilities,
  });
  const policies = fc.array(fc.array(foldedRule, { maxLength: 5 }), { minLength: 1, maxLength: 3 });
  const requests = fc.array(foldedRequest, { minLength: 50, maxLength: 50 });
  fc.assert(
    fc.property(policies, requests, (written, asked) => {
      const acl = aclOf(written.map((rules) => rules.map(textOf).join('')));
      for (const { path, capability } of asked) {
        const decision = acl.decide({ path, capability });
        const folded = foldedOracle(written.flat(), path);
        const expected = folded.oracle.decidingRule(folded.path, capability);
        const message = `${capability} ${path} of ${JSON.stringify(written)}`;
        assert.equal(decision.allowed, expected?.capabilities.has(capability) ?? false, message);
        assert.equal(decision.deciding?.path, expected?.path, message);
      }
    }),
    { numRuns },
  );
});

test('capabilities are exactly what decisions allow', () => {
  fc.assert(
    fc.property(policySet, fc.array(requestPath, { maxLength: 10 }), (policies, paths) => {
      const acl = aclOf(policies.map((rules) => rules.map(textOf).join('')));
      for (const path of paths) {
        const allowed = CAPABILITIES.filter((capability) => {
          const isListing = capability === 'list' || capability === 'scan';
          // Of a name without its slash a listing is asked for as the rule for that name says.
          if (isListing && !path.endsWith('/')) {
            return acl.decide({ path, capability: 'read' }).capabilities.includes(capability);
          }
          return acl.decide({ path, capability }).allowed;
        });
        const expected = allowed.length === 0 ? ['deny'] : allowed.toSorted();
        assert.deepEqual(acl.capabilities(path), expected, path);
      }
    }),
    { numRuns: 500 },
  );
});

test('the order of rules and policies does not matter', () => {
  fc.assert(
    fc.property(policySet, fc.array(request, { maxLength: 10 }), (policies, asked) => {
      const forwards = aclOf(policies.map((rules) => rules.map(textOf).join('')));
      const backwards = aclOf(
        policies.toReversed().map((rules) => rules.toReversed().map(textOf).join('')),
      );
      for (const { path, capability } of asked) {
        const [left, right] = [forwards, backwards].map((acl) => acl.decide({ path, capability }));
        assert.equal(left?.allowed, right?.allowed);
        assert.equal(left?.deciding?.path, right?.deciding?.path);
      }
    }),
    { numRuns: 300 },
  );
});

test('a rule that decides first stands first among the effective rules', () => {
  fc.assert(
    fc.property(policySet, requestPath, (policies, path) => {
      const acl = aclOf(policies.map((rules) => rules.map(textOf).join('')));
      const { deciding } = acl.decide({ path, capability: 'read' });
      const oracle = new Oracle(policies.flat());
      const rules = acl.effectiveRules();
      assert.equal(new Set(rules.map((effective) => effective.path)).size, rules.length);
      const first = rules.find((effective) => {
        return new Oracle([{ path: effective.path, capabilities: [] }]).decidingRule(path, 'read');
      });
      assert.equal(first?.path, deciding?.path);
      assert.equal(first?.path, oracle.decidingRule(path, 'read')?.path);
    }),
    { numRuns: 300 },
  );
});

function textOf({ path, capabilities }: OracleRule): string {
  return rule(path, ...capabilities);
}
