/** `commits/s ▁▂▃▅▆▅▃▂ 204`: the newest samples in one row. */
import type { ReactElement } from 'react';
import type { SafeText } from '../terminal/safe-text.ts';
import { sparkline } from './braille.ts';
import { fitLine, plain, span } from './line.ts';
import { Lines } from './lines.tsx';

export interface SparklineProps {
  readonly label: SafeText;
  /** Oldest first. */
  readonly series: readonly number[];
  /** The newest value with its unit. */
  readonly figure: SafeText;
  /** Columns of the samples alone. */
  readonly sampleColumns: number;
  readonly columns: number;
}

export function Sparkline({
  label,
  series,
  figure,
  sampleColumns,
  columns,
}: SparklineProps): ReactElement {
  const bars = span(sparkline(series, sampleColumns), 'chart');
  const spans = [span(label, 'muted'), plain(' '), bars, plain(' '), span(figure)];
  return <Lines lines={[fitLine({ spans }, columns)]} />;
}
