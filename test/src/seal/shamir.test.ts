import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import fc from 'fast-check';

import { decodeShare } from '../../../shared/share/share.ts';
import { combine, inverse, multiply, type Point, split } from '../../../src/seal/shamir.ts';
import { SeededRandom } from '../../support/seeded-random.ts';

const random = new SeededRandom('shamir');

/** The field, written a second time and differently: powers and logarithms of the generator 3. */
const power: number[] = [];
const logarithm: number[] = [];
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  power[exponent] = value;
  logarithm[value] = exponent;
  value ^= value << 1;
  if (value > 255) value ^= 0x11b;
}

function slowMultiply(left: number, right: number): number {
  if (left === 0 || right === 0) return 0;
  return power[((logarithm[left] ?? 0) + (logarithm[right] ?? 0)) % 255] ?? 0;
}

/** Combines by solving the linear equations of the polynomial (Gauss), not by Lagrange. */
function slowCombine(points: readonly Point[]): number[] {
  const size = points[0]?.bytes.length ?? 0;
  return Array.from({ length: size }, (_, at) => {
    const rows = points.map(({ index, bytes }) => {
      const row = [1];
      for (let column = 1; column < points.length; column += 1) {
        row.push(slowMultiply(row[column - 1] ?? 0, index));
      }
      return [...row, bytes[at] ?? 0];
    });
    return solve(rows);
  });
}

function solve(rows: number[][]): number {
  for (let column = rows.length - 1; column >= 0; column -= 1) {
    const pivot = rows.findIndex((row, at) => at <= column && row[column] !== 0);
    [rows[column], rows[pivot]] = [rows[pivot] ?? [], rows[column] ?? []];
    const lead = rows[column]?.[column] ?? 0;
    const inverseLead = power[(255 - (logarithm[lead] ?? 0)) % 255] ?? 0;
    rows[column] = (rows[column] ?? []).map((value) => slowMultiply(value, inverseLead));
    for (let other = 0; other < column; other += 1) {
      const factor = rows[other]?.[column] ?? 0;
      rows[other] = (rows[other] ?? []).map(
        (value, at) => value ^ slowMultiply(factor, rows[column]?.[at] ?? 0),
      );
    }
  }
  return rows[0]?.at(-1) ?? 0;
}

function subsets<Item>(items: readonly Item[], size: number): Item[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, at) =>
    subsets(items.slice(at + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

test('all products and inverses of the field agree with the table-based oracle', () => {
  for (let left = 0; left < 256; left += 1) {
    for (let right = 0; right < 256; right += 1) {
      if (multiply(left, right) !== slowMultiply(left, right)) assert.fail(`${left} · ${right}`);
    }
    assert.equal(multiply(left, inverse(left)), left === 0 ? 0 : 1);
  }
});

test('the products that FIPS 197 section 4.2 prints', () => {
  assert.equal(multiply(0x57, 0x83), 0xc1);
  assert.equal(multiply(0x57, 0x13), 0xfe);
});

test('CVE-2023-25000: every three shares that a real Vault made give the same key', () => {
  const file = new URL('../../vectors/vault-shares.json', import.meta.url);
  const { base64 } = JSON.parse(readFileSync(file, 'utf8')) as { base64: readonly string[] };
  const points = base64.map((text) => {
    const share = decodeShare(new TextEncoder().encode(text));
    return { index: share.index ?? 0, bytes: share.secret };
  });
  const keys = new Set(
    subsets(points, 3).map((some) => Buffer.from(combine(some)).toString('hex')),
  );
  assert.equal(subsets(points, 3).length, 10);
  assert.equal(keys.size, 1);
  const twos = subsets(points, 2).map((some) => Buffer.from(combine(some)).toString('hex'));
  assert.ok(
    twos.every((key) => !keys.has(key)),
    'two of three needed shares are not enough',
  );
});

test('the shares that draft-mcgrew-tss-03 prints give its secret', () => {
  const hex = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'hex'));
  const points = [
    { index: 1, bytes: hex('b9fa07e185') },
    { index: 2, bytes: hex('f5409b4511') },
  ];
  assert.deepEqual(combine(points), hex('7465737400'));
});

test('for all counts and thresholds up to 6, every set of enough shares gives the secret back', () => {
  const secret = random.bytes(32);
  for (let count = 2; count <= 6; count += 1) {
    for (let threshold = 2; threshold <= count; threshold += 1) {
      const points = split(secret, { count, threshold }, random);
      assert.deepEqual(
        points.map(({ index }) => index),
        [1, 2, 3, 4, 5, 6].slice(0, count),
      );
      for (let size = threshold; size <= count; size += 1) {
        for (const some of subsets(points, size)) assert.deepEqual(combine(some), secret);
      }
    }
  }
});

test('every set of too few shares gives something else, and says nothing of the secret', () => {
  const secret = random.bytes(32);
  for (let count = 3; count <= 6; count += 1) {
    for (let threshold = 3; threshold <= count; threshold += 1) {
      const points = split(secret, { count, threshold }, random);
      for (const some of subsets(points, threshold - 1)) {
        assert.notDeepEqual(combine(some), secret);
      }
    }
  }
});

test('one share fewer fits every secret: for each there is exactly one missing share', () => {
  const [first] = split(Uint8Array.of(0x42), { count: 2, threshold: 2 }, random);
  assert.ok(first);
  const secrets = new Set<number>();
  for (let guess = 0; guess < 256; guess += 1) {
    secrets.add(combine([first, { index: 2, bytes: Uint8Array.of(guess) }])[0] ?? 0);
  }
  assert.equal(secrets.size, 256);
});

test('large splits combine in any order, and agree with the linear equations', () => {
  const shape = fc
    .integer({ min: 2, max: 255 })
    .chain((count) =>
      fc.tuple(fc.constant(count), fc.integer({ min: 2, max: Math.min(count, 40) })),
    );
  fc.assert(
    fc.property(
      shape,
      fc.uint8Array({ minLength: 1, maxLength: 4 }),
      ([count, threshold], bytes) => {
        const secret = new Uint8Array(bytes);
        const points = split(secret, { count, threshold }, random);
        const some = points.toSorted((a, b) => (a.bytes[0] ?? 0) - (b.bytes[0] ?? 0));
        const enough = some.slice(0, threshold);
        assert.deepEqual(combine(enough), secret);
        assert.deepEqual(slowCombine(enough), [...secret]);
      },
    ),
    { numRuns: 40 },
  );
});

test('255 shares of which 255 are needed', () => {
  const secret = random.bytes(32);
  const points = split(secret, { count: 255, threshold: 255 }, random);
  assert.deepEqual(combine(points), secret);
  assert.notDeepEqual(combine(points.slice(1)), secret);
});

test('impossible numbers, repeated indices and different lengths are assertions', () => {
  const secret = random.bytes(4);
  assert.throws(() => split(secret, { count: 3, threshold: 1 }, random), /two or more/);
  assert.throws(() => split(secret, { count: 3, threshold: 4 }, random), /two or more/);
  assert.throws(() => split(secret, { count: 256, threshold: 2 }, random), /byte/);
  assert.throws(() => split(new Uint8Array(), { count: 3, threshold: 2 }, random), /secret/);
  const [one, two] = split(secret, { count: 2, threshold: 2 }, random);
  assert.ok(one && two);
  assert.throws(() => combine([one]), /two or more/);
  assert.throws(() => combine([one, one]), /different indices/);
  assert.throws(() => combine([one, { index: 0, bytes: two.bytes }]), /1 to 255/);
  assert.throws(() => combine([one, { index: 2, bytes: two.bytes.slice(1) }]), /one length/);
});
