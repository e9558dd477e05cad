/** Sentences laid into a pane: broken at spaces, never cut, and honest about what has no room. */
import { wrap } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { fitBlock, plain, span, type Line } from './line.ts';
import { grouped } from './figures.ts';
import type { Token } from '../terminal/theme.ts';

/** The text in as many lines as it needs, each one column in. */
export function paragraph(text: SafeText, columns: number, token?: Token): readonly Line[] {
  return wrap(text, Math.max(2, columns - 2)).map((part) => ({
    spans: [plain(' '), span(part, token)],
  }));
}

/** Exactly `rows` lines; when there are more, the last one says how many are not seen. */
export function fitOrCount(lines: readonly Line[], columns: number, rows: number): readonly Line[] {
  if (lines.length <= rows || rows < 2) return fitBlock(lines, columns, rows);
  const seen = lines.slice(0, rows - 1);
  const further = grouped(lines.length - seen.length);
  const rest: Line = {
    spans: [plain(` … ${further} more lines; a higher terminal shows them`, 'muted')],
  };
  return fitBlock([...seen, rest], columns, rows);
}
