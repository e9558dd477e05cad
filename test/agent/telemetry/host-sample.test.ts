import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostDisksMax, hostMountCharactersMax } from '../../../agent/telemetry/limits.ts';
import { readHostSample } from '../../../agent/telemetry/host-sample.ts';

const good = {
  cpuPercent: 12.5,
  loadAverage1: 0.4,
  memoryTotalBytes: 1_000,
  memoryUsedBytes: 900,
  swapUsedBytes: 0,
  disks: [{ mount: '/', totalBytes: 100, usedBytes: 41 }],
  networkReceivedBytesPerSecond: 5,
  networkSentBytesPerSecond: 6.5,
  uptimeSeconds: 77,
};

const read = (value: unknown): unknown => readHostSample(Buffer.from(JSON.stringify(value)));

test('a whole sample is taken, without fields that nobody knows', () => {
  assert.deepEqual(read(good), good);
  assert.deepEqual(read({ ...good, more: 1, disks: [{ ...good.disks[0], more: 1 }] }), good);
  assert.deepEqual(read({ ...good, disks: [] }), { ...good, disks: [] });
});

test('a sample with a field missing is none', () => {
  for (const name of Object.keys(good)) {
    const { [name]: _, ...rest } = good as Readonly<Record<string, unknown>>;
    assert.equal(read(rest), undefined, name);
  }
});

test('a sample with a field that cannot be is none', () => {
  const wrong: readonly unknown[] = [-1, '1', null, true, [], {}, 2 ** 53];
  for (const name of Object.keys(good).filter((one) => one !== 'disks')) {
    for (const value of wrong) assert.equal(read({ ...good, [name]: value }), undefined, name);
  }
  const disk = { mount: '/', totalBytes: 100, usedBytes: 41 };
  const disks: readonly unknown[] = [
    null,
    {},
    'none',
    [null],
    [{ ...disk, mount: 1 }],
    [{ ...disk, mount: 'x'.repeat(hostMountCharactersMax + 1) }],
    [{ ...disk, usedBytes: 101 }],
    [{ ...disk, totalBytes: '100' }],
    Array.from({ length: hostDisksMax + 1 }, () => disk),
  ];
  for (const value of disks) assert.equal(read({ ...good, disks: value }), undefined);
  assert.equal(read({ ...good, cpuPercent: 100.5 }), undefined);
  assert.equal(read({ ...good, memoryUsedBytes: 1_001 }), undefined);
});

test('bytes that are no JSON object are no sample, and nothing is thrown', () => {
  for (const text of ['', '{', 'null', '[]', '1', '{"__proto__":{}}', '\u0000', '{"a":1,"a":2}']) {
    assert.equal(readHostSample(Buffer.from(text)), undefined, text);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(readHostSample(bytes), undefined);
    }),
    { numRuns: 300 },
  );
});
