/** A line chart with its highest value at the left, drawn in braille. */
import { memo, useMemo, type ReactElement } from 'react';
import { fit } from '../terminal/fit.ts';
import { displayWidth } from '../terminal/display-width.ts';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import { brailleChart } from './braille.ts';
import { fitBlock, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface ChartProps {
  /** Oldest first. */
  readonly series: readonly number[];
  /** What meets the upper edge; the largest value without one. */
  readonly max?: number;
  /** What stands at the upper and the lower edge: `4.1 ms`, `0`. */
  readonly topLabel: SafeText;
  readonly bottomLabel: SafeText;
  readonly columns: number;
  readonly rows: number;
}

export const Chart = memo(function Chart(props: ChartProps): ReactElement {
  const { series, max, topLabel, bottomLabel, columns, rows } = props;
  const lines = useMemo(
    () =>
      chartLines({
        series,
        ...(max === undefined ? {} : { max }),
        topLabel,
        bottomLabel,
        columns,
        rows,
      }),
    [series, max, topLabel, bottomLabel, columns, rows],
  );
  return <Lines lines={lines} />;
});

function chartLines({
  series,
  max,
  topLabel,
  bottomLabel,
  columns,
  rows,
}: ChartProps): readonly Line[] {
  const labelColumns = Math.max(displayWidth(topLabel), displayWidth(bottomLabel));
  const width = Math.max(1, columns - labelColumns - 1);
  const scale = max === undefined ? { columns: width, rows } : { columns: width, rows, max };
  const lines = brailleChart(series, scale).map((text, row) => {
    const label = row === 0 ? topLabel : row === rows - 1 ? bottomLabel : literal('');
    return {
      spans: [
        span(fit(label, labelColumns, 'right'), 'muted'),
        plain('│', 'border'),
        span(text, 'chart'),
      ],
    };
  });
  return fitBlock(lines, columns, rows);
}
