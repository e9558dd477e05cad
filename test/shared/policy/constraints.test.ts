import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../shared/json/value.ts';
import type { Acl, Decision } from '../../../shared/policy/acl.ts';
import type { OperationCapability } from '../../../shared/policy/capabilities.ts';
import { explain } from '../../../shared/policy/explain.ts';
import { canonicalPath } from '../../../shared/path/canonical.ts';
import { aclOf } from './support.ts';

const path = canonicalPath('secret/x');

/** The access list of one rule for `secret/x` with all capabilities and these attributes. */
function constrained(...attributes: readonly string[]): Acl {
  return aclOf(
    attributes.map(
      (text) =>
        `path "secret/x" { capabilities = ["create", "read", "update", "patch", "delete", "list"]\n${text}\n}`,
    ),
  );
}

function update(
  acl: Acl,
  parameters: JsonObject,
  capability: OperationCapability = 'update',
): Decision {
  return acl.decide({ path, capability, parameters });
}

function reason(acl: Acl, parameters: JsonObject): string {
  return update(acl, parameters).reason;
}

test('allowed_parameters name all that may be given, with their values', () => {
  const acl = constrained('allowed_parameters = { "foo" = [], "bar" = ["zip", "zap"] }');
  assert.equal(reason(acl, {}), 'granted');
  assert.equal(reason(acl, { foo: 'anything', bar: 'zip' }), 'granted');
  assert.equal(reason(acl, { bar: 'zop' }), 'parameter-not-allowed');
  assert.equal(reason(acl, { other: 1 }), 'parameter-not-allowed');
  assert.equal(reason(acl, { foo: 1, other: 1 }), 'parameter-not-allowed');
});

test('"*" among the allowed parameters means every other one', () => {
  const acl = constrained('allowed_parameters = { "bar" = ["zip"], "*" = [] }');
  assert.equal(reason(acl, { other: 'x', bar: 'zip' }), 'granted');
  assert.equal(reason(acl, { bar: 'zap' }), 'parameter-not-allowed');
  const limited = constrained('allowed_parameters = { "*" = ["x*"] }');
  assert.equal(reason(limited, { other: 'xy' }), 'granted');
  assert.equal(reason(limited, { other: 'y' }), 'parameter-not-allowed');
});

test('denied_parameters win over allowed ones', () => {
  const acl = constrained(
    'allowed_parameters = { "*" = [] }\ndenied_parameters = { "bar" = ["zip"], "baz" = [] }',
  );
  assert.equal(reason(acl, { bar: 'zap' }), 'granted');
  assert.equal(reason(acl, { bar: 'zip' }), 'parameter-denied');
  assert.equal(reason(acl, { baz: 'anything' }), 'parameter-denied');
  assert.equal(
    reason(constrained('denied_parameters = { "*" = [] }'), { any: 1 }),
    'parameter-denied',
  );
  assert.equal(reason(constrained('denied_parameters = { "*" = [] }'), {}), 'granted');
});

test('required_parameters must be given, with any value', () => {
  const acl = constrained('required_parameters = ["foo", "Bar"]');
  assert.equal(reason(acl, { foo: null, bar: '' }), 'granted');
  assert.equal(reason(acl, { FOO: 1, BAR: 2 }), 'granted');
  assert.equal(reason(acl, { foo: 1 }), 'parameter-missing');
  assert.equal(reason(acl, {}), 'parameter-missing');
});

test('no letter case, type or list is a way around a denied value', () => {
  const acl = constrained(
    'denied_parameters = { "Policies" = ["root", "admin*"], "n" = [5, true], "o" = [["a", "b"]] }',
  );
  const denied: JsonObject[] = [
    { policies: 'root' },
    { policies: 'Root' },
    { policies: ['x', 'ADMINS'] },
    { POLICIES: 'root' },
    { policies: ['x', 'root'] },
    { policies: 'admins' },
    { policies: ['admin'] },
    { n: 5 },
    { n: '5' },
    { n: [5] },
    { n: 'true' },
    { n: true },
    { o: ['a', 'b'] },
    { Policies: 'ok', policies: 'root' },
  ];
  for (const parameters of denied) {
    assert.equal(reason(acl, parameters), 'parameter-denied', JSON.stringify(parameters));
  }
  const granted: JsonObject[] = [
    { policies: ['x'] },
    { n: 6 },
    { n: '05' },
    { o: ['b', 'a'] },
    { o: 'a' },
  ];
  for (const parameters of granted) {
    assert.equal(reason(acl, parameters), 'granted', JSON.stringify(parameters));
  }
});

test('a list is allowed if each element is, or the whole', () => {
  const acl = constrained('allowed_parameters = { "p" = ["a*", "*z", "*m*", 7, ["x", "y"]] }');
  for (const p of ['a', 'abc', 'z', 'xyz', 'ama', 7, '7', ['a', 'abc', 7], ['x', 'y']]) {
    assert.equal(reason(acl, { p }), 'granted', JSON.stringify(p));
  }
  for (const p of ['b', '', 8, null, true, {}, [], ['a', 'b'], ['x'], [['a']]]) {
    assert.equal(reason(acl, { p }), 'parameter-not-allowed', JSON.stringify(p));
  }
});

