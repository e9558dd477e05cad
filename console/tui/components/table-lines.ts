/** The lines of a table: its head, and the rows of one window. */
import { fit, wrap } from '../terminal/fit.ts';
import { join, literal, type SafeText } from '../terminal/safe-text.ts';
import { fitLine, plain, span, type Line, type Span } from './line.ts';
import {
  gapColumns,
  placeColumns,
  type PlacedColumn,
  type TableRow,
  type TableSort,
  type TableView,
} from './table-layout.ts';
import type { Window } from './window.ts';

/** Two columns at the left end: the mark of the selected row, which needs no colour. */
const markColumns = 2;
const selectedMark = '▸ ';
const otherMark = '  ';
const gap = ' '.repeat(gapColumns);

/** Rows that the head takes. */
export const headRows = 1;

export function tableLines(view: TableView, columns: number, window: Window): readonly Line[] {
  const visible = view.rows.slice(window.first, window.first + window.count);
  const placed = placeColumns(view.columns, visible, columns - markColumns);
  const head = fitLine(headLine(placed, view.sort), columns);
  if (view.rows.length === 0) {
    const said = wrap(view.empty, Math.max(2, columns - markColumns));
    const lines = said.map((part) => ({ spans: [plain(otherMark), span(part, 'muted')] }));
    return [head, ...lines.map((line) => fitLine(line, columns))];
  }
  return [
    head,
    ...visible.map((row) => fitLine(rowLine(row, placed, row.id === view.selectedId), columns)),
  ];
}

function headLine(placed: readonly PlacedColumn[], sort: TableSort | undefined): Line {
  const spans = placed.map(({ column, width }) =>
    span(fit(titleOf(column, sort), width, column.alignment), 'title'),
  );
  return { spans: [plain(otherMark), ...spaced(spans)] };
}

function titleOf(
  { id, title }: { readonly id: string; readonly title: SafeText },
  sort: TableSort | undefined,
): SafeText {
  if (sort?.column !== id) return title;
  return join([title, literal(sort.descending ? '▾' : '▴')], '');
}

function rowLine({ cells }: TableRow, placed: readonly PlacedColumn[], selected: boolean): Line {
  const spans = placed.flatMap(({ column, index, width }) => {
    const cell = cells[index];
    return cell === undefined ? [] : [span(fit(cell.text, width, column.alignment), cell.token)];
  });
  const line = { spans: [plain(selected ? selectedMark : otherMark), ...spaced(spans)] };
  return selected ? { ...line, token: 'selected' } : line;
}

function spaced(spans: readonly Span[]): readonly Span[] {
  return spans.flatMap((each, index) => (index === 0 ? [each] : [plain(gap), each]));
}
