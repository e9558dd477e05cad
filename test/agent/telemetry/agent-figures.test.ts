import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FigureSampler } from '../../../agent/telemetry/agent-figures.ts';
import { DurationHistogram } from '../../../agent/telemetry/duration-histogram.ts';

test('percentiles are within a tenth of the durations that were counted', () => {
  const histogram = new DurationHistogram();
  for (let ms = 1; ms <= 1_000; ms += 1) histogram.add(ms);
  const { count, p50Ms, p99Ms } = histogram.take();
  assert.equal(count, 1_000);
  assert.ok(p50Ms >= 500 && p50Ms <= 550, String(p50Ms));
  assert.ok(p99Ms >= 990 && p99Ms <= 1_089, String(p99Ms));
  assert.deepEqual(histogram.take(), { count: 0, p50Ms: 0, p99Ms: 0 });
});

test('durations of no time and of far too much are counted', () => {
  const histogram = new DurationHistogram();
  histogram.add(0);
  histogram.add(1e9);
  const { count, p50Ms, p99Ms } = histogram.take();
  assert.equal(count, 2);
  assert.ok(p50Ms <= 0.05);
  assert.ok(p99Ms > 100_000);
});

test('the first sample has no rates, the next ones are of the time between', async () => {
  let commits = 5;
  let tell: (durationMs: number) => void = () => undefined;
  let left = false;
  const sampler = new FigureSampler({
    counts: async () => ({ commits, auditRecords: 2 * commits, connections: 3 }),
    takeStorageDelayMs: () => 12,
    watchRequests: (listener) => {
      tell = listener;
      return () => {
        left = true;
      };
    },
  });
  const first = await sampler.sample();
  assert.equal(first.storageLoopDelayP99Ms, 12);
  assert.equal(first.commitsPerSecond, 0);
  assert.equal(first.connections, 3);
  assert.ok(first.residentBytes > 0);
  commits = 25;
  tell(4);
  const second = await sampler.sample();
  assert.ok(second.commitsPerSecond > 0);
  assert.ok(Math.abs(second.auditRecordsPerSecond / second.commitsPerSecond - 2) < 1e-6);
  assert.ok(second.requestP50Ms >= 4 && second.requestP50Ms < 4.5);
  // A count that went back (a new store) is no rate.
  commits = 0;
  assert.equal((await sampler.sample()).commitsPerSecond, 0);
  sampler.stop();
  assert.ok(left);
});
