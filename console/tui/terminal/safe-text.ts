/**
 * Text from outside, made inert before a terminal sees it. Ink lets colours, links, line breaks,
 * stacked marks and tag characters through, and hides everything behind an unterminated OSC; so
 * every string that a server, a file or another operator supplied passes `clean` first. What it
 * removes from sight it shows as what it is: `\n`, `\u{202e}`. Nothing is dropped silently.
 *
 * A cleaned text is one line, and every character in it takes the columns that
 * display-width.ts says, in Ink's layout and in the terminal alike: whatever the two would count
 * differently (joined emoji, flags, skin tones, unpaired jamo, conjuncts) is shown by its number.
 */
import { assert } from '../../../shared/assert.ts';
import { characterColumns, displayWidth } from './display-width.ts';
import { isSettledMark } from './settled-marks.ts';

declare const safe: unique symbol;

/** One harmless line: no control, format or invisible character; made by `clean` alone. */
export type SafeText = string & { readonly [safe]: true };

/**
 * What is shown by its number: control, format, surrogate, private-use and unassigned characters;
 * what draws nothing; spaces other than the space; line ends; enclosing marks, flags, skin tones,
 * jamo left unpaired and circled tens, whose width no two terminals agree on; letters that join
 * whatever stands behind them (UAX #29, `Prepend`), an escape of ours included.
 */
const unsafe =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Me}\p{Emoji_Modifier}\p{Regional_Indicator}\u2800\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u3248-\u324f\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]|(?! )\p{Zs}/u;
const printableAscii = /^[\u0020-\u007e]*$/;
/** What joins the letter before it: marks, and the four that are letters by their category. */
const mark = /^[\p{M}\u0e33\u0eb3\uff9e\uff9f]$/u;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Marks on one letter: four are a language, more cover the lines around it. */
const marksPerLetterMax = 4;
/** A letter is wide, or carries one mark that takes a column: nothing is wider than two. */
const pieceColumnsMax = 2;
/**
 * Code units that can become one column: a letter, its marks and what NFC joins. The rest of a
 * long text is never looked at, so a name of a megabyte costs no more than one of a line.
 */
const unitsPerColumnMax = 16;
const ellipsis = '…';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The text as one harmless line of at most `columnsMax` columns; what is longer ends in `…`.
 */
export function clean(text: string, columnsMax: number): SafeText {
  assert(columnsMax >= 1, 'a text has room for its ellipsis');
  if (text.length <= columnsMax && printableAscii.test(text)) return text as SafeText;
  const looked = text.slice(0, columnsMax * unitsPerColumnMax);
  const pieces = inertPieces(looked);
  return cut(pieces, columnsMax, looked.length < text.length);
}

/** A text of our own sources: nothing from outside may be part of it. */
export function literal(text: string): SafeText {
  assert(clean(text, text.length * 8 + 1) === text, 'a literal is plain printable text');
  return text as SafeText;
}

/** Cleaned texts joined stay clean; the separator is our own. */
export function join(parts: readonly SafeText[], separator = ' '): SafeText {
  return parts.join(literal(separator)) as SafeText;
}

/** The pieces that must not be cut in two: a letter with its marks, or an escape. */
export function inertPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  for (const { segment } of graphemes.segment(text.normalize('NFC'))) {
    pieces.push(...inertGrapheme(segment));
  }
  return pieces;
}

/**
 * A letter and its marks as one piece of at most two columns; from the first unsafe character, or
 * the first mark too many, everything by number.
 */
function inertGrapheme(grapheme: string): readonly string[] {
  const characters = Array.from(grapheme);
  const [first = '', ...others] = characters;
  if (unsafe.test(first) || mark.test(first)) return characters.map(escapeCharacter);
  const kept = marksKept(first, others);
  return [first + others.slice(0, kept).join(''), ...others.slice(kept).map(escapeCharacter)];
}

/** How many of the characters after a letter are marks that it may carry. */
function marksKept(letter: string, others: readonly string[]): number {
  let columns = characterColumns(letter);
  const end = others.findIndex((character, index) => {
    columns += characterColumns(character);
    const isTooMany = index >= marksPerLetterMax || columns > pieceColumnsMax;
    return isTooMany || unsafe.test(character) || !isSettledMark(character);
  });
  return end === -1 ? others.length : end;
}

/** `\n` for the three that have names, `\u{…}` for all others. */
function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function cut(pieces: readonly string[], columnsMax: number, isLonger: boolean): SafeText {
  const kept: string[] = [];
  let columns = 0;
  let columnsBeforeEllipsis = 0;
  let keptBeforeEllipsis = 0;
  for (const piece of pieces) {
    columns += displayWidth(piece);
    if (columns > columnsMax) break;
    kept.push(piece);
    if (columns < columnsMax) {
      keptBeforeEllipsis = kept.length;
      columnsBeforeEllipsis = columns;
    }
  }
  if (kept.length === pieces.length && !isLonger) return kept.join('') as SafeText;
  assert(columnsBeforeEllipsis + characterColumns(ellipsis) <= columnsMax, 'the ellipsis fits');
  return (kept.slice(0, keptBeforeEllipsis).join('') + ellipsis) as SafeText;
}
