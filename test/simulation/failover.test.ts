/** Failover in virtual time, over a thousand kills of each kind: these are gates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Failovers, measureFailovers } from './run/failover.ts';
import { failoverText } from './run/say.ts';

const kills = 1_000;

interface Gate {
  readonly what: string;
  readonly sealedCount: number;
  readonly medianMsMax: number;
  readonly worstMsMax: number;
}

const gates: readonly Gate[] = [
  { what: 'no node sealed', sealedCount: 0, medianMsMax: 900, worstMsMax: 2_000 },
  { what: 'one of three sealed', sealedCount: 1, medianMsMax: 900, worstMsMax: 5_000 },
  // Only sealed nodes are left: one of them has to step in.
  { what: 'a caretaker', sealedCount: 2, medianMsMax: 5_000, worstMsMax: 5_000 },
];

for (const { what, sealedCount, medianMsMax, worstMsMax } of gates) {
  test(`with ${what}, another leader commits in time after a kill`, (t) => {
    const failovers: Failovers = measureFailovers(kills, sealedCount);
    t.diagnostic(failoverText(what, failovers));
    assert.ok(failovers.medianMs <= medianMsMax, `the median is ${failovers.medianMs} ms`);
    assert.ok(failovers.worstMs <= worstMsMax, `the worst is ${failovers.worstMs} ms`);
  });
}
