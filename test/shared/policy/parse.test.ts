import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listCapabilities } from '../../../shared/policy/capabilities.ts';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { diagnosticText } from '../../../shared/policy/diagnostics.ts';
import {
  policyDiagnosticsMax,
  policyEntriesMax,
  policyRulesMax,
  policyTextBytesMax,
} from '../../../shared/policy/limits.ts';
import { parsePolicy, parsePolicyOrThrow } from '../../../shared/policy/parse.ts';
import { rule } from './support.ts';

/** Rules as lines: path, capabilities, line. */
function rulesOf(text: string): string[] {
  return parsePolicyOrThrow('p', text).rules.map(({ pattern, capabilities, line }) =>
    [pattern.source, listCapabilities(capabilities).join(), line].join(' '),
  );
}

/** All that the parse says, as lines; warnings begin with "warning". */
function problems(text: string): string[] {
  return parsePolicy('p', text).diagnostics.map((diagnostic) => {
    const warning = diagnostic.severity === 'warning' ? 'warning ' : '';
    return warning + diagnosticText(diagnostic);
  });
}

test('a policy in HCL, with every form of comment and comma', () => {
  const text = `
# one
path "secret/*" { # two
  capabilities = ["create", "read",]  // three
}
/* four
   five */ path "sys/mounts" { capabilities = [ "list" ], comment = "six" }
name = "ignored"
path "a/b" { policy = "write" }
`;
  assert.deepEqual(rulesOf(text), [
    'secret/* create,read 3',
    'sys/mounts list 7',
    'a/b create,read,update,delete,list 9',
  ]);
});

test('the same policy in the three shapes of JSON, and as an assigned map', () => {
  const rules = { 'secret/*': { capabilities: ['read'] }, 'a/b': { policy: 'deny' } };
  const expected = ['secret/* read 1', 'a/b deny 1'];
  assert.deepEqual(rulesOf(JSON.stringify({ path: rules })), expected);
  assert.deepEqual(
    rulesOf(
      JSON.stringify({ path: Object.entries(rules).map(([path, body]) => ({ [path]: body })) }),
    ),
    expected,
  );
  assert.deepEqual(
    rulesOf('path = { "secret/*" = { capabilities = ["read"] } "a/b" { policy = "deny" } }'),
    expected,
  );
  assert.deepEqual(rulesOf('{\n"path": {\n"x": {"capabilities": ["read"]}}}'), ['x read 3']);
});

test('empty texts are policies without rules', () => {
  for (const text of ['', ' \n', '# nothing\n', '{}', '{"path": {}}']) {
    assert.deepEqual(rulesOf(text), []);
  }
});

test('every old form has its capabilities', () => {
  const forms = {
    deny: 'deny',
    read: 'read,list',
    write: 'create,read,update,delete,list',
    sudo: 'create,read,update,delete,list,sudo',
  };
  for (const [form, capabilities] of Object.entries(forms)) {
    assert.deepEqual(rulesOf(`path "x" { policy = "${form}" }`), [`x ${capabilities} 1`]);
  }
});

test('one leading slash is dropped', () => {
  assert.deepEqual(rulesOf(rule('/secret/a', 'read')), ['secret/a read 1']);
});

test('escapes in strings', () => {
  assert.deepEqual(rulesOf('path "a\\u00e9\\"b" { capabilities = ["re\\u0061d"] }'), [
    'aé"b read 1',
  ]);
  assert.deepEqual(rulesOf('{"path":{"a\\/b":{"capabilities":["read"]}}}'), ['a/b read 1']);
});

