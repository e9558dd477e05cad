/** The command line under `:` with what could follow, best first. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { LineInput } from '../keys/line-input.ts';
import type { Suggestion } from '../keys/palette.ts';
import { fit } from '../terminal/fit.ts';
import { clean } from '../terminal/safe-text.ts';
import { inputLine } from './input-line.ts';
import { fitLine, justified, lineColumns, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface PaletteProps {
  readonly line: LineInput;
  readonly suggestions: readonly Suggestion[];
  /** Why the line was not run; '' while nothing is wrong. It stands at the right of the line. */
  readonly problem?: string;
  readonly columns: number;
  /** The command line itself included, which is the last of them. */
  readonly rowsMax: number;
}

const labelColumns = 26;
/** What is typed keeps so much of the line, whatever is said about it. */
const typedColumnsMin = 20;

export function Palette(props: PaletteProps): ReactElement {
  const { suggestions, columns, rowsMax } = props;
  const shown = suggestions.slice(0, Math.max(0, rowsMax - 1));
  return (
    <Box flexDirection="column" width={columns}>
      <Lines lines={[...shown.map((each) => suggestionLine(each, columns)), promptLine(props)]} />
    </Box>
  );
}

function promptLine({ line, problem = '', columns }: PaletteProps): Line {
  const said = clean(problem, Math.max(1, columns - typedColumnsMin));
  const right: Line = { spans: problem === '' ? [] : [plain(' '), span(said, 'bad'), plain(' ')] };
  const typed = inputLine(line, columns - 1 - lineColumns(right));
  return justified({ spans: [plain(':', 'key'), ...typed.spans] }, right, columns);
}

function suggestionLine({ label, help }: Suggestion, columns: number): Line {
  const name = fit(clean(label, labelColumns), labelColumns);
  return fitLine(
    { spans: [plain(' '), span(name, 'accent'), plain(' '), span(clean(help, columns), 'muted')] },
    columns,
  );
}
