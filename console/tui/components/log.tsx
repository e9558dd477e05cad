/** A log that follows its end or stands still, with what was dropped and what came meanwhile. */
import { memo, type ReactElement } from 'react';
import { fitBlock, fitLine, plain, type Line, type Span } from './line.ts';
import { Lines } from './lines.tsx';
import { linesBelow, logRange, type LogExtent, type LogPosition } from './log-position.ts';

export interface LogProps {
  /** The lines that are held, oldest first. */
  readonly lines: readonly Line[];
  /** Number of the first of them: how many were held before and are no more. */
  readonly firstNumber: number;
  readonly position: LogPosition;
  /** Lines that never came, because this terminal was too slow. */
  readonly droppedCount: number;
  readonly columns: number;
  /** The line of state at the bottom included. */
  readonly rows: number;
}

export const Log = memo(function Log(props: LogProps): ReactElement {
  const { columns, rows, position, lines, firstNumber } = props;
  const extent = extentOf(props);
  const { from, to } = logRange(position, extent);
  const shown = lines.slice(from - firstNumber, to - firstNumber);
  const state = fitLine({ spans: stateSpans(props, extent) }, columns);
  return <Lines lines={[...fitBlock(shown, columns, rows - 1), state]} />;
});

/** What `moveLog` needs to know of a log with these properties. */
function extentOf({
  lines,
  firstNumber,
  rows,
}: Pick<LogProps, 'lines' | 'firstNumber' | 'rows'>): LogExtent {
  return { first: firstNumber, end: firstNumber + lines.length, rows: Math.max(1, rows - 1) };
}

function stateSpans({ position, droppedCount }: LogProps, extent: LogExtent): readonly Span[] {
  const below = linesBelow(position, extent);
  const state =
    position.kind === 'following'
      ? plain('▾ following', 'good')
      : plain(`‖ paused, ${below} below (G follows)`, 'warning');
  const dropped = plain(`   ${droppedCount} dropped: this terminal was too slow`, 'bad');
  return droppedCount > 0 ? [state, dropped] : [state];
}
