/**
 * Whether the time of `combine` tells anything of the shares: Welch's t-test between two classes of
 * inputs measured in random order (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant
 * time?", 2017). Both classes pass through the same buffers, or their addresses would be what is
 * measured. A statistic, not a time: load on the machine falls on both classes alike.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';

import { combine, inverse, multiply, type Point } from '../../../src/seal/shamir.ts';

const threshold = 4.5;
const samples = 60_000;
const inputs = 512;
const pointBytes = 32;

const slots: readonly Point[] = [1, 2, 3].map((index) => ({
  index,
  bytes: new Uint8Array(new ArrayBuffer(pointBytes)),
}));

type MakeInput = () => Uint8Array;

/** The t statistic between two kinds of shares; `work` runs on the slots. */
function welch(makeInputs: readonly [MakeInput, MakeInput], work: () => void): number {
  const prepared = Array.from({ length: inputs }, (_, at) => {
    const kind = at & 1;
    return { kind, bytes: slots.map(() => (kind === 0 ? makeInputs[0] : makeInputs[1])()) };
  });
  const times: { readonly kind: number; readonly nanoseconds: number }[] = [];
  for (let sample = -samples / 10; sample < samples; sample += 1) {
    const input = prepared[randomInt(inputs)];
    assert.ok(input);
    for (const [at, { bytes }] of slots.entries()) bytes.set(input.bytes[at] ?? []);
    const start = process.hrtime.bigint();
    work();
    const nanoseconds = Number(process.hrtime.bigint() - start);
    if (sample >= 0) times.push({ kind: input.kind, nanoseconds });
  }
  // Interrupts make a long tail, which says nothing of the code.
  const sorted = times.map(({ nanoseconds }) => nanoseconds).toSorted((a, b) => a - b);
  const cut = sorted[Math.floor(samples * 0.9)] ?? 0;
  const [one, two] = [0, 1].map((kind) =>
    moments(times.filter((time) => time.kind === kind && time.nanoseconds < cut)),
  );
  assert.ok(one && two);
  return (one.mean - two.mean) / Math.sqrt(one.variance / one.count + two.variance / two.count);
}

function moments(times: readonly { readonly nanoseconds: number }[]): {
  readonly mean: number;
  readonly variance: number;
  readonly count: number;
} {
  const count = times.length;
  const mean = times.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0) / count;
  const squares = times.reduce((sum, { nanoseconds }) => sum + (nanoseconds - mean) ** 2, 0);
  return { mean, variance: squares / (count - 1), count };
}

const random: MakeInput = () => randomBytes(pointBytes);
const zeroes: MakeInput = () => new Uint8Array(pointBytes);
const ones: MakeInput = () => new Uint8Array(pointBytes).fill(0xff);

/** The middle of three runs: one run in 10^5 is beyond the threshold by chance. */
function middleOfThree(makeInputs: readonly [MakeInput, MakeInput], work: () => void): number {
  const runs = [1, 2, 3].map(() => Math.abs(welch(makeInputs, work)));
  return runs.toSorted((a, b) => a - b)[1] ?? Number.POSITIVE_INFINITY;
}

for (const [name, makeInputs] of [
  ['zero shares and random ones', [zeroes, random]],
  ['shares of all ones and random ones', [ones, random]],
] as const) {
  test(`combine takes the same time for ${name}`, () => {
    const statistic = middleOfThree(makeInputs, () => void combine(slots));
    assert.ok(statistic < threshold, `t = ${statistic}`);
  });
}

test('the measurement sees a multiplication that stops early', () => {
  const early = (left: number, right: number): number => {
    let product = 0;
    for (let rest = right, shifted = left; rest !== 0; rest >>= 1) {
      if ((rest & 1) === 1) product ^= shifted;
      shifted = ((shifted << 1) ^ (-(shifted >> 7) & 0x11b)) & 0xff;
    }
    return product;
  };
  const weight = multiply(3, inverse(2));
  const leaky = (): void => {
    for (const { bytes } of slots) {
      bytes[0] = bytes.reduce((sum, byte) => sum ^ early(weight, byte), 0);
    }
  };
  const statistic = middleOfThree([zeroes, random], leaky);
  assert.ok(statistic > threshold, `t = ${statistic}`);
});
