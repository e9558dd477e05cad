import { assert } from '../assert.ts';

/**
 * Points in time as RFC 3339 text with nanoseconds and `Z`, from milliseconds since 1970. Calendar
 * arithmetic of our own, because `src` has no clock and no `Date`. The day algorithm counts in
 * 400-year eras of the proleptic Gregorian calendar with years that begin in March, so that the
 * leap day is the last day of a year.
 */

const millisecondsPerDay = 86_400_000;
/** 9999-12-31T23:59:59.999Z: the last moment that RFC 3339 can write. */
export const timeMsMax = 253_402_300_799_999;

const daysPerEra = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const epochDays = 719_468;

/** RFC 3339 text of `timeMs` (whole milliseconds, 0 to `timeMsMax`). */
export function formatTime(timeMs: number): string {
  assert(Number.isInteger(timeMs) && timeMs >= 0 && timeMs <= timeMsMax, 'a time in range');
  const dayMs = timeMs % millisecondsPerDay;
  const date = formatDate((timeMs - dayMs) / millisecondsPerDay);
  const hours = pad(Math.floor(dayMs / 3_600_000), 2);
  const minutes = pad(Math.floor(dayMs / 60_000) % 60, 2);
  const seconds = pad(Math.floor(dayMs / 1_000) % 60, 2);
  return `${date}T${hours}:${minutes}:${seconds}.${pad(dayMs % 1_000, 3)}000000Z`;
}

function formatDate(daysSinceEpoch: number): string {
  const days = daysSinceEpoch + epochDays;
  const era = Math.floor(days / daysPerEra);
  const dayOfEra = days - era * daysPerEra;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
