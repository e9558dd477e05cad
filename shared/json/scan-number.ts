/**
 * Numbers of RFC 8259 section 6, over bytes, and the rule that none is changed in silence: its
 * whole part is at most 2^53 - 1 (so account numbers and 64-bit ids are refused, not rounded); a
 * value that is larger by its exponent must keep all of its digits (`1e22` does,
 * `9007199254740993e0` does not); and none becomes infinite, or zero that was not. Fractions round
 * as everywhere.
 */
import { utf8Decode } from '../encoding/utf8.ts';
import { failure, type StrongBoxError } from '../errors/failure.ts';

const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const LETTER_E = 0x65;

/** Checks the number at `start`; returns the offset behind it. */
export function scanNumber(bytes: Uint8Array, start: number): number {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  let end = scanDigits(bytes, whole);
  const wholeEnd = end;
  const isPadded = bytes[whole] === ZERO && wholeEnd > whole + 1;
  if (isPadded) throw invalid(whole, 'a number without leading zeros');
  if (bytes[end] === DOT) end = scanDigits(bytes, end + 1);
  if (((bytes[end] ?? 0) | 0x20) === LETTER_E) end = scanExponent(bytes, end + 1);
  const isChanged =
    isUnsafe(bytes, whole, wholeEnd) ||
    (end > wholeEnd && losesDigits(utf8Decode(bytes.subarray(whole, end))));
  if (isChanged) throw failure('json.number-too-large', { offset: start });
  return end;
}

function scanExponent(bytes: Uint8Array, start: number): number {
  const sign = bytes[start];
  return scanDigits(bytes, sign === PLUS || sign === MINUS ? start + 1 : start);
}

function scanDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  if (at === start) throw invalid(start, 'a digit');
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Whether the digits are more than 2^53 - 1. */
function isUnsafe(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 16) return false;
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + ((bytes[at] ?? ZERO) - ZERO);
  return !Number.isSafeInteger(value);
}

/** Whether a number without sign is too large or too small for its digits. */
function losesDigits(text: string): boolean {
  const value = Number(text);
  if (value > 0 && value <= Number.MAX_SAFE_INTEGER) return false;
  return significantDigits(text) !== significantDigits(value.toExponential());
}

/** The digits before the exponent, without the zeros around them; of `Infinity` itself. */
function significantDigits(text: string): string {
  const digits = text.replace(/e.*/i, '').replace('.', '');
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return digits.slice(start, end);
}

function invalid(offset: number, expected: string): StrongBoxError {
  return failure('json.invalid', { offset, expected });
}
