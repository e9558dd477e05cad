/** The filter of a view: what it is and how many rows it hides, always both. */
import type { ReactElement } from 'react';
import type { LineInput } from '../keys/line-input.ts';
import { clean, type SafeText } from '../terminal/safe-text.ts';
import { grouped } from './figures.ts';
import { inputLine } from './input-line.ts';
import { justified, lineColumns, plain, span, type Line, type Span } from './line.ts';
import { Lines } from './lines.tsx';

export interface FilterLineProps {
  /** The filter as typed; '' is none. */
  readonly text: SafeText;
  readonly hiddenCount: number;
  /** The line being typed; undefined when the filter is not being changed. */
  readonly editing?: LineInput | undefined;
  /** Why a paste was not taken; '' while nothing is wrong. */
  readonly problem?: string;
  readonly columns: number;
}

/** What is typed keeps so much of the line, whatever is said about it. */
const typedColumnsMin = 20;

export function FilterLine(props: FilterLineProps): ReactElement {
  const { text, editing, columns } = props;
  const right = { spans: [stateSpan(props), plain(' ')] };
  const room = Math.max(1, columns - lineColumns(right) - 2);
  const typed = editing === undefined ? [span(text)] : inputLine(editing, room).spans;
  const left: Line = { spans: [plain('/', 'key'), ...typed] };
  return <Lines lines={[justified(left, right, columns)]} />;
}

function stateSpan({ hiddenCount, problem = '', columns }: FilterLineProps): Span {
  if (problem !== '') return span(clean(problem, Math.max(1, columns - typedColumnsMin)), 'bad');
  return plain(`${grouped(hiddenCount)} hidden`, hiddenCount === 0 ? 'muted' : 'warning');
}
