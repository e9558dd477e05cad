import { StrongBoxError } from '../../../shared/errors/failure.ts';
import type { JsonValue } from '../../../shared/json/value.ts';
import { parseDurationSeconds } from '../../../shared/units/duration.ts';

/** Seconds of a duration in a user's JSON, or undefined if it is not one. */
export function durationOf(value: JsonValue | undefined): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parseDurationSeconds(value);
  } catch (error) {
    if (error instanceof StrongBoxError) return undefined;
    throw error;
  }
}

/** The same where any negative duration is allowed and means "off": -1. */
export function signedDurationOf(value: JsonValue | undefined): number | undefined {
  return isNegative(value) ? -1 : durationOf(value);
}

function isNegative(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') return value < 0;
  return typeof value === 'string' && /^-\d{1,10}[smhd]?$/u.test(value);
}
