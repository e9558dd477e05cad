import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseWrkOutput } from './wrk-output.ts';

interface Printed {
  readonly p50: string;
  readonly p99: string;
  readonly deviation?: string;
  readonly more?: string;
}

/** What wrk 4.1.0 prints with `--latency`. */
const printed = ({ p50, p99, deviation = '86.12%', more = '' }: Printed): string =>
  [
    'Running 2s test @ http://127.0.0.1:8200/v1/secret/data/bench/one',
    '  1 threads and 16 connections',
    '  Thread Stats   Avg      Stdev     Max   +/- Stdev',
    `    Latency     3.91ms    2.94ms  40.60ms   ${deviation}`,
    `    Req/Sec     4.56k     1.05k    6.01k    ${deviation}`,
    '  Latency Distribution',
    `     50%    ${p50}`,
    '     75%    4.66ms',
    '     90%    7.02ms',
    `     99%   ${p99}`,
    '  9163 requests in 2.02s, 5.36MB read',
    `${more}Requests/sec:   4536.65`,
    'Transfer/sec:      2.65MB',
    '',
  ].join('\n');

test('rate, latencies and refused answers are read', () => {
  const more = '  Non-2xx or 3xx responses: 12\n';
  assert.deepEqual(parseWrkOutput(printed({ p50: '2.10ms', p99: '15.52ms', more })), {
    requests: 9_163,
    requestsPerSecond: 4_536.65,
    p50Ms: 2.1,
    p99Ms: 15.52,
    notOk: 12,
  });
});

test('every unit that wrk prints is understood', () => {
  const units = { '631.00us': 0.631, '15.52ms': 15.52, '1.21s': 1_210, '1.20m': 72_000 };
  for (const [text, milliseconds] of Object.entries(units)) {
    assert.equal(parseWrkOutput(printed({ p50: '1.00us', p99: text })).p99Ms, milliseconds, text);
  }
  assert.equal(parseWrkOutput(printed({ p50: '0.00us', p99: '1.50h' })).p99Ms, 5_400_000);
});

test('a latency of seconds is read with the blank that wrk puts behind it', () => {
  const { p50Ms, p99Ms } = parseWrkOutput(printed({ p50: '1.80s ', p99: '2.92s ' }));
  assert.deepEqual([p50Ms, p99Ms], [1_800, 2_920]);
});

test('a deviation that ends in 99% or 50% is not taken for a latency', () => {
  for (const deviation of ['86.99%', '98.50%', '99.99%']) {
    const { p50Ms, p99Ms } = parseWrkOutput(printed({ p50: '2.10ms', p99: '15.52ms', deviation }));
    assert.deepEqual([p50Ms, p99Ms], [2.1, 15.52], deviation);
  }
});

test('answers that did not come are counted with the refused ones', () => {
  const more =
    '  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 5\n';
  assert.equal(parseWrkOutput(printed({ p50: '2.10ms', p99: '15.52ms', more })).notOk, 15);
});

test('an output without figures, or in a unit that nobody knows, is an error and no figure', () => {
  assert.throws(() => parseWrkOutput('unable to connect to 127.0.0.1:1'), /printed no figures/);
  assert.throws(() => parseWrkOutput(printed({ p50: '2.10ms', p99: '3.00d' })), /3\.00d/);
});
