import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SystemRandom } from '../../../agent/runtime/random.ts';
import { randomPoolBytes } from '../../../agent/runtime/limits.ts';

test('every size is answered with as many bytes, across the ends of pools', () => {
  const random = new SystemRandom();
  for (let count = 0; count <= randomPoolBytes + 1; count += 61) {
    assert.equal(random.bytes(count).length, count);
  }
  assert.throws(() => random.bytes(-1), /natural number/);
  assert.throws(() => random.bytes(1.5), /natural number/);
});

test('CVE-2023-4680: 200,000 IVs of 12 bytes are all different, and no two callers share bytes', () => {
  const random = new SystemRandom();
  const seen = new Set<string>();
  for (let round = 0; round < 200_000; round += 1) {
    seen.add(Buffer.from(random.bytes(12)).toString('latin1'));
  }
  assert.equal(seen.size, 200_000);
});

test('every bit is set about half of the time', () => {
  const random = new SystemRandom();
  const rounds = 20_000;
  const ones = Array.from({ length: 16 * 8 }, () => 0);
  for (let round = 0; round < rounds; round += 1) {
    const bytes = random.bytes(16);
    for (let bit = 0; bit < ones.length; bit += 1) {
      ones[bit] = (ones[bit] ?? 0) + (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
    }
  }
  // Seven standard deviations: a fair bit fails this once in 10^11 runs.
  const tolerance = 7 * Math.sqrt(rounds / 4);
  for (const [bit, count] of ones.entries()) {
    assert.ok(Math.abs(count - rounds / 2) < tolerance, `bit ${bit}: ${count} of ${rounds}`);
  }
});

test('an array handed out is the caller’s: changing it changes nothing that comes after', () => {
  const random = new SystemRandom();
  const first = random.bytes(32);
  first.fill(0);
  assert.ok(random.bytes(32).some((byte) => byte !== 0));
  assert.equal(first.buffer.byteLength, 32, 'it is no view of the pool');
});
