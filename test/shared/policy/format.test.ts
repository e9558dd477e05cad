import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { formatPolicy } from '../../../shared/policy/format.ts';
import { printedPolicies } from '../../fuzz/targets/policy.ts';

test('the one canonical form', () => {
  const text = `// about a
path   "a/*"{capabilities=["read","list"],policy="x"} // behind a
path "b" { # inside b
  # why


  capabilities = [ # first
    "create", # one
    "read"
    # last
  ] /* end */
  allowed_parameters { ttl = ["1h", 5, true], "*" = [] }

  denied_parameters = {}
  // closing
}
name="n"


# the end`;
  const expected = `# about a
path "a/*" {
  capabilities = ["read", "list"]
  policy = "x"
} # behind a

path "b" {
  # inside b
  # why

  capabilities = [
    # first
    "create", # one
    "read",
    # last
  ] /* end */
  allowed_parameters = {
    "ttl" = ["1h", 5, true]
    "*" = []
  }

  denied_parameters = {}
  # closing
}

name = "n"

# the end
`;
  assert.equal(formatPolicy(text), expected);
  assert.equal(formatPolicy(expected), expected);
  assert.equal(formatPolicy(text.replaceAll('\n', '\r\n')), expected);
});

test('JSON becomes HCL, with one block for each path', () => {
  const rules = {
    'secret/*': { capabilities: ['read'], allowed_parameters: { a: [1, 'x'] } },
    'b"c': { policy: 'deny' },
  };
  const expected = `path "secret/*" {
  capabilities = ["read"]
  allowed_parameters = {
    "a" = [1, "x"]
  }
}

path "b\\"c" {
  policy = "deny"
}
`;
  assert.equal(formatPolicy(JSON.stringify({ path: rules })), expected);
  const list = Object.entries(rules).map(([path, body]) => ({ [path]: body }));
  assert.equal(formatPolicy(JSON.stringify({ path: list })), expected);
});

test('a list that does not fit on its line is broken into one item a line', () => {
  const words = Array.from({ length: 12 }, (_, index) => `"parameter-${index}"`);
  const formatted = formatPolicy(`path "x" { required_parameters = [${words.join(', ')}] }`);
  assert.equal(
    formatted,
    `path "x" {\n  required_parameters = [\n${words.map((word) => `    ${word},\n`).join('')}  ]\n}\n`,
  );
});

test('the default policy is in canonical form', () => {
  assert.equal(formatPolicy(defaultPolicyText), defaultPolicyText);
});

test('an empty text stays empty', () => {
  assert.equal(formatPolicy(''), '');
  assert.equal(formatPolicy(' \n\n'), '');
  assert.equal(formatPolicy('{}'), '');
});

test('a syntax error is refused with its place; what is only wrong in meaning is formatted', () => {
  assert.throws(() => formatPolicy('path "x" {'), {
    code: 'policy.invalid',
    message: 'the policy is not valid: line 1, column 11: the text ends where "}" should stand',
  });
  assert.equal(formatPolicy('foo "x" { bar = [] }'), 'foo "x" {\n  bar = []\n}\n');
});

test('formatting twice changes nothing, keeps every comment and the meaning', () => {
  fc.assert(printedPolicies, { numRuns: 3_000 });
});

test('a run of blanks costs no more than as many letters', () => {
  const cost = (filling: string): number => {
    const start = performance.now();
    formatPolicy(`path "a" {} ${filling}\n# c`);
    return performance.now() - start;
  };
  cost(`#${'x'.repeat(40_000)}`);
  // A relation, not a time: a pattern that goes back at each blank took a thousand times as long.
  assert.ok(cost(' '.repeat(40_000)) < 50 * cost(`#${'x'.repeat(40_000)}`) + 50);
});
