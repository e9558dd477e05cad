/** The filter of a view: what it is and how many rows it hides, always both. */
import type { ReactElement } from 'react';
import type { LineInput } from '../keys/line-input.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { inputLine } from './input-line.ts';
import { justified, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface FilterLineProps {
  /** The filter as typed; '' is none. */
  readonly text: SafeText;
  readonly hiddenCount: number;
  /** The line being typed; undefined when the filter is not being changed. */
  readonly editing?: LineInput | undefined;
  readonly columns: number;
}

export function FilterLine({ text, hiddenCount, editing, columns }: FilterLineProps): ReactElement {
  const hidden: Line =
    hiddenCount === 0 ? { spans: [] } : { spans: [plain(`${hiddenCount} hidden `, 'warning')] };
  const typed =
    editing === undefined ? [span(text)] : inputLine(editing, Math.max(1, columns - 20)).spans;
  const left: Line = { spans: [plain('/', 'key'), ...typed] };
  return <Lines lines={[justified(left, hidden, columns)]} />;
}
