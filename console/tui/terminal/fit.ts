/** Cleaned text laid into a given number of columns: cut with `…`, padded with spaces. */
import { assert } from '../../../shared/assert.ts';
import { displayWidth } from './display-width.ts';
import { inertPieces, type SafeText } from './safe-text.ts';

export type Alignment = 'left' | 'right';

/** The text in exactly `columns` columns. */
export function fit(text: SafeText, columns: number, alignment: Alignment = 'left'): SafeText {
  assert(columns >= 0, 'a width is not negative');
  const shown = truncate(text, columns);
  const padding = ' '.repeat(columns - displayWidth(shown));
  return (alignment === 'left' ? shown + padding : padding + shown) as SafeText;
}

/** The text in at most `columns` columns; what is longer, but for its spaces, ends in `…`. */
export function truncate(text: SafeText, columns: number): SafeText {
  if (displayWidth(text) <= columns) return text;
  const trimmed = text.trimEnd() as SafeText;
  if (displayWidth(trimmed) <= columns) return trimmed;
  if (columns === 0) return '' as SafeText;
  return `${takeColumns(text, columns - 1)}…` as SafeText;
}

/** As `truncate`, but the end is what is kept: the tail of a path says more than its head. */
export function truncateStart(text: SafeText, columns: number): SafeText {
  if (displayWidth(text) <= columns) return text;
  if (columns === 0) return '' as SafeText;
  const kept: string[] = [];
  let used = 1;
  for (const piece of inertPieces(text).toReversed()) {
    used += displayWidth(piece);
    if (used > columns) break;
    kept.unshift(piece);
  }
  return `…${kept.join('')}` as SafeText;
}

/** The text broken into lines of at most `columns` columns, at spaces where there are some. */
export function wrap(text: SafeText, columns: number): readonly SafeText[] {
  assert(columns >= 2, 'a wide character has room');
  const lines: string[] = [];
  let rest: string = text;
  while (displayWidth(rest) > columns) {
    const head = takeColumns(rest, columns);
    const space = rest.charAt(head.length) === ' ' ? head.length : head.lastIndexOf(' ');
    const end = space > 0 ? space : head.length;
    assert(end > 0, 'no piece is wider than a line');
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^ +/, '');
  }
  return [...lines, rest] as readonly string[] as readonly SafeText[];
}

function takeColumns(text: string, columns: number): string {
  let taken = '';
  let used = 0;
  for (const piece of inertPieces(text)) {
    used += displayWidth(piece);
    if (used > columns) break;
    taken += piece;
  }
  return taken;
}
