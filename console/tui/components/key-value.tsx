/** Facts about one thing: labels at the left, values at the right. */
import { memo, type ReactElement } from 'react';
import { displayWidth } from '../terminal/display-width.ts';
import { fit, wrap } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { fitBlock, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface Fact {
  readonly label: SafeText;
  readonly value: SafeText;
  readonly token?: Token;
}

export interface KeyValueProps {
  readonly facts: readonly Fact[];
  readonly columns: number;
  readonly rows: number;
}

export const KeyValue = memo(function KeyValue({
  facts,
  columns,
  rows,
}: KeyValueProps): ReactElement {
  const labelColumns = Math.max(0, ...facts.map(({ label }) => displayWidth(label))) + 2;
  const lines = facts.flatMap((fact) => factLines(fact, labelColumns, columns));
  return <Lines lines={fitBlock(lines, columns, rows)} />;
});

function factLines(
  { label, value, token }: Fact,
  labelColumns: number,
  columns: number,
): readonly Line[] {
  const parts = wrap(value, Math.max(2, columns - labelColumns));
  return parts.map((part, index) => ({
    spans: [
      index === 0 ? span(fit(label, labelColumns), 'muted') : plain(' '.repeat(labelColumns)),
      span(part, token),
    ],
  }));
}
