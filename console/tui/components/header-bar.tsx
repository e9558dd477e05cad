/** The first line of every screen: where one is at the left, in what state at the right. */
import { memo, type ReactElement } from 'react';
import { truncate } from '../terminal/fit.ts';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { justified, lineColumns, plain, span, type Line, type Span } from './line.ts';
import { Lines } from './lines.tsx';

export interface HeaderItem {
  readonly text: SafeText;
  readonly token?: Token;
  /** 0 stays longest when the line is too narrow. */
  readonly importance: number;
}

export interface HeaderBarProps {
  /** From the connection, shown as a block of colour. */
  readonly cluster: SafeText;
  /** The way to this view. */
  readonly crumbs: readonly SafeText[];
  readonly items: readonly HeaderItem[];
  readonly columns: number;
}

/** A long name keeps this much even where the items at the right have to go. */
const clusterColumnsMin = 18;

export const HeaderBar = memo(function HeaderBar(props: HeaderBarProps): ReactElement {
  return <Lines lines={[headerLine(props)]} />;
});

function headerLine({ cluster, crumbs, items, columns }: HeaderBarProps): Line {
  const way = crumbs.flatMap((crumb) => [plain(' › ', 'muted'), span(crumb, 'title')]);
  const others = lineColumns({ spans: way }) + lineColumns(joined(items)) + 3;
  const name = truncate(cluster, Math.max(clusterColumnsMin, columns - others));
  const block = span(name, 'cluster');
  const left: Line = { spans: [plain(' ', 'cluster'), block, plain(' ', 'cluster'), ...way] };
  const room = columns - lineColumns(left) - 1;
  return justified(left, itemsLine(items, room), columns);
}

/** The items that fit, in their order; the least important leave first. */
function itemsLine(items: readonly HeaderItem[], columns: number): Line {
  let kept = items;
  let line = joined(kept);
  while (kept.length > 0 && lineColumns(line) > columns) {
    const least = Math.max(...kept.map(({ importance }) => importance));
    const leaving = kept.findLast(({ importance }) => importance === least);
    kept = kept.filter((item) => item !== leaving);
    line = joined(kept);
  }
  return line;
}

function joined(items: readonly HeaderItem[]): Line {
  const gap: Span = { text: literal('  ') };
  return { spans: items.flatMap(({ text, token }) => [gap, span(text, token)]) };
}
