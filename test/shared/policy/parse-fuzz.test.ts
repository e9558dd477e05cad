import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultPolicyText } from '../../../shared/policy/default-policy.ts';
import { parsePolicy } from '../../../shared/policy/parse.ts';

test('F-44: no text crashes the parser, and places lie inside of the text', () => {
  const piece = fc.constantFrom(
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
  );
  const text = fc.oneof(
    fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.nat(defaultPolicyText.length).map((at) => defaultPolicyText.slice(0, at)),
  );
  fc.assert(
    fc.property(text, (given) => {
      const { policy, diagnostics } = parsePolicy('p', given);
      const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
      assert.equal(policy === undefined, hasErrors);
      const lines = given.split('\n');
      for (const { line, column, length } of diagnostics) {
        assert.ok(line >= 1 && line <= lines.length && length >= 1);
        assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1);
      }
    }),
    { numRuns: 10_000 },
  );
});
