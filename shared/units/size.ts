/**
 * Sizes in bytes. Only the binary units of IEC 80000-13 are taken: `MB` means two different numbers
 * to two people, so it is refused instead of guessed.
 */
import { assert } from '../assert.ts';
import { failure } from '../errors/failure.ts';

/** 2^53 - 1: every whole number of bytes below is exact. */
const sizeBytesMax = Number.MAX_SAFE_INTEGER;

const SIZE_FORM = /^(\d{1,16})(B|KiB|MiB|GiB|TiB)?$/;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes of `256MiB`, `4096` or a number. Throws `units.size-invalid`, `units.size-too-large`. */
export function parseBytes(value: string | number): number {
  const bytes = typeof value === 'number' ? value : bytesOf(value);
  if (!Number.isInteger(bytes) || bytes < 0) throw failure('units.size-invalid');
  if (bytes > sizeBytesMax) throw failure('units.size-too-large', { sizeBytesMax });
  return bytes === 0 ? 0 : bytes; // -0 is 0
}

/** For people: `256MiB`, `1.5KiB`, `976.6KiB`. Exact (and parseable) when the unit divides it. */
export function formatBytes(bytes: number): string {
  assert(Number.isSafeInteger(bytes) && bytes >= 0, 'a size is whole bytes');
  let power = 0;
  while (power < UNITS.length - 1 && bytes >= 1_024 ** (power + 1)) power += 1;
  const count = bytes / 1_024 ** power;
  return `${Number.isInteger(count) ? count : count.toFixed(1)}${UNITS[power]}`;
}

/** NaN when the text has no form of a size. */
function bytesOf(text: string): number {
  const match = SIZE_FORM.exec(text);
  if (match === null) return Number.NaN;
  const power = UNITS.findIndex((unit) => unit === (match[2] ?? 'B'));
  return Number(match[1]) * 1_024 ** power;
}
