/** Policies: parser and printer (F-44). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { formatPolicy } from '../../../shared/policy/format.ts';
import { parsePolicy } from '../../../shared/policy/parse.ts';
import { type Target, textOf } from '../target.ts';

const pieces = [
  'path',
  '"secret/*"',
  '"a"',
  '{',
  '}',
  '[',
  ']',
  '=',
  ':',
  ',',
  '\n',
  ' ',
  'capabilities',
  'policy',
  '"read"',
  '"red"',
  'allowed_parameters',
  '#x',
  '//',
  '/*',
  '*/',
  '1',
  '-',
  '"',
  '\\',
  '{{identity.entity.id}}',
  '\u{1f600}',
  '\r\n',
  'true',
  'null',
  '"name"',
  '{"path":',
];

const anyText = fc.oneof(
  textOf(pieces, 25),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.nat(defaultPolicyText.length).map((at) => defaultPolicyText.slice(0, at)),
);

export const anyPolicyText = fc.property(anyText, (given) => {
  const { policy, diagnostics } = parsePolicy('p', given);
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  assert.equal(policy === undefined, hasErrors);
  const lines = given.split('\n');
  for (const { line, column, length } of diagnostics) {
    assert.ok(line >= 1 && line <= lines.length && length >= 1);
    assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1);
  }
});

/** What can be printed is printed so that it means the same; the rest is refused. */
const anyTextPrinted = fc.property(anyText, (given) => {
  let printed: string;
  try {
    printed = formatPolicy(given);
  } catch (error) {
    assert.ok(isFailure(error, 'policy.invalid'), String(error));
    return;
  }
  assert.equal(formatPolicy(printed), printed);
  assert.deepEqual(rulesOf(printed), rulesOf(given));
});

const comments = [
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
];
const comment = fc.constantFrom(...comments);
const scalar = fc.constantFrom('"read"', '"a\\"b"', '5', '-1.5', 'true', '"${x}"');
const list = fc
  .array(fc.tuple(comment, scalar, comment), { maxLength: 5 })
  .map((items) => `[${items.map((parts) => parts.join('')).join(',')}]`);
const value = fc.oneof(
  scalar,
  list,
  fc.tuple(comment, list).map(([c, l]) => `{${c}"k" = ${l}${c}}`),
);
const name = fc.constantFrom('capabilities', 'policy', 'allowed_parameters');
const attribute = fc
  .tuple(comment, name, comment, value, comment)
  .map(
    ([before, word, between, given, after]) =>
      `${before} ${word} ${between}=${between} ${given}${after}\n`,
  );
const block = fc
  .tuple(comment, fc.array(attribute, { maxLength: 4 }), comment)
  .map(
    ([before, attributes, after]) =>
      `${before}path "x/*" {${attributes.join('')}${after}}${after}\n`,
  );
const policyText = fc.array(block, { maxLength: 4 }).map((blocks) => blocks.join(''));

export const printedPolicies = fc.property(policyText, (text) => {
  const commentsOf = (of: string): number => of.split('note').length;
  const once = formatPolicy(text);
  assert.equal(formatPolicy(once), once);
  assert.equal(commentsOf(once), commentsOf(text), once);
  assert.doesNotMatch(once, /\n\n\n|^\n|\n\n$/);
  assert.deepEqual(meaning(once), meaning(text));
});

/** What a parse says, without the places. */
function meaning(text: string): unknown {
  const { diagnostics } = parsePolicy('p', text);
  return [rulesOf(text), diagnostics.map(({ severity, message }) => [severity, message])];
}

function rulesOf(text: string): unknown {
  return parsePolicy('p', text).policy?.rules.map((rule) => ({ ...rule, line: 0 }));
}

export const policyTargets: readonly Target[] = [
  {
    name: 'policy/parse',
    claim: 'no text crashes the parser, and what it names lies inside of the text',
    testRuns: 1_000,
    prepare: () => anyPolicyText,
  },
  {
    name: 'policy/print',
    claim: 'printed twice is printed once, with every comment and the same meaning',
    testRuns: 500,
    prepare: () => printedPolicies,
  },
  {
    name: 'policy/print-any',
    claim: 'any text is refused by the printer or means the same printed',
    testRuns: 1_000,
    prepare: () => anyTextPrinted,
  },
];
