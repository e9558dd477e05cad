/** Draws the accessors, and what is known of the selected token. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { KeyValue } from '../../components/key-value.tsx';
import { fitBlock, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { List } from '../../components/list.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { countText } from '../../model/figures.ts';
import { literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { selectTokens } from './tokens-view.ts';

const noteRows = 2;

export function TokensComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const { items, selectedId, hiddenCount, empty, facts, note } = selectTokens(model);
  const left = Math.max(32, Math.floor(columns * 0.42));
  const right = columns - left;
  const inner = { columns: left - 2, rows: rows - 2 };
  const hidden = hiddenCount === 0 ? '' : ` · ${countText(hiddenCount)} hidden`;
  return (
    <Box>
      <Pane title={literal(`tokens by accessor${hidden}`)} columns={left} rows={rows} focused>
        {items.length === 0 ? (
          <Lines
            lines={fitBlock(paragraph(empty, inner.columns, 'muted'), inner.columns, inner.rows)}
          />
        ) : (
          <List
            items={items.map(({ id, text, isOwn }) => ({
              id,
              line: { spans: [span(text), plain(isOwn ? ' *' : '', 'accent')] },
            }))}
            selectedId={selectedId}
            {...inner}
          />
        )}
      </Pane>
      <Pane title={literal('token')} columns={right} rows={rows}>
        <Box flexDirection="column">
          <Lines lines={fitBlock([lineOf(note, 'muted')], right - 2, noteRows)} />
          <KeyValue facts={facts} columns={right - 2} rows={rows - 2 - noteRows} />
        </Box>
      </Pane>
    </Box>
  );
}
