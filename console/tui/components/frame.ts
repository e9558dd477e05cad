/** A border with a title in it, drawn around laid-out lines. */
import { fit, truncate } from '../terminal/fit.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { fitBlock, plain, span, type Line } from './line.ts';

export interface Frame {
  readonly title: SafeText;
  /** Border included. */
  readonly columns: number;
  /** Border included. */
  readonly rows: number;
  readonly focused?: boolean;
}

/** Columns and rows that the border takes. */
export const borderColumns = 2;
export const borderRows = 2;

export function framed(
  lines: readonly Line[],
  { title, columns, rows, focused }: Frame,
): readonly Line[] {
  const token: Token = focused === true ? 'focus' : 'border';
  const inner = columns - borderColumns;
  const body = fitBlock(lines, inner, rows - borderRows).map((line) => ({
    spans: [plain('│', token), ...inside(line), plain('│', token)],
  }));
  return [topEdge(title, inner, token), ...body, bottomEdge(inner, token)];
}

/** A line's own token goes to its spans: the border is not selected with it. */
function inside({ spans, token }: Line): Line['spans'] {
  return token === undefined ? spans : spans.map((each) => ({ ...each, token }));
}

function topEdge(title: SafeText, inner: number, token: Token): Line {
  const shown = truncate(title, Math.max(0, inner - 3));
  if (shown === '') return { spans: [plain(`┌${'─'.repeat(inner)}┐`, token)] };
  const rest = '─'.repeat(inner - displayWidth(shown) - 2);
  return {
    spans: [plain('┌ ', token), span(shown, 'title'), plain(` ${rest}┐`, token)],
  };
}

function bottomEdge(inner: number, token: Token): Line {
  return { spans: [span(fit(literal(`└${'─'.repeat(inner)}┘`), inner + borderColumns), token)] };
}
