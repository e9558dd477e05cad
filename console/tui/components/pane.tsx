/** A bordered part of the screen around any component of `columns - 2` by `rows - 2`. */
import { Box, Text } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import { framed, type Frame } from './frame.ts';
import { Lines } from './lines.tsx';

export interface PaneProps extends Frame {
  readonly children: ReactNode;
}

export function Pane({ children, ...frame }: PaneProps): ReactElement {
  const { columns, rows } = frame;
  return (
    <Box width={columns} height={rows} flexShrink={0}>
      <Box position="absolute">
        <Lines lines={framed([], frame)} />
      </Box>
      <Box position="absolute" top={1} left={1} width={columns - 2} height={rows - 2}>
        {children ?? <Text> </Text>}
      </Box>
    </Box>
  );
}
