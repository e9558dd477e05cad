/** F-15, F-16 and F-06, on devices that fail when told to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isFailure } from '../../../shared/errors/failure.ts';
import { deviceDeadlineMs } from '../../../src/audit/limits.ts';
import {
  type BenchTrail,
  benchTrail,
  entry,
  linesOf,
  namedFiles,
  pass,
  settle,
  verifyFiles,
} from './support/bench-trail.ts';
import { MemoryDevice, type Trouble } from './support/memory-device.ts';

const unavailable = (error: unknown): boolean => isFailure(error, 'audit.unavailable');

async function started(...devices: MemoryDevice[]): Promise<BenchTrail> {
  const bench = benchTrail(devices);
  await bench.trail.start();
  await bench.trail.append(entry(0));
  await settle();
  return bench;
}

for (const trouble of ['full', 'torn', 'unsynced', 'gone'] as const) {
  test(`F-16: with the only device ${trouble}, records are refused, and taken again by itself`, async () => {
    const device = new MemoryDevice();
    const { trail, clock, alarms } = await started(device);
    device.trouble = trouble;
    await assert.rejects(trail.append(entry(1)), unavailable);
    await assert.rejects(trail.append(entry(2)), unavailable);
    await pass(clock, 30_000);
    assert.equal(trail.status().state, 'down');
    device.trouble = 'none';
    await pass(clock, 1_000);
    assert.equal(trail.status().state, 'working');
    await trail.append(entry(3));
    await trail.stop();
    assert.deepEqual(
      alarms.map(({ kind }) => kind),
      ['device-failed', 'down', 'device-back', 'up'],
    );
    const report = verifyFiles(namedFiles(device));
    assert.ok(report.ok, report.sentence);
    assert.deepEqual(report.gaps, []);
    const back = linesOf(device).find(({ event }) => event === 'audit_device_back');
    assert.equal(back?.details?.['refused'], 2);
    assert.equal(device.overlaps, 0);
  });
}

test('F-16: the refusal names device, reason and cure, and holds nothing of the record', async () => {
  const device = new MemoryDevice();
  const { trail } = await started(device);
  device.trouble = 'full';
  await assert.rejects(trail.append(entry(1, { canary: 'CANARY-7' })), (error: Error) => {
    assert.match(error.message, /audit\.log: no space is left on the disk \(free some space\)/);
    assert.doesNotMatch(error.message, /CANARY/);
    return true;
  });
});

test('F-16: the next record is a try, too, when the last one is a moment ago', async () => {
  const device = new MemoryDevice();
  const { trail, clock } = await started(device);
  device.trouble = 'full';
  await assert.rejects(trail.append(entry(1)), unavailable);
  device.trouble = 'none';
  clock.advance(250);
  const places = await Promise.all([trail.append(entry(2)), trail.append(entry(3))]);
  assert.equal((places[1]?.index ?? 0) - (places[0]?.index ?? 0), 1);
});

test('F-16: a trail that finds no device at start comes up when one is there', async () => {
  const device = new MemoryDevice();
  device.trouble = 'gone';
  const { trail, clock, alarms } = benchTrail([device]);
  await trail.start();
  await assert.rejects(trail.append(entry(1)), unavailable);
  assert.equal(trail.status().state, 'starting');
  device.trouble = 'none';
  await pass(clock, 1_000);
  await trail.append(entry(2));
  await trail.stop();
  assert.ok(alarms.some(({ kind }) => kind === 'up'));
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

test('an outage of hours uses up no indexes and leaves no gap', async () => {
  const device = new MemoryDevice();
  const { trail, clock } = await started(device);
  device.trouble = 'full';
  await assert.rejects(trail.append(entry(1)), unavailable);
  const { nextIndex } = trail.status();
  for (let minute = 0; minute < 60; minute += 1) await pass(clock, 3_000, 500);
  assert.equal(trail.status().nextIndex, nextIndex);
  device.trouble = 'none';
  await pass(clock, 1_000);
  await trail.append(entry(2));
  await trail.stop();
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

const troubles: readonly Trouble[] = ['full', 'torn', 'unsynced', 'gone', 'hanging'];
for (const trouble of troubles) {
  test(`F-15: with one of two devices ${trouble}, records are taken, and its gap is filled by the other`, async () => {
    const [good, bad] = [new MemoryDevice('good.log'), new MemoryDevice('bad.log')];
    const { trail, clock } = await started(good, bad);
    bad.trouble = trouble;
    for (let number = 1; number < 20; number += 1) await trail.append(entry(number));
    await pass(clock, deviceDeadlineMs + 1_000);
    assert.equal(trail.status().devices[1]?.working, false);
    assert.equal(trail.status().devices[1]?.lastFault !== undefined, true);
    await trail.append(entry(20));
    bad.trouble = 'none';
    bad.release();
    await pass(clock, 70_000, 500);
    assert.equal(trail.status().devices[1]?.working, true);
    await trail.append(entry(21));
    await trail.stop();

    const events = linesOf(good).map(({ event }) => event);
    assert.ok(events.includes('audit_device_failed') && events.includes('audit_device_back'));
    assert.equal(verifyFiles(namedFiles(good)).ok, true);
    const alone = verifyFiles(namedFiles(bad));
    assert.equal(alone.gaps.length, 1, alone.sentence);
    assert.match(alone.sentence, /^bad\.log\.\d: GAP after its end/);
    assert.equal(verifyFiles(namedFiles(bad, good)).ok, true);
    assert.equal(bad.overlaps, 0);
  });
}

test('F-15: a device that hangs from the start holds nothing up', async () => {
  const [good, bad] = [new MemoryDevice('good.log'), new MemoryDevice('bad.log')];
  bad.trouble = 'hanging';
  const { trail, clock } = benchTrail([good, bad]);
  const start = trail.start();
  await pass(clock, deviceDeadlineMs + 100);
  await start;
  await trail.append(entry(1));
  assert.equal(trail.status().devices[1]?.lastFault, 'hung');
});

test('F-15: a slow device lags behind within its bound, then it has failed', async () => {
  const [good, slow] = [new MemoryDevice('good.log'), new MemoryDevice('slow.log')];
  const { trail } = await started(good, slow);
  slow.trouble = 'hanging';
  const text = 'x'.repeat(1_000_000);
  for (let number = 0; number < 20; number += 1) await trail.append(entry(number, { text }));
  const status = trail.status().devices[1];
  assert.equal(status?.lastFault, 'slow');
  assert.equal(status.queuedBytes, 0);
});

test('a device that was killed some records behind is brought up to date at start', async () => {
  const [ahead, behind] = [new MemoryDevice('ahead.log'), new MemoryDevice('behind.log')];
  const { trail } = await started(ahead, behind);
  for (let number = 1; number < 10; number += 1) await trail.append(entry(number));
  await settle();
  const lines = behind.text.split('\n');
  behind.files = [Buffer.from(`${lines.slice(0, 5).join('\n')}\n{"in`)];
  const again = benchTrail([behind, ahead]);
  await again.trail.start();
  await again.trail.append(entry(10));
  await again.trail.stop();
  assert.equal(behind.text, ahead.text);
  assert.equal(behind.files.length, 1);
  assert.equal(verifyFiles(namedFiles(behind)).ok, true);
});

test('a device that lags too far behind, or holds something else, begins a new file', async () => {
  const [ahead, behind] = [new MemoryDevice('ahead.log'), new MemoryDevice('behind.log')];
  const { trail } = await started(ahead, behind);
  await Promise.all(Array.from({ length: 600 }, (_, number) => trail.append(entry(number))));
  await trail.stop();
  const text = behind.text.split('\n').slice(0, 5).join('\n');
  behind.files = [Buffer.from(`${text}\n`)];
  const again = benchTrail([behind, ahead]);
  await again.trail.start();
  await again.trail.append(entry(10));
  await again.trail.stop();
  assert.equal(behind.files.length, 2);
  assert.equal(ahead.files.length, 1);
  assert.equal(verifyFiles(namedFiles(behind)).gaps.length, 1);
  assert.equal(verifyFiles(namedFiles(ahead, behind)).ok, true);
});

test('F-06: what was refused is written again from memory, never taken as there after a failed sync', async () => {
  const device = new MemoryDevice();
  const { trail, clock } = await started(device);
  const acknowledged = device.bytes.length;
  device.trouble = 'unsynced';
  await assert.rejects(trail.append(entry(1)), unavailable);
  // The kernel dropped the pages that it could not write.
  device.files = [Buffer.concat([device.bytes.slice(0, acknowledged), Buffer.alloc(100)])];
  device.trouble = 'none';
  await pass(clock, 1_000);
  await trail.append(entry(2));
  await trail.stop();
  const report = verifyFiles(namedFiles(device));
  assert.equal(report.ok, true, report.sentence);
  assert.deepEqual(report.gaps, []);
});

test('two devices that fail at different records: nothing acknowledged is lost, no index is used twice', async () => {
  const [first, second] = [new MemoryDevice('first.log'), new MemoryDevice('second.log')];
  const { trail, clock } = await started(first, second);
  second.trouble = 'torn';
  for (let number = 1; number < 5; number += 1) await trail.append(entry(number));
  await settle();
  first.trouble = 'torn';
  await assert.rejects(trail.append(entry(5)), unavailable);
  second.trouble = 'none';
  await pass(clock, 1_000);
  await trail.append(entry(6));
  first.trouble = 'none';
  await pass(clock, 130_000, 500);
  await trail.append(entry(7));
  await trail.stop();
  const report = verifyFiles(namedFiles(second, first));
  assert.equal(report.ok, true, report.sentence);
  const indexes = new Map<number, string>();
  for (const device of [first, second]) {
    for (const line of device.text.trimEnd().split('\n')) {
      const index = Number(/^\{"index":(\d+)/.exec(line)?.[1]);
      assert.equal(indexes.get(index) ?? line, line);
      indexes.set(index, line);
    }
  }
});
