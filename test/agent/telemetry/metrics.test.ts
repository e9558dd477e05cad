import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesPerMetricMax } from '../../../agent/telemetry/limits.ts';
import { MetricsRegistry } from '../../../agent/telemetry/metrics.ts';
import {
  declareProcessMetrics,
  watchStorageLoop,
} from '../../../agent/telemetry/process-metrics.ts';

test('counters, gauges and histograms are written in the exposition format', () => {
  const metrics = new MetricsRegistry();
  metrics.declare('requests_total', 'counter', 'Requests.');
  metrics.declare('sealed', 'gauge', 'Whether sealed.');
  metrics.declare('request_seconds', 'histogram', 'Time.');
  metrics.count('requests_total', { status: '200' });
  metrics.count('requests_total', { status: '200' }, 2);
  metrics.gauge('sealed', 1);
  metrics.observeSeconds('request_seconds', 0.002);
  const lines = metrics.text().split('\n');
  for (const line of [
    '# TYPE requests_total counter',
    'requests_total{status="200"} 3',
    'sealed 1',
    'request_seconds_bucket{le="0.001"} 0',
    'request_seconds_bucket{le="0.0025"} 1',
    'request_seconds_bucket{le="+Inf"} 1',
    'request_seconds_sum 0.002',
    'request_seconds_count 1',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test('a label value cannot break out of its quotes', () => {
  const metrics = new MetricsRegistry();
  metrics.declare('m', 'gauge', 'M.');
  metrics.gauge('m', 1, { a: 'x"} 2\ninjected 3\\' });
  assert.ok(metrics.text().includes('m{a="x\\"} 2\\ninjected 3\\\\"} 1'));
  assert.equal(metrics.text().split('\n').length, 4);
});

test('the number of series of a metric is bounded', () => {
  const metrics = new MetricsRegistry();
  metrics.declare('m', 'counter', 'M.');
  for (let n = 0; n < seriesPerMetricMax * 2; n += 1) metrics.count('m', { n: String(n) });
  const lines = metrics
    .text()
    .split('\n')
    .filter((line) => line.startsWith('m{'));
  assert.equal(lines.length, seriesPerMetricMax + 1);
  assert.ok(lines.includes(`m{series="other"} ${seriesPerMetricMax}`));
});

test('using a metric that was not declared is a programmer error', () => {
  const metrics = new MetricsRegistry();
  assert.throws(() => metrics.count('unknown'), { name: 'AssertionFailure' });
});

test('the process reports its memory, descriptors and event loop', () => {
  const metrics = new MetricsRegistry();
  declareProcessMetrics(metrics);
  const value = /^process_resident_memory_bytes (\d+)$/m.exec(metrics.text())?.[1];
  assert.ok(Number(value) > 1_000_000);
  watchStorageLoop(metrics, () => 25);
  const text = metrics.text();
  assert.match(text, /^strongbox_event_loop_delay_p99_seconds\{thread="request"\} [\d.e-]+$/m);
  assert.match(text, /^strongbox_event_loop_delay_p99_seconds\{thread="storage"\} 0.025$/m);
});