const MISTAKES: readonly (readonly [string, string])[] = [
  [
    'path "x" {\n  capabilities = ["red"]\n}',
    'line 2, column 19: unknown capability "red"; did you mean "read"?',
  ],
  ['path "x" { capabilities = ["root"] }', 'line 1, column 28: unknown capability "root"'],
  [
    'path "x" { capabilities = ["READ"] }',
    'line 1, column 28: unknown capability "READ"; did you mean "read"?',
  ],
  [
    'path "x" { capabilites = ["read"] }',
    'line 1, column 12: unknown attribute "capabilites"; did you mean "capabilities"?',
  ],
  ['path "x" { expiration = "2030" }', 'line 1, column 12: unknown attribute "expiration"'],
  ['paths "x" {}', 'line 1, column 1: unknown top-level entry "paths"; did you mean "path"?'],
  [
    'path "x" { capabilities = "read" }',
    'line 1, column 27: "capabilities" must be a list of strings',
  ],
  ['path "x" { capabilities = [1] }', 'line 1, column 28: a capability is a string'],
  [
    'path "x" { capabilities = ["read"] capabilities = ["list"] }',
    'line 1, column 36: "capabilities" is given twice',
  ],
  [
    'path "x" { policy = "read" capabilities = ["list"] }',
    'line 1, column 21: "policy" is the older form of "capabilities": give one of them',
  ],
  ['path "x" { policy = "root" }', 'line 1, column 21: unknown old form "root"'],
  ['path "x" { policy = "toString" }', 'line 1, column 21: unknown old form "toString"'],
  ['path "x" { comment = 1 policy = "read" }', 'line 1, column 22: "comment" must be a string'],
  ['name = 1', 'line 1, column 8: "name" must be a string'],
  ['path "x" = "read"', 'line 1, column 12: a rule is a block: { capabilities = [ … ] }'],
  ['path = "x"', 'line 1, column 1: "path" needs a path, as path "secret/*" { … }'],
  ['path "" { policy = "read" }', 'line 1, column 6: the path is empty'],
  ['path "/" { policy = "read" }', 'line 1, column 6: the path is empty'],
  [
    'path "a//b" { policy = "deny" }',
    'line 1, column 6: the path has an empty segment, so the rule would never match',
  ],
  [
    'path "a/../b" { policy = "deny" }',
    'line 1, column 6: the path has a "." or ".." segment, so the rule would never match',
  ],
  [
    'path "a/./*" { policy = "deny" }',
    'line 1, column 6: the path has a "." or ".." segment, so the rule would never match',
  ],
  ['path "a/+*" { policy = "read" }', 'line 1, column 6: "+*" is not allowed in the path'],
  ['path "a\\\\b" { policy = "read" }', 'line 1, column 6: the path cannot contain a backslash'],
  [
    'path "a\\tb" { policy = "read" }',
    'line 1, column 6: the path cannot contain a character that cannot be printed',
  ],
  [
    'path "ｒｏｏｔ" { policy = "read" }',
    'line 1, column 6: the path cannot contain a character with a second spelling (not in Unicode form NFKC)',
  ],
  [
    'path "a/{{identity.entity.id/b" { policy = "deny" }',
    'line 1, column 6: the path has "{{" and "}}" that are not in pairs',
  ],
  [
    'path "a/}}{{identity.entity.id}}" { policy = "deny" }',
    'line 1, column 6: the path has "{{" and "}}" that are not in pairs',
  ],
  [
    'path "a/{{entity.id}}" { policy = "deny" }',
    'line 1, column 6: a template names an "identity.entity." or "identity.groups." value',
  ],
  [
    'path "x" { min_wrapping_ttl = "1x" }',
    'line 1, column 31: a wrapping TTL is a duration, as 90, "15m" or "1h"',
  ],
  [
    'path "x" { max_wrapping_ttl = [] }',
    'line 1, column 31: a wrapping TTL is a duration, as 90, "15m" or "1h"',
  ],
  [
    'path "x" { min_wrapping_ttl = 5 max_wrapping_ttl = 4 policy = "read" }',
    'line 1, column 52: "max_wrapping_ttl" is shorter than "min_wrapping_ttl"',
  ],
  [
    'path "x" { allowed_parameters = ["a"] policy = "read" }',
    'line 1, column 34: "allowed_parameters" must be a map of names to lists of values',
  ],
  [
    'path "x" { denied_parameters = { a = "b" } policy = "read" }',
    'line 1, column 38: the values of a parameter stand in a list',
  ],
  [
    'path "x" { denied_parameters = { a = [] A = [] } policy = "read" }',
    'line 1, column 41: the parameter is given twice',
  ],
  [
    'path "x" { required_parameters = [1] policy = "read" }',
    'line 1, column 35: the name of a parameter is a string',
  ],
  [
    'path "x" { capabilities: ["read"] }',
    'line 1, column 24: unexpected ":"; write "=" between a name and its value',
  ],
  [
    'path "x" { capabilities = ["read" "list"] }',
    'line 1, column 35: unexpected text where "]" should stand',
  ],
  ['path "x" { capabilities = }', 'line 1, column 27: unexpected text where a value should stand'],
  [
    'path "x" { capabilities = read }',
    'line 1, column 27: unexpected text where a value should stand',
  ],
  ['path "x" {\n  policy = "read"', 'line 2, column 18: the text ends where "}" should stand'],
  [
    'path "x" { policy = "read" } }',
    'line 1, column 30: unexpected text where a "path" block should stand',
  ],
  ['path "x" "y" "z" {}', 'line 1, column 10: unexpected text where "{" or "=" should stand'],
  ['path "x\n" {}', 'line 1, column 6: the string has no end on its line'],
  ["path 'x' {}", 'line 1, column 6: unexpected character; strings stand in double quotes'],
  [
    'path "x" { policy = <<E\nread\nE\n}',
    'line 1, column 21: heredocs are not taken; write the text in quotes',
  ],
  ['path "\\q" {}', 'line 1, column 7: unknown escape in a string'],
  ['path "\\ud800" {}', 'line 1, column 6: the string holds half of a surrogate pair'],
  ['/* path', 'line 1, column 1: the comment has no end'],
  [
    'path "x" { max_wrapping_ttl = 99999999999999999999 }',
    'line 1, column 31: the number is too large to be kept exactly',
  ],
  [
    'path "x" { max_wrapping_ttl = 010 }',
    'line 1, column 31: the number must not begin with a zero',
  ],
  [
    'path "x" { min_wrapping_ttl = 1e-400 }',
    'line 1, column 31: the number is too large to be kept exactly',
  ],
  [
    'path "x" { denied_parameters = { a = [{ b = 1, b = 2 }] } }',
    'line 1, column 48: the name is given twice',
  ],
  [
    'path "x" { denied_parameters = { a = [{ b "c" {} }] } }',
    'line 1, column 43: a name in a value is one string',
  ],
  [
    `path "x" { allowed_parameters = { a = ${'['.repeat(9)}`,
    'line 1, column 45: nested deeper than 8',
  ],
  [
    '{"path": {"x": {"policy": "read"}}',
    'line 1, column 35: the JSON is not valid at byte 34: expected "," or "}"',
  ],
  ['{"é": 1,\n"path": x}', 'line 2, column 9: the JSON is not valid at byte 18: expected a value'],
  [
    '{"path": {"x": {"policy": "read"}, "x": {"policy": "deny"}}}',
    'line 1, column 37: the JSON repeats a key of its object at byte 36',
  ],
  [
    '{"path": {"x": {"capabilities": ["red"]}}}',
    'line 1, column 34: unknown capability "red"; did you mean "read"?',
  ],
  ['a\0', 'line 1, column 1: the policy holds a NUL character'],
  ['# \ud800', 'line 1, column 1: the policy is not Unicode text'],
];

