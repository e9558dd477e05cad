/**
 * Numbers of RFC 8259 section 6, over bytes, and the rule that none is changed in silence: what has
 * no exponent must be at most 2^53 - 1 in its whole part (so account numbers and 64-bit ids are
 * refused, not rounded), and what has one must be finite.
 */
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
  const exact = ((bytes[end] ?? 0) | 0x20) !== LETTER_E;
  if (!exact) end = scanExponent(bytes, end + 1);
  if (exact ? isUnsafe(bytes, whole, wholeEnd) : isInfinite(bytes, start, end)) {
    throw failure('json.number-too-large', { offset: start });
  }
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

function isInfinite(bytes: Uint8Array, start: number, end: number): boolean {
  let text = '';
  for (let at = start; at < end; at += 1) text += String.fromCharCode(bytes[at] ?? ZERO);
  return !Number.isFinite(Number(text));
}

function invalid(offset: number, expected: string): StrongBoxError {
  return failure('json.invalid', { offset, expected });
}
