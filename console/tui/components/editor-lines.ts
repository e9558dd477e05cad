/** The rows of an editor: numbered lines, the cursor, and what is wrong under the line it is in. */
import { displayWidth } from '../terminal/display-width.ts';
import { inertPieces, literal, type SafeText } from '../terminal/safe-text.ts';
import { wrap } from '../terminal/fit.ts';
import type { Token } from '../terminal/theme.ts';
import type { EditorState } from './editor-state.ts';
import { fitLine, plain, span, type Line, type Span } from './line.ts';

export interface Diagnostic {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** A sentence: `unknown capability "red"; did you mean "read"?` */
  readonly message: SafeText;
  readonly severity: 'error' | 'warning';
}

export interface EditorArea {
  readonly columns: number;
  readonly rows: number;
  readonly focused: boolean;
  /** First line that was drawn before. */
  readonly before: number;
}

/** A letter as it is drawn; a tab is `» `, so that it is not taken for spaces. */
interface Cell {
  readonly text: SafeText;
  readonly offset: number;
  readonly width: number;
}

const tabShown = literal('» ');
/** Code units that are looked at for each column in sight. */
const unitsPerColumnMax = 16;

/** Columns of the numbers at the left end, their space included. */
function gutterColumns({ lines }: EditorState): number {
  return Math.max(2, String(lines.length).length) + 1;
}

/** The first line to draw so that the cursor's line and what is said under it are in sight. */
export function firstLine(
  state: EditorState,
  diagnostics: readonly Diagnostic[],
  { rows, columns, before }: EditorArea,
): number {
  const { row } = state.cursor;
  let first = Math.min(before, row, state.lines.length - 1);
  const height = (index: number): number =>
    1 + messageRows(diagnostics, { row: index, columns: columns - gutterColumns(state) }).length;
  let used = 0;
  for (let index = row; index >= first; index -= 1) {
    used += height(index);
    if (used > rows) first = Math.min(row, index + 1);
  }
  return first;
}

export function editorLines(
  state: EditorState,
  diagnostics: readonly Diagnostic[],
  area: EditorArea,
): readonly Line[] {
  const first = firstLine(state, diagnostics, area);
  const gutter = gutterColumns(state);
  const columns = area.columns - gutter;
  const left = hiddenColumns(state, columns);
  const drawn: Line[] = [];
  for (let row = first; row < state.lines.length && drawn.length < area.rows; row += 1) {
    const number = plain(`${String(row + 1).padStart(gutter - 1)} `, 'muted');
    const text = textSpans(state, { row, left, columns, focused: area.focused });
    drawn.push(fitLine({ spans: [number, ...text] }, area.columns));
    for (const message of messageRows(diagnostics, { row, columns })) {
      drawn.push(fitLine({ spans: [plain(' '.repeat(gutter)), message] }, area.columns));
    }
  }
  return drawn.slice(0, area.rows);
}

/** Columns scrolled out at the left so that the cursor is in sight. */
function hiddenColumns({ lines, cursor }: EditorState, columns: number): number {
  const before = cellsOf((lines[cursor.row] ?? '').slice(0, cursor.column));
  const column = before.reduce((sum, { width }) => sum + width, 0);
  return Math.max(0, column - columns + 2);
}

interface TextRow {
  readonly row: number;
  readonly left: number;
  readonly columns: number;
  readonly focused: boolean;
}

function textSpans(state: EditorState, { row, left, columns, focused }: TextRow): readonly Span[] {
  const unitsMax = (left + columns) * unitsPerColumnMax;
  const text = (state.lines[row] ?? '').slice(0, unitsMax);
  const cells = afterColumns(cellsOf(text), left);
  const { cursor } = state;
  if (!focused || cursor.row !== row) return [span(joined(cells))];
  const at = cells.findIndex(({ offset }) => offset >= cursor.column);
  if (at === -1) return [span(joined(cells)), plain(' ', 'selected')];
  const under = cells[at]?.text ?? literal(' ');
  return [
    span(joined(cells.slice(0, at))),
    span(under, 'selected'),
    span(joined(cells.slice(at + 1))),
  ];
}

function cellsOf(text: string): readonly Cell[] {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment, index }) => {
    const shown = segment === '\t' ? tabShown : (inertPieces(segment).join('') as SafeText);
    return { text: shown, offset: index, width: displayWidth(shown) };
  });
}

function afterColumns(cells: readonly Cell[], columns: number): readonly Cell[] {
  let hidden = 0;
  return cells.filter(({ width }) => {
    if (hidden >= columns) return true;
    hidden += width;
    return false;
  });
}

function joined(cells: readonly Cell[]): SafeText {
  return cells.map(({ text }) => text).join('') as SafeText;
}

function messageRows(
  diagnostics: readonly Diagnostic[],
  { row, columns }: { readonly row: number; readonly columns: number },
): readonly Span[] {
  return diagnostics
    .filter(({ line }) => line === row + 1)
    .flatMap(({ message, severity, column }) => {
      const token: Token = severity === 'error' ? 'bad' : 'warning';
      const indent = Math.max(0, Math.min(column - 1, columns - 24));
      const parts = wrap(message, Math.max(2, columns - indent - 2));
      return parts.map((part, index) =>
        span(`${' '.repeat(indent)}${index === 0 ? '^ ' : '  '}${part}` as SafeText, token),
      );
    });
}