test('each mistake is named with its line, column and a hint', () => {
  for (const [text, problem] of MISTAKES) {
    assert.deepEqual(
      problems(text).filter((line) => !line.startsWith('warning')),
      [problem],
      text,
    );
    assert.equal(parsePolicy('p', text).policy, undefined);
    assert.throws(() => parsePolicyOrThrow('p', text), {
      code: 'policy.invalid',
      message: `the policy is not valid: ${problem}`,
    });
  }
});

test('what is legal but hardly meant is a warning, and the policy stands', () => {
  const warnings: [string, string][] = [
    [
      'path "secret/*/config" { policy = "read" }',
      'warning line 1, column 6: "*" means any text only at the end of the path; write "+" for one segment',
    ],
    [
      'path "secret/a+" { policy = "read" }',
      'warning line 1, column 6: "+" means one segment only between slashes; here it is a plain character',
    ],
    [
      'path "x" { capabilities = [] }',
      'warning line 1, column 10: the rule grants nothing, and hides less specific rules for its path',
    ],
    [
      'path "x" { capabilities = ["deny", "read"] }',
      'warning line 1, column 27: "deny" leaves nothing of the other capabilities',
    ],
  ];
  for (const [text, warning] of warnings) {
    assert.deepEqual(problems(text), [warning]);
    assert.ok(parsePolicy('p', text).policy, text);
  }
});

