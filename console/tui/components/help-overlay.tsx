/** The sheet under `?`: every key and command of the view, from the same table as the footer. */
import type { ReactElement } from 'react';
import { keyLabels, type HelpEntry, type HelpSection } from '../keys/catalogue.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { fit, wrap } from '../terminal/fit.ts';
import { clean, literal, type SafeText } from '../terminal/safe-text.ts';
import { withScrollBar } from './list.tsx';
import { emptyLineOf, lineOf, plain, span, type Line } from './line.ts';
import { Modal, modalColumns, type ScreenSize } from './modal.tsx';
import { windowOf } from './window.ts';

export interface HelpOverlayProps {
  readonly title: SafeText;
  readonly sections: readonly HelpSection[];
  readonly screen: ScreenSize;
  /** Rows scrolled down; more than there are shows the end. */
  readonly scrolledRows: number;
}

const columnsMax = 78;
const keyColumnsMax = 18;
/** The scroll bar and the space before it. */
const barColumns = 2;

export function HelpOverlay({
  title,
  sections,
  screen,
  scrolledRows,
}: HelpOverlayProps): ReactElement {
  const columns = modalColumns(screen, columnsMax);
  const all = helpLines(sections, columns - barColumns);
  const rows = Math.max(1, Math.min(all.length, screen.rows - 4));
  const window = windowOf(all.length, rows, { selected: -1, before: scrolledRows });
  const shown = all.slice(window.first, window.first + rows);
  const lines = withScrollBar(shown, { total: all.length, window, columns, rows });
  return <Modal title={title} lines={lines} screen={screen} columnsMax={columnsMax} />;
}

/** All lines of the help, which the overlay scrolls over. */
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
