/** Draws laid-out lines, one row each. */
import { Box, Text } from 'ink';
import { memo, type ReactElement } from 'react';
import { isSameLine, type Line } from './line.ts';
import { useStyle } from './theme-context.tsx';

export interface LinesProps {
  /** Each already in its final width. */
  readonly lines: readonly Line[];
}

export const Lines = memo(function Lines({ lines }: LinesProps): ReactElement {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, row) => (
        <Row key={row} line={line} />
      ))}
    </Box>
  );
});

interface RowProps {
  readonly line: Line;
}

function drawRow({ line }: RowProps): ReactElement {
  const style = useStyle();
  return (
    <Text wrap="truncate-end" {...style(line.token)}>
      {line.spans.map(({ text, token }, index) => (
        <Text key={index} {...style(token)}>
          {text}
        </Text>
      ))}
    </Text>
  );
}

const Row = memo(drawRow, (before, after) => isSameLine(before.line, after.line));
