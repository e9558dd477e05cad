import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { formatPolicy } from '../../../shared/policy/format.ts';
import { parsePolicy } from '../../../shared/policy/parse.ts';

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

const comment = fc.constantFrom(
  '',
  '',
  '',
  ' # note\n',
  ' // note\n',
  '/* note */',
  '/* note\n g */',
  '/* note\r\r\n g */',
  ' # note\r',
  '\n\n',
  '\n',
);
const scalar = fc.constantFrom('"read"', '"a\\"b"', '5', '-1.5', 'true', '"${x}"');
const list = fc
  .array(fc.tuple(comment, scalar, comment), { maxLength: 5 })
  .map((items) => `[${items.map((parts) => parts.join('')).join(',')}]`);
const value = fc.oneof(
  scalar,
  list,
  fc.tuple(comment, list).map(([c, l]) => `{${c}"k" = ${l}${c}}`),
);
const attribute = fc
  .tuple(
    comment,
    fc.constantFrom('capabilities', 'policy', 'allowed_parameters'),
    comment,
    value,
    comment,
  )
  .map(
    ([before, name, between, given, after]) =>
      `${before} ${name} ${between}=${between} ${given}${after}\n`,
  );
const block = fc
  .tuple(comment, fc.array(attribute, { maxLength: 4 }), comment)
  .map(
    ([before, attributes, after]) =>
      `${before}path "x/*" {${attributes.join('')}${after}}${after}\n`,
  );
const policyText = fc.array(block, { maxLength: 4 }).map((blocks) => blocks.join(''));

test('formatting twice changes nothing, keeps every comment and the meaning', () => {
  const commentsOf = (text: string): number => text.split('note').length;
  fc.assert(
    fc.property(policyText, (text) => {
      const once = formatPolicy(text);
      assert.equal(formatPolicy(once), once);
      assert.equal(commentsOf(once), commentsOf(text), once);
      assert.doesNotMatch(once, /\n\n\n|^\n|\n\n$/);
      assert.deepEqual(meaning(once), meaning(text));
    }),
    { numRuns: 3_000 },
  );
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

/** What a parse says, without the places. */
function meaning(text: string): unknown {
  const { policy, diagnostics } = parsePolicy('p', text);
  const rules = policy?.rules.map((rule) => ({ ...rule, line: 0 }));
  return [rules, diagnostics.map(({ severity, message }) => [severity, message])];
}
