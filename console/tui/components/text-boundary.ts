/** Where letters and words of a line begin: offsets in UTF-16 units. */
import { isWord } from '../keys/line-input.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ascii = /^[\u0000-\u007f]*$/;

/** All offsets between two letters, ends included, ascending. */
export function boundaries(line: string): readonly number[] {
  if (ascii.test(line)) return Array.from({ length: line.length + 1 }, (_, offset) => offset);
  return [...Array.from(segmenter.segment(line), ({ index }) => index), line.length];
}

export function previousBoundary(line: string, column: number): number {
  return boundaries(line).findLast((boundary) => boundary < column) ?? 0;
}

export function nextBoundary(line: string, column: number): number {
  return boundaries(line).find((boundary) => boundary > column) ?? line.length;
}

/** Start of the word before the column. */
export function wordBefore(line: string, column: number): number {
  const before = letters(line, 0, column);
  let index = before.length;
  while (index > 0 && !isWord(before[index - 1])) index -= 1;
  while (index > 0 && isWord(before[index - 1])) index -= 1;
  return before.slice(0, index).join('').length;
}

/** End of the word after the column. */
export function wordAfter(line: string, column: number): number {
  const after = letters(line, column, line.length);
  let index = 0;
  while (index < after.length && !isWord(after[index])) index += 1;
  while (index < after.length && isWord(after[index])) index += 1;
  return column + after.slice(0, index).join('').length;
}

function letters(line: string, from: number, to: number): readonly string[] {
  return Array.from(segmenter.segment(line.slice(from, to)), ({ segment }) => segment);
}