test('objects as values are compared whole, whatever the order of their keys', () => {
  const acl = constrained('allowed_parameters = { "p" = [{ "b" = 1, "a" = "x" }] }');
  assert.equal(reason(acl, { p: { a: 'x', b: 1 } }), 'granted');
  assert.equal(reason(acl, { p: { a: 'x' } }), 'parameter-not-allowed');
});

test('parameters count for create, read, update and patch, and for nothing else', () => {
  const acl = constrained('denied_parameters = { "x" = [] }\nrequired_parameters = ["y"]');
  for (const capability of ['create', 'read', 'update', 'patch'] as const) {
    assert.equal(update(acl, { x: 1, y: 1 }, capability).reason, 'parameter-denied');
    assert.equal(update(acl, {}, capability).reason, 'parameter-missing');
  }
  for (const capability of ['delete', 'list'] as const) {
    assert.equal(update(acl, { x: 1 }, capability).reason, 'granted');
  }
});

test('two policies for one path: lists add up, and a free parameter is free', () => {
  const acl = constrained(
    'allowed_parameters = { "a" = ["1"], "b" = ["1"] }',
    'allowed_parameters = { "a" = ["2"], "b" = [] }\nrequired_parameters = ["a"]',
  );
  assert.equal(reason(acl, { a: '1', b: 'free' }), 'granted');
  assert.equal(reason(acl, { a: '2' }), 'granted');
  assert.equal(reason(acl, { a: '3' }), 'parameter-not-allowed');
  assert.equal(reason(acl, { b: '1' }), 'parameter-missing');
});

test('wrapping TTLs have a lower and an upper bound', () => {
  const acl = constrained('min_wrapping_ttl = "1m"\nmax_wrapping_ttl = 300');
  const wrapped = (wrapTtlSeconds: number | undefined): string =>
    acl.decide({ path, capability: 'delete', wrapTtlSeconds }).reason;
  assert.equal(wrapped(undefined), 'wrapping-required');
  assert.equal(wrapped(0), 'wrapping-required');
  assert.equal(wrapped(59), 'wrapping-too-short');
  assert.equal(wrapped(60), 'granted');
  assert.equal(wrapped(300), 'granted');
  assert.equal(wrapped(301), 'wrapping-too-long');
});

test('bounds of two policies that leave nothing between them refuse', () => {
  const acl = constrained('min_wrapping_ttl = "10m"', 'max_wrapping_ttl = "1m"');
  for (const wrapTtlSeconds of [30, 60, 300, 600, 900]) {
    assert.equal(acl.decide({ path, capability: 'read', wrapTtlSeconds }).allowed, false);
  }
});

test('explain says which parameter was refused and never its value', () => {
  const acl = constrained('denied_parameters = { "ttl" = ["hunter2"] }');
  assert.equal(
    explain(update(acl, { TTL: 'hunter2' })),
    'denied: rule "secret/x" (policy "p1", line 1) decides: it denies the parameter "ttl" or its value',
  );
  const other = constrained('allowed_parameters = { "a" = [] }');
  assert.equal(
    explain(update(other, { hunter2: 1 })),
    'denied: rule "secret/x" (policy "p1", line 1) decides: it does not allow one of the parameters',
  );
});

test('a field is what a policy says of any of its names', () => {
  const fields = { ttl: { aliases: ['lease'] } };
  const decide = (attribute: string, parameters: JsonObject): string =>
    constrained(attribute).decide({ path, capability: 'update', parameters, fields }).reason;
  assert.equal(decide('denied_parameters = { "Lease" = [] }', { ttl: 3_600 }), 'parameter-denied');
  assert.equal(decide('denied_parameters = { "lease" = ["1h"] }', { ttl: '2h' }), 'granted');
  assert.equal(decide('denied_parameters = { "ttl" = [] }', { ttl: 3_600 }), 'parameter-denied');
  assert.equal(decide('denied_parameters = { "lease" = [] }', { other: 1 }), 'granted');
  assert.equal(decide('allowed_parameters = { "lease" = [] }', { ttl: 3_600 }), 'granted');
  const few = 'allowed_parameters = { "lease" = ["1h"], "*" = [] }';
  assert.equal(decide(few, { ttl: '1h' }), 'granted');
  assert.equal(decide(few, { ttl: '2h' }), 'parameter-not-allowed');
  assert.equal(decide('required_parameters = ["lease"]', { ttl: 3_600 }), 'granted');
  assert.equal(decide('required_parameters = ["lease"]', { other: 1 }), 'parameter-missing');
  assert.equal(decide('denied_parameters = { "lease" = [] }', { constructor: 1 }), 'granted');
});