test('all mistakes are reported at once, in order, up to a limit', () => {
  const text = 'path "a//b" {\n  capabilities = ["red", "lst"]\n}\npath "c" { foo = 1 }\n';
  assert.deepEqual(
    problems(text).map((line) => line.split(':')[0]),
    ['line 1, column 6', 'line 2, column 19', 'line 2, column 26', 'line 4, column 12'],
  );
  const many = 'path "a*b" { capabilities = ["read"] }\n'.repeat(40) + 'path "c" { foo = 1 }';
  const { policy, diagnostics } = parsePolicy('p', many);
  assert.equal(diagnostics.length, policyDiagnosticsMax);
  assert.equal(policy, undefined, 'an error behind many warnings still counts');
  assert.match(diagnosticText(diagnostics.at(-1) ?? assert.fail()), /line 41, .*"foo"/);
});

test('an error quotes a short plain word and nothing else of the text', () => {
  for (const word of ['hunter2 secret', 'x'.repeat(33), 'gehéim']) {
    for (const problem of problems(rule('x', word))) assert.ok(!problem.includes(word), problem);
  }
});

test('limits of size, rules and entries', () => {
  assert.equal(parsePolicy('p', ' '.repeat(policyTextBytesMax)).policy?.rules.length, 0);
  assert.match(problems(' '.repeat(policyTextBytesMax + 1)).join(), /longer than 262144 bytes/);
  assert.match(problems('é'.repeat(policyTextBytesMax / 2 + 1)).join(), /longer than 262144 bytes/);
  const rules = (count: number): string => 'path "a" { policy = "read" }\n'.repeat(count);
  assert.equal(parsePolicyOrThrow('p', rules(policyRulesMax)).rules.length, policyRulesMax);
  assert.match(problems(rules(policyRulesMax + 1)).join(), /more than 1000 rules/);
  const words = Array.from({ length: policyEntriesMax + 1 }, () => 'read');
  assert.match(problems(rule('x', ...words)).join(), /more than 256 entries/);
  const parameters = words.map((_, index) => `p${index} = []`).join(' ');
  assert.match(
    problems(`path "x" { allowed_parameters = { ${parameters} } policy = "read" }`).join(),
    /more than 256 entries/,
  );
  assert.match(problems(rule('a'.repeat(513), 'read')).join(), /longer than 512 bytes/);
  assert.match(
    problems(rule('{{identity.entity.id}}'.repeat(9), 'read')).join(),
    /more than 8 templates/,
  );
  assert.match(
    problems(`{"path": ${'['.repeat(50)}${']'.repeat(50)}}`).join(),
    /nested deeper than 8/,
  );
});

test('a parameter named __proto__ is a parameter', () => {
  const text =
    'path "x" { policy = "read" denied_parameters = { "__proto__" = [{ "__proto__" = 1 }] } }';
  const [only] = parsePolicyOrThrow('p', text).rules;
  assert.deepEqual([...(only?.constraints.denied.keys() ?? [])], ['__proto__']);
  assert.equal(({} as Record<string, unknown>)['1'], undefined);
});

test('the default policy is valid', () => {
  assert.deepEqual(problems(defaultPolicyText), []);
});
