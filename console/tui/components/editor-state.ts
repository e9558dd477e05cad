/**
 * A text of several lines being edited, as plain data. Columns are UTF-16 offsets and always stand
 * between two letters. What an edit would break (too long, control characters in a paste) is
 * refused with a reason and changes nothing.
 */
import { editorLinesMax, editorUnitsMax, undoStepsMax } from '../../limits.ts';
import { boundaries, nextBoundary, previousBoundary } from './text-boundary.ts';

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface EditorState {
  /** At least one, none with a line break in it. */
  readonly lines: readonly string[];
  readonly cursor: Place;
  /** The column that Up and Down aim for, through shorter lines. */
  readonly aim: number;
  readonly past: readonly Snapshot[];
  readonly future: readonly Snapshot[];
  /** What the last step was: letters typed in a row are taken back together. */
  readonly lastStep: 'typed' | 'other';
}

export interface Snapshot {
  readonly lines: readonly string[];
  readonly cursor: Place;
}

export type EditProblem = 'too-long' | 'too-many-lines' | 'control-characters';

export function editorOf(text: string): EditorState {
  return {
    lines: text.split(/\r\n|\r|\n/),
    cursor: { row: 0, column: 0 },
    aim: 0,
    past: [],
    future: [],
    lastStep: 'other',
  };
}

export function editorText({ lines }: EditorState): string {
  return lines.join('\n');
}

/** The line that the place is in. */
export function lineAt({ lines }: EditorState, row: number): string {
  return lines[row] ?? '';
}

/** The state with the cursor at the nearest place that exists. */
export function moveTo(state: EditorState, { row, column }: Place, aim?: number): EditorState {
  const rowInside = Math.min(Math.max(0, row), state.lines.length - 1);
  const inside = nearestBoundary(lineAt(state, rowInside), column);
  return {
    ...state,
    cursor: { row: rowInside, column: inside },
    aim: aim ?? inside,
    lastStep: 'other',
  };
}

/**
 * The state with everything between two places replaced. `typed` joins this step to the one before
 * it when it is taken back.
 */
export function replaceRange(
  state: EditorState,
  { from, to }: { readonly from: Place; readonly to: Place },
  text: string,
  step: 'typed' | 'other' = 'other',
): EditorState | EditProblem {
  const added = text.split('\n');
  const head = lineAt(state, from.row).slice(0, from.column) + (added[0] ?? '');
  const tail = lineAt(state, to.row).slice(to.column);
  const changed =
    added.length === 1 ? [head + tail] : [head, ...added.slice(1, -1), added.at(-1) + tail];
  const lines = state.lines.toSpliced(from.row, to.row - from.row + 1, ...changed);
  if (lines.length > editorLinesMax) return 'too-many-lines';
  if (lengthOf(lines) > editorUnitsMax) return 'too-long';
  const row = from.row + added.length - 1;
  const column = (changed.at(-1)?.length ?? 0) - tail.length;
  return {
    ...remember(state, step),
    lines,
    ...cursorAt(lines[row] ?? '', { row, column }),
    lastStep: step,
  };
}

export function undo(state: EditorState): EditorState {
  const last = state.past.at(-1);
  if (last === undefined) return state;
  return {
    ...state,
    ...last,
    aim: last.cursor.column,
    past: state.past.slice(0, -1),
    future: [...state.future, snapshotOf(state)],
    lastStep: 'other',
  };
}

export function redo(state: EditorState): EditorState {
  const next = state.future.at(-1);
  if (next === undefined) return state;
  return {
    ...state,
    ...next,
    aim: next.cursor.column,
    past: [...state.past, snapshotOf(state)],
    future: state.future.slice(0, -1),
    lastStep: 'other',
  };
}

/** One letter to the left, over line ends. */
export function placeBefore(state: EditorState, { row, column }: Place): Place {
  if (column > 0) return { row, column: previousBoundary(lineAt(state, row), column) };
  return row === 0 ? { row, column } : { row: row - 1, column: lineAt(state, row - 1).length };
}

/** One letter to the right, over line ends. */
export function placeAfter(state: EditorState, { row, column }: Place): Place {
  const line = lineAt(state, row);
  if (column < line.length) return { row, column: nextBoundary(line, column) };
  return row === state.lines.length - 1 ? { row, column } : { row: row + 1, column: 0 };
}

/** Joining two lines can join letters: an accent becomes part of the letter before it. */
function cursorAt(line: string, { row, column }: Place): Pick<EditorState, 'cursor' | 'aim'> {
  const inside = nearestBoundary(line, column);
  return { cursor: { row, column: inside }, aim: inside };
}

function nearestBoundary(line: string, column: number): number {
  const wanted = Math.min(Math.max(0, column), line.length);
  if (wanted === line.length) return wanted;
  return boundaries(line).findLast((boundary) => boundary <= wanted) ?? 0;
}

function remember(state: EditorState, step: 'typed' | 'other'): EditorState {
  const goesOn = step === 'typed' && state.lastStep === 'typed';
  if (goesOn) return state;
  return { ...state, past: [...state.past, snapshotOf(state)].slice(-undoStepsMax), future: [] };
}

function snapshotOf({ lines, cursor }: EditorState): Snapshot {
  return { lines, cursor };
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, -1);
}
