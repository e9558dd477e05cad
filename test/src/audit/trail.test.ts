import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkpointLinesMax } from '../../../shared/audit/format.ts';
import { isFailure } from '../../../shared/errors/failure.ts';
import { waitingEntriesMax } from '../../../src/audit/limits.ts';
import {
  benchTrail,
  entry,
  type JsonLine,
  linesOf,
  namedFiles,
  settle,
  verifyFiles,
  MemoryKeeper,
} from './support/bench-trail.ts';
import { MemoryDevice } from './support/memory-device.ts';

const numbersIn = (lines: readonly JsonLine[]): unknown[] =>
  lines.flatMap(({ details }) => (details?.['number'] === undefined ? [] : [details['number']]));

test('records are chained behind a header, in the order in which they were added', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  const places = await Promise.all([1, 2, 3].map((number) => trail.append(entry(number))));
  await trail.stop();
  assert.deepEqual(
    places.map(({ index }) => index),
    [1, 2, 3],
  );
  const lines = linesOf(device);
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['header', 'event', 'event', 'event', 'checkpoint'],
  );
  assert.deepEqual(numbersIn(lines), [1, 2, 3]);
  assert.equal(lines[0]?.prev, '0'.repeat(64));
  const report = verifyFiles(namedFiles(device));
  assert.equal(report.sentence, 'OK: 5 records, 0 to 4, of node node-1 in 1 file');
  assert.deepEqual(report.notes, []);
});

test('records that arrive while a write is under way share the next write', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  const first = trail.append(entry(0));
  await Promise.resolve();
  const others = Array.from({ length: 500 }, (_, number) => trail.append(entry(number)));
  const before = device.writes;
  await Promise.all([first, ...others]);
  assert.ok(device.writes - before <= 2, `${device.writes} writes`);
  assert.equal(device.overlaps, 0);
});

test('a checkpoint follows the 256th line that none covers', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  const count = 2 * checkpointLinesMax + 10;
  await Promise.all(Array.from({ length: count }, (_, number) => trail.append(entry(number))));
  const checkpoints = linesOf(device).filter(({ type }) => type === 'checkpoint');
  assert.deepEqual(
    checkpoints.map(({ index }) => index),
    [257, 514],
  );
  const report = verifyFiles(namedFiles(device));
  assert.equal(report.unsignedTail, 10);
  assert.ok(report.notes.includes('10 records after the last checkpoint are unsigned'));
});

test('a checkpoint follows a second after the first line that none covers, and none while idle', async () => {
  const device = new MemoryDevice();
  const { trail, clock } = benchTrail([device]);
  await trail.start();
  await trail.append(entry(1));
  clock.advance(600);
  await trail.append(entry(2));
  clock.advance(399);
  await settle();
  assert.equal(linesOf(device).at(-1)?.type, 'event');
  clock.advance(1);
  await settle();
  assert.equal(linesOf(device).at(-1)?.type, 'checkpoint');
  const written = device.text;
  clock.advance(60_000);
  await settle();
  assert.equal(device.text, written);
});

test('the newest checkpoint is kept apart, after it is durable', async () => {
  const device = new MemoryDevice();
  const told: string[] = [];
  const { trail, clock, keeper } = benchTrail([device], {
    onCheckpoint: (line) => told.push(Buffer.from(line).toString('utf8')),
  });
  await trail.start();
  await trail.append(entry(1));
  clock.advance(1_000);
  await settle();
  await trail.stop();
  const last = device.text.trimEnd().split('\n').at(-1);
  assert.equal(Buffer.from(keeper.line ?? []).toString('utf8'), last);
  assert.equal(told.at(-1), last);
});

test('whoever follows is told every durable line, headers and checkpoints too, and no other', async () => {
  const device = new MemoryDevice();
  let told = '';
  let next = 0;
  const { trail, clock } = benchTrail([device], {
    onWritten: (lines, after) => {
      told += Buffer.from(lines).toString('utf8');
      next = after;
    },
  });
  await trail.start();
  await trail.append(entry(1));
  clock.advance(1_000);
  await settle();
  await trail.reopen();
  await trail.append(entry(2));
  await trail.stop();
  assert.equal(device.files.length, 2);
  assert.equal(told, device.text);
  assert.equal(next, trail.status().nextIndex);
});

