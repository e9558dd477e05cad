/** How late the loop of a thread is. */
import assert from 'node:assert/strict';
import { createHistogram } from 'node:perf_hooks';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { loopDelayResolutionMs } from '../../../agent/telemetry/limits.ts';
import { LoopDelay, measureLoopDelay } from '../../../agent/telemetry/loop-delay.ts';

const nanosecondsPerMs = 1_000_000;

test('a loop that is never late has no delay, and each reading begins anew', () => {
  const intervals = createHistogram();
  const delay = new LoopDelay(intervals);
  assert.equal(delay.takeP99Ms(), 0);
  for (let count = 0; count < 100; count += 1) {
    intervals.record(loopDelayResolutionMs * nanosecondsPerMs);
  }
  assert.ok(delay.takeP99Ms() < 0.1);
  intervals.record((loopDelayResolutionMs + 30) * nanosecondsPerMs);
  const lateMs = delay.takeP99Ms();
  assert.ok(lateMs > 29.9 && lateMs < 30.1, String(lateMs));
  assert.equal(delay.takeP99Ms(), 0);
});

test('a loop that is blocked is late by as much', async () => {
  const { delay, stop } = measureLoopDelay();
  await setTimeout(3 * loopDelayResolutionMs);
  const endMs = performance.now() + 200;
  while (performance.now() < endMs);
  // The timer that measures has been late before one that is due later.
  await setTimeout(3 * loopDelayResolutionMs);
  const lateMs = delay.takeP99Ms();
  stop();
  assert.ok(lateMs > 180, String(lateMs));
});
