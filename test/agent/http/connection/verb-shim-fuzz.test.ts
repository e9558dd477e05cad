import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mutatedStreams, wholeStreams } from '../../../fuzz/targets/verb-shim.ts';

test('well-formed streams give the same messages, wherever they are cut', async () => {
  await fc.assert(wholeStreams, { numRuns: 2_000 });
});

test('F-37: mutated streams never give another message than llhttp alone', async () => {
  let runs = 0;
  let same = 0;
  const property = mutatedStreams((sawAll) => {
    runs += 1;
    same += sawAll ? 1 : 0;
  });
  await fc.assert(property, { numRuns: Number(process.env['STRONGBOX_FUZZ_RUNS'] ?? 20_000) });
  assert.ok(same > runs * 0.95, `the shim ended early in ${runs - same} of ${runs} streams`);
});
