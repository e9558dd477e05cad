/** The simulator itself: plans are data, runs are the same again, and what breaks gets smaller. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chance } from '../world/chance.ts';
import { drawPlan } from '../world/draw-plan.ts';
import { Scheduler } from '../world/scheduler.ts';
import { withoutPlatform } from './forbid.ts';
import { runPlan } from './run-plan.ts';

test('a plan that was printed and read again runs as it did', () => {
  for (const tier of ['core', 'replica'] as const) {
    const plan = drawPlan(11, tier);
    const again = JSON.parse(JSON.stringify(plan)) as typeof plan;
    assert.deepEqual(again, plan);
    assert.equal(runPlan(again).hash, runPlan(plan).hash);
  }
});

test('another seed is another world', () => {
  assert.notEqual(runPlan(drawPlan(1, 'core')).hash, runPlan(drawPlan(2, 'core')).hash);
});

test('a draw in one fork does not change another', () => {
  const [one, other] = [new Chance('a'), new Chance('a')];
  one.fork('x').below(10);
  one.below(10);
  const draws = (chance: Chance): readonly number[] => [1, 2, 3].map(() => chance.below(1_000));
  assert.deepEqual(draws(one.fork('y')), draws(other.fork('y')));
});

test('what is due together happens in the order in which it was asked for', () => {
  const scheduler = new Scheduler();
  const seen: number[] = [];
  for (const [name, delay] of [5, 3, 5, 1, 3].entries()) {
    scheduler.after(delay, () => seen.push(name));
  }
  const due = scheduler.after(2, () => seen.push(-1));
  due.cancel();
  while (scheduler.runNext(4));
  assert.deepEqual([seen, scheduler.now], [[3, 1, 4], 4]);
  while (scheduler.runNext(10));
  assert.deepEqual([seen, scheduler.now], [[3, 1, 4, 0, 2], 10]);
});

test('inside a run nobody gets at the clock, chance or the collector of the platform', () => {
  const uses: readonly (() => unknown)[] = [
    () => Date.now(),
    () => new Date(),
    () => Math.random(),
    () => new WeakRef({}),
    () => performance.now(),
    () => setTimeout(() => {}, 1),
    () => crypto.randomUUID(),
  ];
  for (const use of uses) {
    assert.throws(() => withoutPlatform(use), /is not deterministic/);
  }
  assert.ok(Math.random() < 1, 'afterwards they are there again');
});
