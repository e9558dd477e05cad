import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ConcurrencyLimit,
  type LimitRange,
} from '../../../../agent/http/admission/concurrency-limit.ts';
import { forgetMs, windowMs } from '../../../../agent/http/admission/limits.ts';

const range: LimitRange = { leastUnits: 10, mostUnits: 100, targetMs: 20 };

/**
 * A server that does one request after the other, each in `serviceMs`, offered one every
 * `arrivalMs`, on a time of its own. Returns how long those that were let in took, in order.
 */
function serve(
  limit: ConcurrencyLimit,
  load: { readonly fromMs: number; readonly forMs: number; readonly arrivalMs: number },
  serviceMs: number,
): number[] {
  const taken: number[] = [];
  const underWay: { enteredMs: number; endMs: number }[] = [];
  let freeMs = load.fromMs;
  const end = (untilMs: number): void => {
    for (
      let [first] = underWay;
      first !== undefined && first.endMs <= untilMs;
      [first] = underWay
    ) {
      underWay.shift();
      limit.leave(1, first.enteredMs, first.endMs);
      taken.push(first.endMs - first.enteredMs);
    }
  };
  for (let nowMs = load.fromMs; nowMs < load.fromMs + load.forMs; nowMs += load.arrivalMs) {
    end(nowMs);
    if (!limit.enter(1, nowMs)) continue;
    freeMs = Math.max(freeMs, nowMs) + serviceMs;
    underWay.push({ enteredMs: nowMs, endMs: freeMs });
  }
  end(Number.POSITIVE_INFINITY);
  return taken;
}

test('a burst as large as the most is let in, and one more is not', () => {
  const limit = new ConcurrencyLimit(range);
  for (let count = 0; count < range.mostUnits; count += 1) assert.ok(limit.enter(1, 0));
  assert.equal(limit.enter(1, 0), false);
});

test('at twice what can be done, those let in take about the target, and all is used', () => {
  const limit = new ConcurrencyLimit(range);
  const taken = serve(limit, { fromMs: 0, forMs: 10_000, arrivalMs: 0.5 }, 1);
  assert.ok(taken.length > 9_900, `${taken.length} of 10,000 that can be done were done`);
  const later = taken.slice(2_000);
  assert.ok(Math.max(...later) < 2 * range.targetMs, `the slowest took ${Math.max(...later)} ms`);
});

test('what is asked at half of what can be done is never refused', () => {
  const limit = new ConcurrencyLimit(range);
  const taken = serve(limit, { fromMs: 0, forMs: 5_000, arrivalMs: 2 }, 1);
  assert.equal(taken.length, 2_500);
});

test('slow requests below the least are no queue: nothing is refused for them', () => {
  const limit = new ConcurrencyLimit(range);
  for (let nowMs = 0; nowMs < 10_000; nowMs += windowMs) {
    for (let count = 0; count < range.leastUnits; count += 1) assert.ok(limit.enter(1, nowMs));
    for (let count = 0; count < range.leastUnits; count += 1) limit.leave(1, nowMs, nowMs + 90);
  }
  assert.equal(limit.limitUnits, range.mostUnits);
});

test('one quick request in a window shows that there is no queue', () => {
  const limit = new ConcurrencyLimit(range);
  for (let nowMs = 0; nowMs < 2_000; nowMs += windowMs) {
    for (let count = 0; count < 50; count += 1) limit.enter(1, nowMs);
    limit.leave(1, nowMs, nowMs + 1);
    for (let count = 1; count < 50; count += 1) limit.leave(1, nowMs, nowMs + 80);
  }
  assert.equal(limit.limitUnits, range.mostUnits);
});

test('requests that hang shrink the limit to the least, and keep it there', () => {
  const limit = new ConcurrencyLimit(range);
  for (let nowMs = 0; nowMs < 5_000; nowMs += 10) limit.enter(1, nowMs);
  assert.equal(limit.limitUnits, range.leastUnits);
  assert.ok(limit.underWayUnits <= range.mostUnits);
});

test('after an overload the limit is back at the most in a few seconds, idle or not', () => {
  const idle = new ConcurrencyLimit(range);
  serve(idle, { fromMs: 0, forMs: 3_000, arrivalMs: 0.2 }, 1);
  assert.ok(idle.limitUnits < range.mostUnits);
  assert.ok(idle.hasRoom(range.mostUnits, 3_000 + 2 * forgetMs));
  const busy = new ConcurrencyLimit(range);
  serve(busy, { fromMs: 0, forMs: 3_000, arrivalMs: 0.2 }, 1);
  serve(busy, { fromMs: 3_100, forMs: 4_000, arrivalMs: 2 }, 1);
  assert.equal(busy.limitUnits, range.mostUnits);
});

test('what is larger than the limit is let in when nothing else is under way', () => {
  const limit = new ConcurrencyLimit(range);
  assert.ok(limit.enter(10 * range.mostUnits, 0));
  assert.equal(limit.enter(1, 0), false);
  limit.leave(10 * range.mostUnits, 0, 1);
  assert.ok(limit.enter(1, 1));
});

test('property: under way is what entered and did not leave; the limit stays in its range', () => {
  const step = fc.record({
    units: fc.integer({ min: 1, max: 40 }),
    leaves: fc.boolean(),
    afterMs: fc.integer({ min: 0, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const limit = new ConcurrencyLimit(range);
      const inside: { units: number; enteredMs: number }[] = [];
      let nowMs = 0;
      for (const { units, leaves, afterMs } of steps) {
        nowMs += afterMs;
        const first = leaves ? inside.shift() : undefined;
        if (first !== undefined) limit.leave(first.units, first.enteredMs, nowMs);
        else if (limit.enter(units, nowMs)) inside.push({ units, enteredMs: nowMs });
        const sum = inside.reduce((total, one) => total + one.units, 0);
        assert.equal(limit.underWayUnits, sum);
        assert.ok(limit.limitUnits >= range.leastUnits && limit.limitUnits <= range.mostUnits);
      }
    }),
  );
});