test('a restart continues the chain in the same file', async () => {
  const device = new MemoryDevice();
  const first = benchTrail([device]);
  await first.trail.start();
  await first.trail.append(entry(1));
  await first.trail.stop();
  const second = benchTrail([device], { keeper: first.keeper });
  await second.trail.start();
  assert.deepEqual(await second.trail.append(entry(2)), { index: 3 });
  await second.trail.stop();
  assert.equal(device.files.length, 1);
  assert.deepEqual(second.alarms, []);
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

test('after a crash the torn line is cut, and the next record says so', async () => {
  const device = new MemoryDevice();
  const first = benchTrail([device]);
  await first.trail.start();
  await first.trail.append(entry(1));
  await settle();
  const whole = device.bytes;
  device.files = [Buffer.concat([whole, Buffer.from('{"index":2,"prev":"ab')])];
  const second = benchTrail([device], { keeper: first.keeper });
  await second.trail.start();
  await second.trail.append(entry(2));
  await second.trail.stop();
  const recovered = linesOf(device)[2];
  assert.equal(recovered?.event, 'audit_recovered');
  assert.equal(recovered.details?.['cut_bytes'], 21);
  assert.match(String(recovered.details?.['sha256']), /^[0-9a-f]{64}$/);
  assert.deepEqual(
    second.alarms.map(({ kind }) => kind),
    ['recovered'],
  );
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

test('a lost tail is noticed at start by the kept checkpoint, and its indexes are not used again', async () => {
  const device = new MemoryDevice();
  const first = benchTrail([device]);
  await first.trail.start();
  for (let number = 0; number < 5; number += 1) await first.trail.append(entry(number));
  await first.trail.stop();
  const lines = device.text.split('\n');
  device.files = [Buffer.from(`${lines.slice(0, 3).join('\n')}\n`)];
  const second = benchTrail([device], { keeper: first.keeper });
  await second.trail.start();
  const { index } = await second.trail.append(entry(9));
  await second.trail.stop();
  assert.ok(index > 6);
  assert.deepEqual(
    second.alarms.map(({ kind }) => kind),
    ['tail-lost'],
  );
  const lost = linesOf(device).find(({ event }) => event === 'audit_tail_lost');
  assert.deepEqual(lost?.details, { log_ends_before: 3, kept_checkpoint: 6, lost: 4 });
  const report = verifyFiles(namedFiles(device));
  assert.deepEqual(
    report.gaps.map(({ from, to }) => [from, to]),
    [[3, 6]],
  );
});

test('a kept checkpoint that is spoiled, foreign or gone is told: it would hide a lost tail', async () => {
  const device = new MemoryDevice();
  const first = benchTrail([device]);
  await first.trail.start();
  for (let number = 0; number < 5; number += 1) await first.trail.append(entry(number));
  await first.trail.stop();
  const kept = Buffer.from(first.keeper.line ?? []);
  const altered = Buffer.from(kept);
  altered[20] = (altered[20] ?? 0) ^ 1;
  for (const line of [altered, Buffer.from('x'), undefined]) {
    const copy = new MemoryDevice();
    copy.files = [Buffer.from(device.text)];
    const keeper = new MemoryKeeper();
    keeper.line = line;
    const second = benchTrail([copy], { keeper });
    await second.trail.start();
    await second.trail.stop();
    assert.deepEqual(
      second.alarms.map(({ kind }) => kind),
      ['checkpoint-useless'],
    );
  }
});

test('a damaged file is kept as it is, and a new one begun', async () => {
  const device = new MemoryDevice();
  const first = benchTrail([device]);
  await first.trail.start();
  for (let number = 0; number < 5; number += 1) await first.trail.append(entry(number));
  await settle();
  const damaged = device.text.replace('"number":3', '"number":4');
  device.files = [Buffer.from(damaged)];
  const second = benchTrail([device], { keeper: first.keeper });
  await second.trail.start();
  await second.trail.stop();
  assert.equal(Buffer.from(device.files[0] ?? []).toString('utf8'), damaged);
  assert.equal(device.files.length, 2);
  assert.deepEqual(
    second.alarms.map(({ kind }) => kind),
    ['log-unreadable'],
  );
});

test('what is no audit log is kept as it is, too', async () => {
  for (const content of ['hello\n', '\n', '{"index":0}\n', 'x'.repeat(200_000)]) {
    const device = new MemoryDevice();
    device.files = [Buffer.from(content)];
    const { trail, alarms } = benchTrail([device]);
    await trail.start();
    await trail.append(entry(1));
    await trail.stop();
    const torn = !content.includes('\n');
    assert.deepEqual(
      alarms.map(({ kind }) => kind),
      [torn ? 'recovered' : 'log-unreadable'],
    );
    const bytes = device.files.at(-1) ?? new Uint8Array(0);
    assert.equal(verifyFiles([{ name: 'audit.log', bytes }]).ok, true);
    if (!torn) assert.equal(Buffer.from(device.files[0] ?? []).toString('utf8'), content);
  }
});

test('too many waiting records are refused at once, and the others are written', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  const results = await Promise.allSettled(
    Array.from({ length: waitingEntriesMax + 7 }, (_, number) => trail.append(entry(number))),
  );
  const refused = results.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 7);
  for (const result of refused) {
    assert.ok(result.status === 'rejected' && isFailure(result.reason, 'audit.overloaded'));
  }
  assert.equal(trail.status().refused, 7);
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

test('a record that would not fit in a line is refused, and nothing is written for it', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  const before = device.text;
  for (const text of ['x'.repeat(4_194_304), 'é'.repeat(2_097_152)]) {
    await assert.rejects(trail.append(entry(1, { text })), (error) =>
      isFailure(error, 'audit.entry-too-large'),
    );
  }
  assert.equal(device.text, before);
  await trail.append(entry(2, { text: 'é'.repeat(2_000_000) }));
  assert.equal(verifyFiles(namedFiles(device)).ok, true);
});

test('a stopped trail refuses records, and stopping twice is fine', async () => {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  await trail.stop();
  await trail.stop();
  await assert.rejects(trail.append(entry(1)), (error) => isFailure(error, 'audit.stopped'));
  await trail.reopen();
  assert.equal(trail.status().state, 'stopped');
});

test('a trail that was never started refuses records', async () => {
  const { trail } = benchTrail([new MemoryDevice()]);
  await assert.rejects(trail.append(entry(1)), (error) => isFailure(error, 'audit.unavailable'));
});

test('reopening begins a new file on every device, and the chain goes on', async () => {
  const devices = [new MemoryDevice('a.log'), new MemoryDevice('b.log')];
  const { trail } = benchTrail(devices);
  await trail.start();
  await trail.append(entry(1));
  await trail.reopen();
  await trail.append(entry(2));
  await trail.stop();
  for (const device of devices) {
    assert.equal(device.files.length, 2);
    assert.equal(verifyFiles(namedFiles(device)).ok, true);
  }
});

test('a full file is closed by a checkpoint, the other device holds the header inside its file', async () => {
  const [first, second] = [new MemoryDevice('a.log'), new MemoryDevice('b.log')];
  const { trail } = benchTrail([first, second]);
  await trail.start();
  await trail.append(entry(1));
  first.due = 'full';
  await trail.append(entry(2));
  await trail.stop();
  assert.deepEqual([first.files.length, second.files.length], [2, 1]);
  assert.equal(first.text, second.text);
  assert.equal(
    linesOf(first).find(({ event }) => event === 'audit_rotated')?.details?.['reason'],
    'full',
  );
  assert.equal(verifyFiles(namedFiles(first)).ok, true);
  assert.equal(verifyFiles(namedFiles(second)).ok, true);
  assert.equal(verifyFiles(namedFiles(second, first)).ok, true);
});
