/** Sentences laid into a pane: broken at spaces, and never cut. */
import { wrap } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { plain, span, type Line } from './line.ts';
import type { Token } from '../terminal/theme.ts';

/** The text in as many lines as it needs, each one column in. */
export function paragraph(text: SafeText, columns: number, token?: Token): readonly Line[] {
  return wrap(text, Math.max(2, columns - 2)).map((part) => ({
    spans: [plain(' '), span(part, token)],
  }));
}
