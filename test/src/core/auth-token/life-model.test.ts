/** Lives of tokens against a model of a few lines, with a clock that moves (CVE-2021-32923). */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import type { JsonObject } from '../../../../shared/json/value.ts';
import { decodeJson } from '../../../../src/store/json-values.ts';
import type { TokenRecord } from '../../../../src/tokens/token-record.ts';
import { type CoreHarness, unsealedCore } from '../../../support/core-harness.ts';

const systemMaxSeconds = 2_764_800;

interface Wish {
  readonly ttl: number;
  readonly explicit_max_ttl: number;
  readonly period: number;
}

type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'renew'; readonly increment: number };

/** When a token ends, by the rules as people know them. */
class Model {
  expiresMs: number;
  readonly #latestMs: number;
  readonly #wish: Wish;

  constructor(wish: Wish, nowMs: number) {
    this.#wish = wish;
    const explicitMs = wish.explicit_max_ttl * 1_000;
    const systemMs = wish.period > 0 ? Number.POSITIVE_INFINITY : systemMaxSeconds * 1_000;
    this.#latestMs = nowMs + Math.min(explicitMs || Number.POSITIVE_INFINITY, systemMs);
    this.expiresMs = nowMs;
    this.expiresMs = this.#end(nowMs, 0);
  }

  /** The seconds that a renewal must answer; undefined if it must be refused. */
  renew(nowMs: number, increment: number): number | undefined {
    if (nowMs >= this.expiresMs || this.#latestMs - nowMs < 1_000) return undefined;
    this.expiresMs = this.#end(nowMs, increment);
    return (this.expiresMs - nowMs) / 1_000;
  }

  #end(nowMs: number, increment: number): number {
    const { period, ttl } = this.#wish;
    const wished = period || increment || ttl || systemMaxSeconds;
    const seconds = Math.min(wished, systemMaxSeconds);
    const left = Math.floor((this.#latestMs - nowMs) / 1_000);
    return nowMs + Math.min(seconds, left) * 1_000;
  }
}

const seconds = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }));
const wishes = fc.record({
  ttl: seconds,
  explicit_max_ttl: seconds,
  period: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 50 })),
});
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
    fc.record({ kind: fc.constant('renew' as const), increment: seconds }),
  ),
  { maxLength: 12 },
);

async function isGood(harness: CoreHarness, token: string): Promise<boolean> {
  const { status } = await harness.call('read', 'auth/token/lookup-self', undefined, { token });
  return status === 200;
}

async function take(harness: CoreHarness, token: string, model: Model, step: Step): Promise<void> {
  if (step.kind === 'wait') {
    harness.clock.advance(step.ms);
    return;
  }
  const expected = model.renew(harness.clock.wallMs(), step.increment);
  const body = { increment: step.increment };
  const answer = await harness.call('write', 'auth/token/renew-self', body, { token });
  if (expected === undefined) {
    assert.ok(answer.status === 400 || answer.status === 403);
    return;
  }
  const { auth } = answer.body as { auth: JsonObject };
  assert.equal(auth['lease_duration'], expected);
  assert.ok(expected >= 1, 'never 0, which is for ever');
}

function assertDeadlines(harness: CoreHarness): void {
  for (const { key, value } of harness.store.entriesAt(harness.store.revision)) {
    if (!key.startsWith('ns/root/tokens/')) continue;
    const record = decodeJson<TokenRecord>(harness.barrier.open('root', key, value));
    assert.ok(record.expiresMs !== null || record.policies.includes('root'));
  }
}

test('tokens live as long as the model says, through any waits and renewals', async () => {
  const harness = await unsealedCore();
  await fc.assert(
    fc.asyncProperty(wishes, steps, async (wish, taken) => {
      harness.device.due = 'full';
      const body = { ...wish, policies: ['default'] };
      const { client_token: token } = await harness.createToken(body);
      const model = new Model(wish, harness.clock.wallMs());
      for (const step of taken) {
        await take(harness, token, model, step);
        const alive = harness.clock.wallMs() < model.expiresMs;
        assert.equal(await isGood(harness, token), alive);
      }
      assertDeadlines(harness);
      harness.clock.advance(Math.max(0, model.expiresMs - harness.clock.wallMs() - 1));
      const wasAlive = harness.clock.wallMs() < model.expiresMs;
      assert.equal(await isGood(harness, token), wasAlive);
      harness.clock.advance(1);
      assert.equal(await isGood(harness, token), false);
    }),
    { numRuns: 60 },
  );
});
