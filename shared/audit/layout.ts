/**
 * Finds the fixed parts of a line without parsing it: `verify` reads hundreds of thousands of lines
 * a second, and only headers and checkpoints are worth a parser.
 */
import {
  checkpointLead,
  hashBytes,
  hashHexBytes,
  headerLead,
  indexDigitsMax,
  indexLead,
  lineTail,
  macLead,
  macTailBytes,
  prevLead,
} from './format.ts';

/** Where the parts of a line lie, as offsets into the array it was found in. */
export interface LineLayout {
  readonly index: number;
  /** First of 64 digits. */
  readonly prevAt: number;
  /** First byte of the record's own fields. */
  readonly bodyAt: number;
  /** The comma of `,"mac":`: end of what the code covers. */
  readonly macAt: number;
}

const quote = 0x22;
const comma = 0x2c;
const zeroDigit = 0x30;

/** The layout of the line in `bytes[start, end)` (no newline); undefined when it is no record. */
export function layoutOf(bytes: Uint8Array, start: number, end: number): LineLayout | undefined {
  if (!matches(bytes, start, indexLead)) return undefined;
  const digitsAt = start + indexLead.length;
  const digitsEnd = endOfDigits(bytes, digitsAt);
  const index = indexOf(bytes, digitsAt, digitsEnd);
  const prevAt = digitsEnd + prevLead.length;
  const bodyAt = prevAt + hashHexBytes + 2;
  const macAt = end - macTailBytes;
  if (index < 0 || macAt <= bodyAt) return undefined;
  const framed =
    matches(bytes, digitsEnd, prevLead) &&
    bytes[bodyAt - 2] === quote &&
    bytes[bodyAt - 1] === comma &&
    matches(bytes, macAt, macLead) &&
    matches(bytes, end - lineTail.length, lineTail) &&
    isHash(bytes, prevAt) &&
    isHash(bytes, macAt + macLead.length);
  return framed ? { index, prevAt, bodyAt, macAt } : undefined;
}

/** The index that a line claims, from its first bytes alone; undefined when it claims none. */
export function claimedIndex(bytes: Uint8Array): number | undefined {
  if (!matches(bytes, 0, indexLead)) return undefined;
  const end = endOfDigits(bytes, indexLead.length);
  const index = indexOf(bytes, indexLead.length, end);
  return index < 0 || bytes[end] !== comma ? undefined : index;
}

export type SummaryKind = 'header' | 'checkpoint';

/** Whether the record's own fields are those of a header or a checkpoint. */
export function summaryKindAt(bytes: Uint8Array, bodyAt: number): SummaryKind | undefined {
  if (matches(bytes, bodyAt, checkpointLead)) return 'checkpoint';
  return matches(bytes, bodyAt, headerLead) ? 'header' : undefined;
}

/** Whether a line that begins at `start` is a header or checkpoint, from its first bytes alone. */
export function beginsSummary(bytes: Uint8Array, start: number): boolean {
  if (!matches(bytes, start, indexLead)) return false;
  const prevAt = endOfDigits(bytes, start + indexLead.length) + prevLead.length;
  return summaryKindAt(bytes, prevAt + hashHexBytes + 2) !== undefined;
}

/** Whether the 64 digits at `at` are those of `hash`. */
export function hashMatches(bytes: Uint8Array, at: number, hash: Uint8Array): boolean {
  for (let byte = 0; byte < hashBytes; byte += 1) {
    const value = hash[byte] ?? 0;
    if (bytes[at + 2 * byte] !== hexDigit(value >> 4)) return false;
    if (bytes[at + 2 * byte + 1] !== hexDigit(value & 15)) return false;
  }
  return true;
}

/** Writes `hash` as lower-case hexadecimal at `at`. */
export function writeHash(bytes: Uint8Array, at: number, hash: Uint8Array): void {
  for (let byte = 0; byte < hash.length; byte += 1) {
    const value = hash[byte] ?? 0;
    bytes[at + 2 * byte] = hexDigit(value >> 4);
    bytes[at + 2 * byte + 1] = hexDigit(value & 15);
  }
}

/** Whether the ASCII `text` stands at `at`. */
export function matches(bytes: Uint8Array, at: number, text: string): boolean {
  for (let offset = 0; offset < text.length; offset += 1) {
    if (bytes[at + offset] !== text.charCodeAt(offset)) return false;
  }
  return true;
}

function isHash(bytes: Uint8Array, at: number): boolean {
  for (let offset = 0; offset < hashHexBytes; offset += 1) {
    const digit = bytes[at + offset] ?? 0;
    const hexadecimal = (digit >= 0x30 && digit <= 0x39) || (digit >= 0x61 && digit <= 0x66);
    if (!hexadecimal) return false;
  }
  return true;
}

function endOfDigits(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && isDecimal(bytes[end] ?? 0) && end - at <= indexDigitsMax) end += 1;
  return end;
}

/** The number of the digits, or -1 when it is not written as an index is. */
function indexOf(bytes: Uint8Array, at: number, end: number): number {
  const digits = end - at;
  const padded = digits > 1 && bytes[at] === zeroDigit;
  if (digits < 1 || digits > indexDigitsMax || padded) return -1;
  let index = 0;
  for (let offset = at; offset < end; offset += 1) {
    index = index * 10 + ((bytes[offset] ?? 0) - zeroDigit);
  }
  return Number.isSafeInteger(index) ? index : -1;
}

function isDecimal(character: number): boolean {
  return character >= zeroDigit && character <= 0x39;
}

function hexDigit(value: number): number {
  return value < 10 ? value + zeroDigit : value + 0x57;
}
