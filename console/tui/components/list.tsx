/** A list of lines with a selection and a scroll bar, drawn only where it is seen. */
import { memo, type ReactElement } from 'react';
import { fitBlock, fitLine, plain, type Line } from './line.ts';
import { Lines } from './lines.tsx';
import { useWindow } from './use-window.ts';
import { scrollThumb, type Window } from './window.ts';

export interface ListItem {
  readonly id: string;
  readonly line: Line;
}

export interface ListProps {
  readonly items: readonly ListItem[];
  readonly selectedId?: string | undefined;
  readonly columns: number;
  readonly rows: number;
}

export const List = memo(function List(props: ListProps): ReactElement {
  const { items, selectedId, columns, rows } = props;
  const selected = items.findIndex(({ id }) => id === selectedId);
  const window = useWindow(items.length, rows, selected);
  const lines = listLines(items, selectedId, { columns, window });
  return <Lines lines={withScrollBar(lines, { total: items.length, window, columns, rows })} />;
});

function listLines(
  items: readonly ListItem[],
  selectedId: string | undefined,
  { columns, window }: { readonly columns: number; readonly window: Window },
): readonly Line[] {
  return items.slice(window.first, window.first + window.count).map(({ id, line }) => {
    const isSelected = id === selectedId;
    const spans = [plain(isSelected ? '▸ ' : '  '), ...line.spans];
    const fitted = fitLine({ spans }, columns - 1);
    return isSelected ? { ...fitted, token: 'selected' } : fitted;
  });
}

export interface ScrollArea {
  readonly total: number;
  readonly window: Window;
  readonly columns: number;
  readonly rows: number;
}

/** The lines, one column narrower, with the bar at their right end where something is hidden. */
export function withScrollBar(
  lines: readonly Line[],
  { total, window, columns, rows }: ScrollArea,
): readonly Line[] {
  const thumb = scrollThumb(total, rows, window.first);
  return fitBlock(lines, columns - 1, rows).map((line, row) => {
    const isThumb = thumb !== undefined && row >= thumb.from && row < thumb.to;
    const bar = thumb === undefined ? ' ' : isThumb ? '█' : '│';
    return { ...line, spans: [...line.spans, plain(bar, 'border')] };
  });
}
