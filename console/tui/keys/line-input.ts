/**
 * One line being typed: text, cursor, and the usual keys of a shell's line. Pure; the palette, the
 * filter, form fields and typed confirmations share it. Not for secrets: those are bytes in a
 * process of their own.
 */
import { typedText, type KeyName } from './key-name.ts';
import { lineGraphemesMax, valueGraphemesMax } from '../../limits.ts';
import { looksSecret } from './looks-secret.ts';

export interface LineInput {
  /** Graphemes: the cursor never stands inside a letter. */
  readonly graphemes: readonly string[];
  /** Before which grapheme it stands: 0 to the length. */
  readonly cursor: number;
}

export type PasteProblem = 'control-characters' | 'too-long' | 'secret';

export const emptyLine: LineInput = { graphemes: [], cursor: 0 };

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function lineOf(text: string): LineInput {
  const graphemes = split(text).slice(0, lineGraphemesMax);
  return { graphemes, cursor: graphemes.length };
}

export function lineText(line: LineInput): string {
  return line.graphemes.join('');
}

/** The line after a key; the same object if the key means nothing in a line. */
export function editLine(line: LineInput, key: KeyName): LineInput {
  const move = moves[key];
  if (move !== undefined) return { ...line, cursor: move(line) };
  const removal = removals[key];
  if (removal !== undefined) return remove(line, ...removal(line));
  const text = typedText(key);
  return text === undefined ? line : insert(line, [text]);
}

/**
 * The line with a paste put in. Line ends at its end are dropped, so a paste never submits; one
 * with other control characters is refused whole.
 */
export function pasteLine(line: LineInput, text: string): LineInput | PasteProblem {
  const trimmed = text.replace(/[\r\n]+$/, '');
  if (/\p{C}/u.test(trimmed)) return 'control-characters';
  if (looksSecret(trimmed)) return 'secret';
  const pasted = split(trimmed);
  if (line.graphemes.length + pasted.length > lineGraphemesMax) return 'too-long';
  return insert(line, pasted);
}

/**
 * The same for a value that is stored and never shown: taken as it is, whatever it looks like, with
 * its line ends if it has several lines. One behind a single line is the clipboard's.
 */
export function pasteValue(line: LineInput, text: string): LineInput | PasteProblem {
  const lines = text.replaceAll(/\r\n|\r/g, '\n');
  const value = /\n[^\n]/.test(lines) ? lines : lines.replace(/\n+$/, '');
  if (/(?![\t\n])\p{Cc}/u.test(value)) return 'control-characters';
  const pasted = Array.from(segmenter.segment(value), ({ segment }) => segment);
  if (line.graphemes.length + pasted.length > valueGraphemesMax) return 'too-long';
  return insert(line, pasted, valueGraphemesMax);
}

const moves: Readonly<Record<KeyName, (line: LineInput) => number>> = {
  Left: ({ cursor }) => Math.max(0, cursor - 1),
  Right: ({ cursor, graphemes }) => Math.min(graphemes.length, cursor + 1),
  Home: () => 0,
  'C-a': () => 0,
  End: ({ graphemes }) => graphemes.length,
  'C-e': ({ graphemes }) => graphemes.length,
  'C-Left': wordStart,
  'M-b': wordStart,
  'C-Right': wordEnd,
  'M-f': wordEnd,
};

/** What each key removes: from, to. */
const removals: Readonly<Record<KeyName, (line: LineInput) => [from: number, to: number]>> = {
  Backspace: ({ cursor }) => [cursor - 1, cursor],
  'C-h': ({ cursor }) => [cursor - 1, cursor],
  Delete: ({ cursor }) => [cursor, cursor + 1],
  'C-u': ({ cursor }) => [0, cursor],
  'C-k': ({ cursor, graphemes }) => [cursor, graphemes.length],
  'C-w': (line) => [wordStart(line), line.cursor],
};

function insert(line: LineInput, added: readonly string[], most = lineGraphemesMax): LineInput {
  if (line.graphemes.length + added.length > most) return line;
  const graphemes = line.graphemes.toSpliced(line.cursor, 0, ...added);
  return { graphemes, cursor: line.cursor + added.length };
}

function remove(line: LineInput, from: number, to: number): LineInput {
  const start = Math.max(0, from);
  const end = Math.min(line.graphemes.length, to);
  if (start >= end) return line;
  return { graphemes: line.graphemes.toSpliced(start, end - start), cursor: start };
}

/** Start of the word at or before the cursor; words are parted by anything but letters, digits. */
function wordStart({ cursor, graphemes }: LineInput): number {
  let at = cursor;
  while (at > 0 && !isWord(graphemes[at - 1])) at -= 1;
  while (at > 0 && isWord(graphemes[at - 1])) at -= 1;
  return at;
}

function wordEnd({ cursor, graphemes }: LineInput): number {
  let at = cursor;
  while (at < graphemes.length && !isWord(graphemes[at])) at += 1;
  while (at < graphemes.length && isWord(graphemes[at])) at += 1;
  return at;
}

export function isWord(grapheme: string | undefined): boolean {
  return grapheme !== undefined && /^[\p{L}\p{N}_]/u.test(grapheme);
}

function split(text: string): string[] {
  return Array.from(segmenter.segment(text.normalize('NFC')), ({ segment }) => segment);
}
