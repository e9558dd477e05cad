/** Shows its children where there is room for them, and otherwise how much is needed. */
import { Box } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { screenColumnsMin, screenRowsMin } from '../../limits.ts';
import { fitBlock, plain, type Line } from './line.ts';
import { Lines } from './lines.tsx';
import type { ScreenSize } from './modal-size.ts';

export interface SizeGuardProps {
  readonly screen: ScreenSize;
  readonly children: ReactNode;
}

export function SizeGuard({ screen, children }: SizeGuardProps): ReactElement {
  const { columns, rows } = screen;
  const fits = columns >= screenColumnsMin && rows >= screenRowsMin;
  return (
    <Box width={columns} height={rows} flexDirection="column" overflow="hidden">
      {fits ? children : <Lines lines={fitBlock(guardLines(screen), columns, rows)} />}
    </Box>
  );
}

function guardLines({ columns, rows }: ScreenSize): readonly Line[] {
  return [
    { spans: [plain('This terminal is too small.', 'warning')] },
    { spans: [plain(`It has ${columns} × ${rows}, and`)] },
    { spans: [plain(`${screenColumnsMin} × ${screenRowsMin} are needed.`)] },
    { spans: [plain('Make it larger; all goes on.')] },
  ];
}
