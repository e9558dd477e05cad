import { test } from 'node:test';
import fc from 'fast-check';
import { anyPolicyText } from '../../fuzz/targets/policy.ts';

test('F-44: no text crashes the parser, and places lie inside of the text', () => {
  fc.assert(anyPolicyText, { numRuns: 10_000 });
});
