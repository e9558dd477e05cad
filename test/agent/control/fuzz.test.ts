import { test } from 'node:test';
import fc from 'fast-check';
import { controlMessages } from '../../fuzz/targets/control.ts';

test('whatever is sent to a socket, the agent goes on and answers in its own words', async (t) => {
  await fc.assert(await controlMessages(t), { numRuns: 150 });
});
