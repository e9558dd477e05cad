import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readBack } from '../../../src/audit/read-back.ts';
import { benchTrail, entry, keysOf } from './support/bench-trail.ts';
import { MemoryDevice } from './support/memory-device.ts';

const crypto = keysOf('node-1');

async function logOf(records: number): Promise<Uint8Array> {
  const device = new MemoryDevice();
  const { trail } = benchTrail([device]);
  await trail.start();
  for (let number = 0; number < records; number += 50) {
    const batch = Array.from({ length: Math.min(50, records - number) }, (_, at) => number + at);
    await Promise.all(batch.map((one) => trail.append(entry(one))));
  }
  return device.bytes;
}

function reader(bytes: Uint8Array): { log: MemoryDevice; readBytes: () => number } {
  const device = new MemoryDevice();
  device.files = [bytes];
  let count = 0;
  const read = device.read.bind(device);
  device.read = async (offset, length) => {
    const part = await read(offset, length);
    count += part.length;
    return part;
  };
  return { log: device, readBytes: () => count };
}

test('a log cut at any byte goes on behind its last whole line', async () => {
  const bytes = await logOf(6);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const part = bytes.slice(0, cut);
    const whole = part.lastIndexOf(0x0a) + 1;
    const lines = part.slice(0, whole).filter((byte) => byte === 0x0a).length;
    const tail = await readBack(reader(part).log, cut, crypto, 'node-1');
    assert.equal(tail.problem, undefined);
    assert.equal(tail.bytes, whole);
    assert.equal(tail.torn?.bytes ?? 0, cut - whole);
    assert.equal(tail.chain?.tree.size ?? 0, lines);
  }
});

test('only what lies behind the last checkpoint is read, however long the log is', async () => {
  const bytes = await logOf(5_000);
  const { log, readBytes } = reader(bytes);
  const tail = await readBack(log, bytes.length, crypto, 'node-1');
  assert.equal(tail.chain?.tree.size, 1 + 5_000 + Math.floor(5_000 / 256));
  assert.ok(readBytes() < 400_000, `${readBytes()} of ${bytes.length} bytes were read`);
});

test('a changed record behind the last checkpoint is found, one before it is not looked at', async () => {
  const bytes = await logOf(600);
  const text = Buffer.from(bytes).toString('utf8');
  const late = Buffer.from(text.replace('"number":590', '"number":591'));
  const found = await readBack(reader(late).log, late.length, crypto, 'node-1');
  assert.match(
    found.problem ?? '',
    /^audit\.log: BROKEN at record 593 \(byte \d[\d,]+\): the code/,
  );
  assert.equal(found.chain?.tree.size, 593);
  const early = Buffer.from(text.replace('"number":10}', '"number":11}'));
  assert.equal(
    (await readBack(reader(early).log, early.length, crypto, 'node-1')).problem,
    undefined,
  );
});

test('the log of another node or under another key is not continued', async () => {
  const bytes = await logOf(5);
  const { log } = reader(bytes);
  assert.match((await readBack(log, bytes.length, crypto, 'node-2')).problem ?? '', /joined/);
  const other = await readBack(log, bytes.length, keysOf('other'), 'node-1');
  assert.match(other.problem ?? '', /joined/);
});
