/** What keys and pastes do to the text of an editor. Pure. */
import type { HelpSection } from '../keys/catalogue.ts';
import { typedText, type KeyName } from '../keys/key-name.ts';
import {
  lineAt,
  moveTo,
  placeAfter,
  placeBefore,
  redo,
  replaceRange,
  undo,
  type EditorState,
  type EditProblem,
  type Place,
} from './editor-state.ts';
import { wordAfter, wordBefore } from './text-boundary.ts';

export type Edited = EditorState | EditProblem;

/** The state after a key; the same object if the key means nothing here. */
export function editorKey(state: EditorState, key: KeyName, pageRows: number): Edited {
  const move = moves[key];
  if (move !== undefined) return move(state, pageRows);
  const edit = edits[key];
  if (edit !== undefined) return edit(state);
  const text = typedText(key);
  return text === undefined ? state : insert(state, text, 'typed');
}

/** The state with a paste put in; one with control characters other than tab is refused whole. */
export function editorPaste(state: EditorState, text: string): Edited {
  const normalised = text.replaceAll(/\r\n|\r/g, '\n');
  if (/(?![\t\n])\p{Cc}/u.test(normalised)) return 'control-characters';
  return insert(state, normalised, 'other');
}

export function isProblem(edited: Edited): edited is EditProblem {
  return typeof edited === 'string';
}

export const editorHelp: HelpSection = {
  title: 'editing',
  entries: [
    entry(['Left', 'Right', 'Up', 'Down', 'Home', 'End'], 'move'),
    entry(['C-Left', 'C-Right'], 'a word to the left, to the right'),
    entry(['PageUp', 'PageDown', 'C-Home', 'C-End'], 'a page; to the start, to the end'),
    entry(['C-w', 'C-k'], 'remove the word before, the rest of the line'),
    entry(['M-z', 'M-r'], 'undo, redo'),
  ],
};

function entry(keys: readonly KeyName[], help: string): HelpSection['entries'][number] {
  return { keys, command: '', help, refusal: undefined };
}

type Move = (state: EditorState, pageRows: number) => EditorState;

const moves: Readonly<Record<KeyName, Move>> = {
  Left: (state) => moveTo(state, placeBefore(state, state.cursor)),
  Right: (state) => moveTo(state, placeAfter(state, state.cursor)),
  Up: (state) => vertically(state, -1),
  Down: (state) => vertically(state, 1),
  PageUp: (state, pageRows) => vertically(state, -pageRows),
  PageDown: (state, pageRows) => vertically(state, pageRows),
  Home: lineStart,
  'C-a': lineStart,
  End: lineEnd,
  'C-e': lineEnd,
  'C-Left': toWordBefore,
  'M-b': toWordBefore,
  'C-Right': toWordAfter,
  'M-f': toWordAfter,
  'C-Home': (state) => moveTo(state, { row: 0, column: 0 }),
  'C-End': (state) => moveTo(state, endOf(state)),
};

const edits: Readonly<Record<KeyName, (state: EditorState) => Edited>> = {
  Enter: newLine,
  Tab: (state) => insert(state, '  ', 'other'),
  Backspace: (state) => removeTo(state, placeBefore(state, state.cursor)),
  'C-h': (state) => removeTo(state, placeBefore(state, state.cursor)),
  Delete: (state) => removeTo(state, placeAfter(state, state.cursor)),
  'C-k': removeLineEnd,
  'C-u': (state) => removeTo(state, { ...state.cursor, column: 0 }),
  'C-w': (state) => removeTo(state, placeOfWordBefore(state)),
  'M-z': undo,
  'C-_': undo,
  'M-r': redo,
};

function vertically(state: EditorState, rows: number): EditorState {
  const row = Math.min(Math.max(0, state.cursor.row + rows), state.lines.length - 1);
  return moveTo(state, { row, column: state.aim }, state.aim);
}

function lineStart(state: EditorState): EditorState {
  return moveTo(state, { ...state.cursor, column: 0 });
}

function lineEnd(state: EditorState): EditorState {
  return moveTo(state, { ...state.cursor, column: lineAt(state, state.cursor.row).length });
}

function endOf(state: EditorState): Place {
  const row = state.lines.length - 1;
  return { row, column: lineAt(state, row).length };
}

function toWordBefore(state: EditorState): EditorState {
  return moveTo(state, placeOfWordBefore(state));
}

function placeOfWordBefore(state: EditorState): Place {
  const { row, column } = state.cursor;
  if (column === 0) return placeBefore(state, state.cursor);
  return { row, column: wordBefore(lineAt(state, row), column) };
}

function toWordAfter(state: EditorState): EditorState {
  const { row, column } = state.cursor;
  const line = lineAt(state, row);
  if (column === line.length) return moveTo(state, placeAfter(state, state.cursor));
  return moveTo(state, { row, column: wordAfter(line, column) });
}

function insert(state: EditorState, text: string, step: 'typed' | 'other'): Edited {
  return replaceRange(state, { from: state.cursor, to: state.cursor }, text, step);
}

/** A new line begins under the first letter of the one before it. */
function newLine(state: EditorState): Edited {
  const { row, column } = state.cursor;
  const indent = /^[ \t]*/.exec(lineAt(state, row).slice(0, column))?.[0] ?? '';
  return insert(state, `\n${indent}`, 'other');
}

function removeLineEnd(state: EditorState): Edited {
  const { row, column } = state.cursor;
  const length = lineAt(state, row).length;
  const to = column === length ? placeAfter(state, state.cursor) : { row, column: length };
  return removeTo(state, to);
}

function removeTo(state: EditorState, place: Place): Edited {
  const { cursor } = state;
  const isSame = place.row === cursor.row && place.column === cursor.column;
  if (isSame) return state;
  const isBefore =
    place.row < cursor.row || (place.row === cursor.row && place.column < cursor.column);
  const range = isBefore ? { from: place, to: cursor } : { from: cursor, to: place };
  return replaceRange(state, range, '');
}
