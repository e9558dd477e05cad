/** The lines of the sheet under `?`, and how far it can be scrolled. */
import { keyLabels, type HelpEntry, type HelpSection } from '../keys/catalogue.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { fit, wrap } from '../terminal/fit.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { emptyLineOf, lineOf, plain, span, type Line } from './line.ts';
import { modalColumns, type ScreenSize } from './modal-size.ts';

export interface HelpSheet {
  readonly lines: readonly Line[];
  readonly columns: number;
  /** How many of the lines are seen at once. */
  readonly rows: number;
}

export const helpColumnsMax = 78;
const keyColumnsMax = 18;
/** The scroll bar and the space before it. */
const barColumns = 2;
/** Border of the sheet, and the first and the last line of the screen. */
const otherRows = 4;

export function helpSheet(sections: readonly HelpSection[], screen: ScreenSize): HelpSheet {
  const columns = modalColumns(screen, helpColumnsMax);
  const lines = helpLines(sections, columns - barColumns);
  return { lines, columns, rows: Math.max(1, Math.min(lines.length, screen.rows - otherRows)) };
}

function helpLines(sections: readonly HelpSection[], columns: number): readonly Line[] {
  return sections.flatMap(({ title, entries }, index) => [
    ...(index === 0 ? [] : [emptyLineOf]),
    lineOf(literal(title), 'title'),
    ...entries.flatMap((entry) => entryLines(entry, columns)),
  ]);
}

function entryLines(entry: HelpEntry, columns: number): readonly Line[] {
  const { keys, command, help, refusal } = entry;
  const label = clean([keyLabels(keys), command].filter((part) => part !== '').join(' '), columns);
  const text = clean(refusal === undefined ? help : `${help} (not now: ${refusal})`, 400);
  const left = ` ${fit(label, Math.max(keyColumnsMax, displayWidth(label)))} ` as SafeText;
  const isLong = displayWidth(label) > keyColumnsMax;
  const indent = ' '.repeat(keyColumnsMax + 2);
  const parts = wrap(text, columns - indent.length);
  const rest = isLong ? parts : parts.slice(1);
  const first: Line = isLong
    ? { spans: [span(left, 'key')] }
    : {
        spans: [
          span(left, 'key'),
          span(parts[0] ?? literal(''), refusal === undefined ? 'text' : 'muted'),
        ],
      };
  return [
    first,
    ...rest.map((part) => ({
      spans: [plain(indent), span(part, refusal === undefined ? 'text' : 'muted')],
    })),
  ];
}
