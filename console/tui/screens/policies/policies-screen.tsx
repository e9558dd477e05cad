/** Draws the list of policies and the text of the selected one. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { fitBlock, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { List } from '../../components/list.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { countText } from '../../model/figures.ts';
import { clean, literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { selectPolicies } from './policies-view.ts';

export function PoliciesComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const { items, selectedId, hiddenCount, empty, preview } = selectPolicies(model);
  const left = Math.max(24, Math.floor(columns * 0.34));
  const title = literal(
    hiddenCount === 0 ? 'policies' : `policies · ${countText(hiddenCount)} hidden`,
  );
  const previewTitle = clean(selectedId ?? 'text', 60);
  const inner = { columns: left - 2, rows: rows - 2 };
  return (
    <Box>
      <Pane title={title} columns={left} rows={rows} focused>
        {items.length === 0 ? (
          <Lines
            lines={fitBlock(paragraph(empty, inner.columns, 'muted'), inner.columns, inner.rows)}
          />
        ) : (
          <List
            items={items.map(({ id, text }) => ({ id, line: lineOf(text) }))}
            selectedId={selectedId}
            {...inner}
          />
        )}
      </Pane>
      <Pane title={previewTitle} columns={columns - left} rows={rows}>
        <Lines
          lines={fitBlock(
            preview.map((text) => ({ spans: [plain(' '), span(text)] })),
            columns - left - 2,
            rows - 2,
          )}
        />
      </Pane>
    </Box>
  );
}
