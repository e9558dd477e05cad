/** A table with a selected row. The selection is a row's identifier, so sorting never moves it. */
import { memo, useMemo, type ReactElement } from 'react';
import { fitBlock } from './line.ts';
import { Lines } from './lines.tsx';
import type { TableView } from './table-layout.ts';
import { headRows, tableLines } from './table-lines.ts';
import { useWindow } from './use-window.ts';

export interface TableProps {
  readonly view: TableView;
  readonly columns: number;
  /** Head included. */
  readonly rows: number;
}

export const Table = memo(function Table({ view, columns, rows }: TableProps): ReactElement {
  const selected = view.rows.findIndex(({ id }) => id === view.selectedId);
  const { first, count } = useWindow(view.rows.length, Math.max(1, rows - headRows), selected);
  const lines = useMemo(
    () => fitBlock(tableLines(view, columns, { first, count }), columns, rows),
    [view, columns, rows, first, count],
  );
  return <Lines lines={lines} />;
});
