/** A diff with both line numbers; `+` and `-` say what colour says too. */
import { memo, type ReactElement } from 'react';
import { clean } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import type { DiffLine } from './diff.ts';
import { fitLine, plain, span, type Line } from './line.ts';
import { withScrollBar } from './list.tsx';
import { Lines } from './lines.tsx';
import { windowOf } from './window.ts';

export interface DiffViewProps {
  /** From `diffLines` or `hunks`; undefined stands for lines left out. */
  readonly lines: readonly (DiffLine | undefined)[];
  readonly scrolledRows: number;
  readonly columns: number;
  readonly rows: number;
}

const signs: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' };
const tokens: Readonly<Record<DiffLine['kind'], Token>> = {
  same: 'text',
  added: 'added',
  removed: 'removed',
};
const numberColumns = 4;

export const DiffView = memo(function DiffView(props: DiffViewProps): ReactElement {
  const { lines, scrolledRows, columns, rows } = props;
  const window = windowOf(lines.length, rows, { selected: -1, before: scrolledRows });
  const shown = lines.slice(window.first, window.first + window.count);
  const drawn = shown.map((line) => diffRow(line, columns - 1));
  return <Lines lines={withScrollBar(drawn, { total: lines.length, window, columns, rows })} />;
});

function diffRow(line: DiffLine | undefined, columns: number): Line {
  if (line === undefined) return fitLine({ spans: [plain('    ⋮', 'muted')] }, columns);
  const { kind, text, oldNumber, newNumber } = line;
  const numbers = `${numberText(oldNumber)} ${numberText(newNumber)} `;
  const token = tokens[kind];
  const shown = clean(text.replaceAll('\t', '» '), columns);
  return fitLine(
    { spans: [plain(numbers, 'muted'), plain(`${signs[kind]} `, token), span(shown, token)] },
    columns,
  );
}

function numberText(value: number | undefined): string {
  return String(value ?? '').padStart(numberColumns);
}
