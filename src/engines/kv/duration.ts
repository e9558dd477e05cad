import type { JsonValue } from '../../../shared/json/value.ts';
import { durationSecondsOf } from '../../../shared/units/duration.ts';

/** Seconds of a duration where any negative one is allowed and means "off": -1. */
export function signedDurationOf(value: JsonValue | undefined): number | undefined {
  return isNegative(value) ? -1 : durationSecondsOf(value);
}

function isNegative(value: JsonValue | undefined): boolean {
  if (typeof value === 'number') return value < 0;
  return typeof value === 'string' && /^-\d{1,10}[smhd]?$/u.test(value);
}
