/**
 * Shamir's secret sharing (CACM 22, 1979) over GF(2^8) with the polynomial x^8+x^4+x^3+x+1, byte by
 * byte: the arithmetic of HashiCorp Vault, so shares of either combine in the other.
 *
 * Multiplication and inverse are computed: no table is indexed and nothing branches by a secret
 * byte (Vault's log and exp tables leaked through the cache: CVE-2023-25000). Indices of shares are
 * public.
 */
import { assert } from '../../shared/assert.ts';
import { secretBytes } from '../../shared/secret-bytes.ts';
import { sharesMax } from '../../shared/share/share.ts';
import type { Random } from '../ports/random.ts';

/** A point of the polynomials: one y for each byte of the secret. */
export interface Point {
  /** 1 to 255. */
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface SplitOptions {
  readonly count: number;
  readonly threshold: number;
}

/**
 * Splits a secret into `count` points of which any `threshold` give it back and fewer tell nothing.
 * The points have the indices 1 to `count`; the caller zeroes them.
 */
export function split(
  secret: Uint8Array,
  { count, threshold }: SplitOptions,
  random: Random,
): Point[] {
  assert(secret.length > 0, 'there is a secret');
  assert(
    threshold >= 2 && threshold <= count,
    'two or more points are needed, and there are so many',
  );
  assert(count <= sharesMax, 'an index is a byte');
  const coefficients = random.bytes((threshold - 1) * secret.length);
  const points = Array.from({ length: count }, (_, at) => {
    const index = at + 1;
    return { index, bytes: evaluate(secret, coefficients, index) };
  });
  coefficients.fill(0);
  return points;
}

/**
 * The secret of points with different indices, all of one length. Fewer points than the threshold,
 * or points of different splits, give other bytes: whoever calls checks the outcome.
 */
export function combine(points: readonly Point[]): Uint8Array<ArrayBuffer> {
  assertPoints(points);
  const secret = secretBytes(points[0]?.bytes.length ?? 0);
  for (const point of points) {
    const weight = lagrangeAtZero(point.index, points);
    for (let at = 0; at < secret.length; at += 1) {
      secret[at] = (secret[at] ?? 0) ^ multiply(weight, point.bytes[at] ?? 0);
    }
  }
  return secret;
}

/** Each byte's polynomial at `x`, by Horner's rule; the secret is the constant term. */
function evaluate(
  secret: Uint8Array,
  coefficients: Uint8Array,
  x: number,
): Uint8Array<ArrayBuffer> {
  const { length } = secret;
  const result = secretBytes(length);
  for (let end = coefficients.length; end >= 0; end -= length) {
    const row = end === 0 ? secret : coefficients.subarray(end - length, end);
    for (let at = 0; at < length; at += 1) {
      result[at] = multiply(result[at] ?? 0, x) ^ (row[at] ?? 0);
    }
  }
  return result;
}

/** The product over the other points of x_j / (x_j - x_i); subtraction is exclusive or. */
function lagrangeAtZero(index: number, points: readonly Point[]): number {
  let numerator = 1;
  let denominator = 1;
  for (const other of points) {
    if (other.index === index) continue;
    numerator = multiply(numerator, other.index);
    denominator = multiply(denominator, other.index ^ index);
  }
  return multiply(numerator, inverse(denominator));
}

/** The product in GF(2^8): eight masked steps, whatever the values are. */
export function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = left;
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= -((right >> bit) & 1) & shifted;
    shifted = ((shifted << 1) ^ (-(shifted >> 7) & 0x11b)) & 0xff;
  }
  return product;
}

/** The inverse: value^254, as value^255 is 1. The inverse of 0 is 0. */
export function inverse(value: number): number {
  let power = multiply(value, value);
  let result = power;
  for (let step = 0; step < 6; step += 1) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function assertPoints(points: readonly Point[]): void {
  assert(points.length >= 2 && points.length <= sharesMax, 'two or more points are combined');
  const indices = new Set(points.map(({ index }) => index));
  assert(indices.size === points.length, 'points have different indices');
  const { length } = points[0]?.bytes ?? new Uint8Array();
  for (const { index, bytes } of points) {
    assert(index >= 1 && index <= sharesMax, 'an index is 1 to 255');
    assert(bytes.length === length && length > 0, 'points have one length');
  }
}
