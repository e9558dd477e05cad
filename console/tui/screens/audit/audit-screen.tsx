/** Draws the tail of the audit log; the opened record lies below it. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { fitBlock, fitLine, type Line, plain, type Span, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { KeyValue } from '../../components/key-value.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { windowOf } from '../../components/window.ts';
import { fit } from '../../terminal/fit.ts';
import { countText } from '../../model/figures.ts';
import type { AuditRow } from '../../model/audit-rows.ts';
import { literal, type SafeText } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { auditLine, type AuditView, gapText, selectAudit } from './audit-view.ts';

const openedRowsMax = 14;

export function AuditComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectAudit(model);
  const opened = view.opened === undefined ? 0 : Math.min(openedRowsMax, Math.floor(rows * 0.6));
  const inner = { columns: columns - 2, rows: rows - opened - 2 };
  return (
    <Box flexDirection="column">
      <Pane title={titleOf(view)} columns={columns} rows={rows - opened} focused>
        <Lines lines={fitBlock(tailLines(view, inner), inner.columns, inner.rows)} />
      </Pane>
      {view.opened === undefined ? null : (
        <Pane title={literal('record, not verified')} columns={columns} rows={opened}>
          <KeyValue facts={view.opened} columns={columns - 2} rows={opened - 2} />
        </Pane>
      )}
    </Box>
  );
}

function titleOf(view: AuditView): SafeText {
  const { isKnown, isFollowing, errorsOnly, hiddenCount, dropped, rows, selected } = view;
  if (!isKnown) return literal('audit · not followed');
  const below = countText(Math.max(0, rows.length - 1 - selected));
  const state = isFollowing ? '▾ following' : `‖ paused, ${below} below`;
  const filtered = errorsOnly ? ' · errors only' : '';
  const hidden = hiddenCount === 0 ? '' : ` · ${countText(hiddenCount)} hidden`;
  const lost = dropped === 0 ? '' : ` · ${countText(dropped)} dropped`;
  return literal(`audit · ${state}${filtered}${hidden}${lost}`);
}

function tailLines(
  view: AuditView,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): readonly Line[] {
  if (view.rows.length === 0) return paragraph(view.empty, columns, 'muted');
  const { first, count } = windowOf(view.rows.length, rows, {
    selected: view.selected,
    before: Math.max(0, view.selected - Math.floor(rows * 0.6)),
  });
  return view.rows.slice(first, first + count).map((row, index) => {
    const isSelected = first + index === view.selected;
    const mark = plain(isSelected ? '▸ ' : '  ');
    const line = fitLine({ spans: [mark, ...rowSpans(row)] }, columns);
    return isSelected ? { ...line, token: 'selected' as const } : line;
  });
}

/** The outcome takes what it needs: half a code is none. */
function rowSpans(row: AuditRow): readonly Span[] {
  if (row.missing > 0) return [plain('··· ', 'warning'), span(gapText(row), 'warning')];
  const { time, outcome, who, what, token } = auditLine(row);
  return [
    span(time, 'muted'),
    plain(' '),
    span(fit(who, 12)),
    plain(' '),
    span(outcome === '' ? fit(outcome, 3) : outcome, token),
    plain('  '),
    span(what, token),
  ];
}
