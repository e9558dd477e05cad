import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { isFailure } from '../../../shared/errors/failure.ts';
import { type LifetimeRules, lifetime } from '../../../src/tokens/lifetime.ts';

const limits = { defaultTtlSeconds: 3_600, maxTtlSeconds: 86_400 };
const createdMs = 1_000_000_000;
const plain: LifetimeRules = {
  createdMs,
  ttlSeconds: 0,
  explicitMaxTtlSeconds: 0,
  periodSeconds: 0,
};
const ignore = (): void => undefined;
const refuse = (message: string): never => assert.fail(`unexpected warning: ${message}`);

function at(rules: LifetimeRules, nowMs: number, wishSeconds = 0): number {
  return lifetime(rules, limits, { nowMs, wishSeconds }, ignore).ttlSeconds;
}

test('without a wish the default is given, without a warning', () => {
  const life = lifetime(plain, limits, { nowMs: createdMs, wishSeconds: 0 }, refuse);
  assert.deepEqual(life, { ttlSeconds: 3_600, expiresMs: createdMs + 3_600_000 });
});

test('a wish beyond the maximum is capped with a warning', () => {
  const warnings: string[] = [];
  const moment = { nowMs: createdMs, wishSeconds: 90_000 };
  const life = lifetime(plain, limits, moment, (message) => warnings.push(message));
  assert.equal(life.ttlSeconds, 86_400);
  assert.match(warnings.join(), /"25h" exceeded the effective max_ttl of "24h"/);
});

// CVE-2021-32923: a renewal in the last second before the maximum gave TTL 0, which is for ever.
test('CVE-2021-32923: a renewal in the last second before the maximum is refused, never answered with 0', () => {
  const maxMs = createdMs + 86_400_000;
  for (const beforeMs of [900, 100, 1, 0]) {
    assert.throws(
      () => at(plain, maxMs - beforeMs, 3_600),
      (error) => isFailure(error, 'token.past-max-ttl'),
    );
  }
  assert.equal(at(plain, maxMs - 1_000, 3_600), 1);
});

test('a periodic token is renewed for ever, one with an explicit maximum until then', () => {
  const periodic = { ...plain, periodSeconds: 600 };
  assert.equal(at(periodic, createdMs + 400 * 86_400_000, 5), 600);
  const bounded = { ...periodic, explicitMaxTtlSeconds: 3_600 };
  assert.equal(at(bounded, createdMs + 3_500_000), 100);
  assert.throws(() => at(bounded, createdMs + 3_600_000));
});

test('a period longer than the maximum of the system is capped', () => {
  assert.equal(at({ ...plain, periodSeconds: 900_000 }, createdMs), 86_400);
});

test('no life is empty, ends after the maximum or is longer than it says', () => {
  const seconds = fc.nat({ max: 200_000 });
  fc.assert(
    fc.property(seconds, seconds, seconds, fc.nat({ max: 200_000_000 }), (ttl, max, wish, age) => {
      const rules = { ...plain, ttlSeconds: ttl, explicitMaxTtlSeconds: max };
      const nowMs = createdMs + age;
      const effectiveMs = Math.min(max || 86_400, 86_400) * 1_000;
      try {
        const life = lifetime(rules, limits, { nowMs, wishSeconds: wish }, ignore);
        assert.ok(life.ttlSeconds >= 1);
        assert.ok(life.expiresMs <= createdMs + effectiveMs);
        assert.equal(life.expiresMs, nowMs + life.ttlSeconds * 1_000);
      } catch (error) {
        assert.ok(isFailure(error, 'token.past-max-ttl'));
        assert.ok(nowMs + 1_000 > createdMs + effectiveMs);
      }
    }),
  );
});
