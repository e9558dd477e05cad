/**
 * Durations in whole seconds, as Vault's API and policies write them: a number, digits (`90`), or
 * Go's `1h30m` with Vault's `d` for days. Fractions, signs, exponents and units below a second are
 * refused: a TTL that is rounded in silence is a TTL that somebody did not choose.
 */
import { assert } from '../assert.ts';
import { failure, StrongBoxError } from '../errors/failure.ts';

/** 285 years: the longest whose milliseconds are still an exact integer. */
export const durationSecondsMax = 9_007_199_254;

const UNIT_FORM = /^(?:(\d{1,10})d)?(?:(\d{1,10})h)?(?:(\d{1,10})m)?(?:(\d{1,10})s)?$/;
const UNIT_SECONDS = [86_400, 3_600, 60, 1] as const;

/** Seconds. Throws `units.duration-invalid` and `units.duration-too-long`. */
export function parseDurationSeconds(value: string | number): number {
  const seconds = typeof value === 'number' ? value : secondsOf(value);
  if (!Number.isInteger(seconds) || seconds < 0) throw failure('units.duration-invalid');
  if (seconds > durationSecondsMax) {
    throw failure('units.duration-too-long', { durationSecondsMax });
  }
  return seconds === 0 ? 0 : seconds; // -0 is 0
}

/** Seconds of what may be a duration (a value of a user's JSON); undefined if it is none. */
export function durationSecondsOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  try {
    return parseDurationSeconds(value);
  } catch (error) {
    if (error instanceof StrongBoxError) return undefined;
    throw error;
  }
}

/** As Go prints it without the empty units: `768h`, `1h30m`, `45s`, `0s`. */
export function formatDuration(seconds: number): string {
  assert(Number.isSafeInteger(seconds) && seconds >= 0, 'a duration is whole seconds');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const parts = [
    [hours, 'h'],
    [minutes, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const text = parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
  return text === '' ? '0s' : text;
}

/** NaN when the text has no form of a duration. */
function secondsOf(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  const counts = text === '' ? null : UNIT_FORM.exec(text);
  if (counts === null) return Number.NaN;
  return UNIT_SECONDS.reduce((sum, unit, index) => sum + unit * Number(counts[index + 1] ?? 0), 0);
}
