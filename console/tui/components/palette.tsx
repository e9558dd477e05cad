/** The command line under `:` with what could follow, best first. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { LineInput } from '../keys/line-input.ts';
import type { Suggestion } from '../keys/palette.ts';
import { fit } from '../terminal/fit.ts';
import { clean } from '../terminal/safe-text.ts';
import { inputLine } from './input-line.ts';
import { fitLine, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface PaletteProps {
  readonly line: LineInput;
  readonly suggestions: readonly Suggestion[];
  readonly columns: number;
  /** The command line itself included, which is the last of them. */
  readonly rowsMax: number;
}

const labelColumns = 26;

export function Palette({ line, suggestions, columns, rowsMax }: PaletteProps): ReactElement {
  const shown = suggestions.slice(0, Math.max(0, rowsMax - 1));
  const typed = inputLine(line, columns - 1);
  const prompt: Line = { spans: [plain(':', 'key'), ...typed.spans] };
  return (
    <Box flexDirection="column" width={columns}>
      <Lines lines={[...shown.map((each) => suggestionLine(each, columns)), prompt]} />
    </Box>
  );
}

function suggestionLine({ label, help }: Suggestion, columns: number): Line {
  const name = fit(clean(label, labelColumns), labelColumns);
  return fitLine(
    { spans: [plain(' '), span(name, 'accent'), plain(' '), span(clean(help, columns), 'muted')] },
    columns,
  );
}
