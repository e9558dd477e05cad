import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { refusedStreams } from '../../../fuzz/targets/early-refusal.ts';

test('what is refused before it is parsed is a read of its own, and the rest is the same', async () => {
  let refused = 0;
  const property = refusedStreams((count) => {
    refused += count;
  });
  await fc.assert(property, { numRuns: Number(process.env['STRONGBOX_FUZZ_RUNS'] ?? 2_000) });
  assert.ok(refused > 50, `${refused} reads were refused early`);
});
