/** A bordered sheet in the middle of the screen; its spaces cover what lies under it. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { SafeText } from '../terminal/safe-text.ts';
import { borderColumns, borderRows, framed } from './frame.ts';
import { fitLine, plain, type Line } from './line.ts';
import { Lines } from './lines.tsx';
import { marginColumns, modalColumns, type ScreenSize } from './modal-size.ts';

export interface ModalProps {
  readonly title: SafeText;
  readonly lines: readonly Line[];
  /** Of the whole screen, which the sheet is centred in. */
  readonly screen: ScreenSize;
  /** Widest the sheet becomes; a small screen makes it smaller. */
  readonly columnsMax?: number;
}

export function Modal({ title, lines, screen, columnsMax }: ModalProps): ReactElement {
  const columns = modalColumns(screen, columnsMax) + borderColumns + 2 * marginColumns;
  const rows = Math.min(screen.rows, lines.length + borderRows);
  const inset = lines.map((line) => indented(line, columns - borderColumns));
  return (
    <Box
      position="absolute"
      top={Math.max(0, Math.floor((screen.rows - rows) / 2))}
      left={Math.max(0, Math.floor((screen.columns - columns) / 2))}
    >
      <Lines lines={framed(inset, { title, columns, rows, focused: true })} />
    </Box>
  );
}

function indented(line: Line, columns: number): Line {
  return fitLine({ ...line, spans: [plain(' '.repeat(marginColumns)), ...line.spans] }, columns);
}
