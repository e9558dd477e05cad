/** F-40: every field of every route, on a real agent, with what does not belong there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canary,
  callRoute,
  checkAnswer,
  checkLogs,
  endingPaths,
  startRouteAgent,
} from '../support/route-calls.ts';
import { fieldCases } from '../support/route-cases.ts';

const wrongValues: readonly unknown[] = [
  { k: canary },
  [[canary]],
  [canary, 1],
  `${canary}\0`,
  `${canary}\u001b[31m\r\n`,
  `../../${canary}`,
  canary.repeat(100),
  -1,
  1.5,
  9_007_199_254_740_991,
  true,
  '',
  [],
  null,
];

test('CVE-2025-4166, CVE-2025-52893: no field of any route is a fault of ours, echoed or logged', async () => {
  const { agent, token } = await startRouteAgent();
  await using _ = agent;
  assert.ok(fieldCases.length > 150, 'the tables were walked');
  for (const each of fieldCases) {
    if (endingPaths.has(each.path)) continue;
    // Paths are names: a canary among them would rightly stand in the audit log.
    const isPath = each.field === 'path' || each.field === 'paths';
    const values = wrongValues.filter(
      (value) => !isPath || !JSON.stringify(value).includes(canary),
    );
    const trials = values.map(async (value) => {
      const fields = { type: 'kv', [each.field]: value };
      const what = `${each.method} ${each.path} ${each.field}=${JSON.stringify(value).slice(0, 30)}`;
      checkAnswer(await callRoute(agent, each, fields, { 'x-vault-token': token }), what);
    });
    await Promise.all(trials);
  }
  await checkLogs(agent);
});
