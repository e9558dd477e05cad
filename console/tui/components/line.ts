/**
 * What components draw: lines of spans. A line is laid out completely before Ink sees it, so that
 * nothing wraps, nothing measures, and what is under a dialog is covered by its spaces.
 */
import { displayWidth } from '../terminal/display-width.ts';
import { fit } from '../terminal/fit.ts';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';

export interface Span {
  readonly text: SafeText;
  readonly token?: Token;
}

export interface Line {
  readonly spans: readonly Span[];
  /** Under all of its spans: `selected`. */
  readonly token?: Token;
}

export const emptyLineOf: Line = { spans: [] };

/** A line of one span. */
export function lineOf(text: SafeText, token?: Token): Line {
  return { spans: [span(text, token)] };
}

export function span(text: SafeText, token?: Token): Span {
  return token === undefined ? { text } : { text, token };
}

/** A span of our own words. */
export function plain(text: string, token?: Token): Span {
  return span(literal(text), token);
}

export function lineColumns({ spans }: Line): number {
  return spans.reduce((columns, { text }) => columns + displayWidth(text), 0);
}

/** The line in exactly `columns` columns: cut at its right end, or filled with spaces. */
export function fitLine(line: Line, columns: number): Line {
  const spans: Span[] = [];
  let left = columns;
  for (const each of line.spans) {
    const width = displayWidth(each.text);
    if (left === 0) break;
    const shown = width > left ? { ...each, text: fit(each.text, left) } : each;
    spans.push(shown);
    left -= Math.min(width, left);
  }
  if (left > 0) spans.push(plain(' '.repeat(left)));
  return { ...line, spans: merged(spans) };
}

/** Whether two lines look the same: what is drawn already is not drawn anew. */
export function isSameLine(left: Line, right: Line): boolean {
  if (left === right) return true;
  return (
    left.token === right.token &&
    left.spans.length === right.spans.length &&
    left.spans.every(({ text, token }, index) => {
      const other = right.spans[index];
      return other !== undefined && text === other.text && token === other.token;
    })
  );
}

/** Neighbours that look alike as one span: each costs a node of the tree. */
function merged(spans: readonly Span[]): readonly Span[] {
  const kept: Span[] = [];
  for (const each of spans) {
    const last = kept.at(-1);
    if (last !== undefined && last.token === each.token) {
      kept[kept.length - 1] = { ...last, text: (last.text + each.text) as SafeText };
    } else {
      kept.push(each);
    }
  }
  return kept;
}

/** `left` at the left end and `right` at the right one; `left` gives way. */
export function justified(left: Line, right: Line, columns: number): Line {
  const rightColumns = Math.min(columns, lineColumns(right));
  const start = fitLine(left, columns - rightColumns);
  return { ...left, spans: [...start.spans, ...fitLine(right, rightColumns).spans] };
}

/** Exactly `rows` lines of exactly `columns` columns. */
export function fitBlock(lines: readonly Line[], columns: number, rows: number): readonly Line[] {
  return Array.from({ length: rows }, (_, row) => fitLine(lines[row] ?? emptyLineOf, columns));
}
