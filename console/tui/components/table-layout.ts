/**
 * Widths of a table's columns. Every column has a least width and may grow to its widest cell;
 * where even the least widths do not fit, columns of the lowest importance leave first.
 */
import { displayWidth } from '../terminal/display-width.ts';
import type { Alignment } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';

export interface TableColumn {
  readonly id: string;
  readonly title: SafeText;
  readonly alignment?: Alignment;
  readonly columnsMin: number;
  /** 0 stays longest; a column of a higher number leaves a narrow screen first. */
  readonly importance?: number;
}

export interface TableCell {
  readonly text: SafeText;
  readonly token?: Token;
}

export interface TableRow {
  readonly id: string;
  /** One for each column, in their order. */
  readonly cells: readonly TableCell[];
}

export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

export interface TableView {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly selectedId?: string | undefined;
  readonly sort?: TableSort | undefined;
  /** Shown instead of rows: `no secrets here; n makes one`. */
  readonly empty: SafeText;
}

export interface PlacedColumn {
  readonly column: TableColumn;
  /** Index among the cells of a row. */
  readonly index: number;
  readonly width: number;
}

/** Columns of space between two cells. */
export const gapColumns = 2;

/** The columns that fit into `width`, and the width of each. */
export function placeColumns(
  columns: readonly TableColumn[],
  visible: readonly TableRow[],
  width: number,
): readonly PlacedColumn[] {
  const kept = keepImportant(columns, width);
  const wanted = kept.map(({ column, index }) => widest(column, index, visible));
  let spare = width - kept.reduce((sum, { column }) => sum + column.columnsMin + gapColumns, 0);
  spare += gapColumns;
  return kept.map(({ column, index }, position) => {
    const grow = Math.max(0, Math.min(spare, (wanted[position] ?? 0) - column.columnsMin));
    spare -= grow;
    return { column, index, width: column.columnsMin + grow };
  });
}

function keepImportant(
  columns: readonly TableColumn[],
  width: number,
): readonly { readonly column: TableColumn; readonly index: number }[] {
  let kept = columns.map((column, index) => ({ column, index }));
  const total = (): number =>
    kept.reduce((sum, { column }) => sum + column.columnsMin + gapColumns, -gapColumns);
  while (kept.length > 1 && total() > width) {
    const least = Math.max(...kept.map(({ column }) => column.importance ?? 0));
    const leaving = kept.findLast(({ column }) => (column.importance ?? 0) === least);
    kept = kept.filter((each) => each !== leaving);
  }
  return kept;
}

/** Two more for the mark of the sort order. */
function widest({ title }: TableColumn, index: number, visible: readonly TableRow[]): number {
  const cells = visible.map(({ cells: row }) => displayWidth(row[index]?.text ?? title));
  return Math.max(displayWidth(title) + 2, ...cells);
}
