/** Draws a line that is being typed: its end stays in sight, the cursor is a cell of its own. */
import { lineText, type LineInput } from '../keys/line-input.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { clean, inertPieces, type SafeText } from '../terminal/safe-text.ts';
import { fitLine, plain, span, type Line, type Span } from './line.ts';

/** The typed text around its cursor in exactly `columns` columns. */
export function inputLine(line: LineInput, columns: number, focused = true): Line {
  const shown = line.graphemes.map(shownGrapheme);
  if (!focused) return fitLine({ spans: [{ text: shown.join('') as SafeText }] }, columns);
  const first = firstShown(shown, line.cursor, columns);
  const before = shown.slice(first, line.cursor).join('') as SafeText;
  const under = shown[line.cursor];
  const after = shown.slice(line.cursor + 1).join('') as SafeText;
  const cursor: Span = under === undefined ? plain(' ', 'selected') : span(under, 'selected');
  return fitLine({ spans: [{ text: before }, cursor, { text: after }] }, columns);
}

/** The text as one piece, for lines that are not edited now. */
export function shownLine(line: LineInput, columnsMax: number): SafeText {
  return clean(lineText(line), columnsMax);
}

function shownGrapheme(grapheme: string): SafeText {
  return inertPieces(grapheme).join('') as SafeText;
}

/** The first grapheme to draw so that the cursor is still inside. */
function firstShown(shown: readonly SafeText[], cursor: number, columns: number): number {
  let width = 1;
  for (let index = cursor; index > 0; index -= 1) {
    width += displayWidth(shown[index - 1] ?? '');
    if (width > columns) return index;
  }
  return 0;
}
