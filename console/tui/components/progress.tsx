/** Work that goes on: how far it is, how fast, and how long it still takes. */
import type { ReactElement } from 'react';
import { literal, type SafeText } from '../terminal/safe-text.ts';
import { barText } from './braille.ts';
import { grouped, waitingTime } from './figures.ts';
import { fitLine, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface ProgressProps {
  readonly label: SafeText;
  readonly done: number;
  /** Undefined while nobody knows how much there is. */
  readonly total: number | undefined;
  /** Plural: `records`. */
  readonly unit: SafeText;
  readonly elapsedMs: number;
  readonly columns: number;
}

/** Before this no rate is shown: it would be a guess. */
const settledMs = 500;
const barColumns = 20;

export function Progress(props: ProgressProps): ReactElement {
  return <Lines lines={[progressLine(props)]} />;
}

function progressLine(props: ProgressProps): Line {
  const { label, done, total, unit, columns } = props;
  const bar =
    total === undefined ? [] : [span(barText(done / total, barColumns), 'chart'), plain('  ')];
  const amount = total === undefined ? grouped(done) : `${grouped(done)} of ${grouped(total)}`;
  const spans = [
    span(label),
    plain('  '),
    ...bar,
    plain(`${amount} `),
    span(unit),
    span(rateText(props), 'muted'),
  ];
  return fitLine({ spans }, columns);
}

function rateText({ done, total, elapsedMs }: ProgressProps): SafeText {
  if (elapsedMs < settledMs || done <= 0) return literal('');
  const perSecond = (done * 1_000) / elapsedMs;
  const rate = `  ${grouped(perSecond)}/s`;
  if (total === undefined || done >= total) return literal(rate);
  return literal(`${rate}  ${waitingTime(((total - done) / perSecond) * 1_000)} left`);
}
