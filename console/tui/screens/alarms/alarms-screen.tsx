/** Draws the alarms: each with its node, how long it has stood, and the line of its runbook. */
import type { ReactElement } from 'react';
import { Box } from 'ink';
import { emptyLineOf, fitBlock, type Line, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { wrap } from '../../terminal/fit.ts';
import { literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type AlarmLine, type AlarmsView, selectAlarms } from './alarms-view.ts';

const clearedRowsMax = 8;

export function AlarmsComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectAlarms(model);
  const cleared = Math.min(clearedRowsMax, view.cleared.length === 0 ? 0 : view.cleared.length + 2);
  const upper = rows - cleared;
  return (
    <Box flexDirection="column">
      <Pane title={view.title} columns={columns} rows={upper} focused>
        <Lines lines={fitBlock(openLines(view, columns - 2), columns - 2, upper - 2)} />
      </Pane>
      {cleared === 0 ? null : (
        <Pane title={literal('over')} columns={columns} rows={cleared}>
          <Lines
            lines={fitBlock(
              view.cleared.map(({ at, text }) => ({
                spans: [plain(' '), span(at, 'muted'), plain('  '), span(text)],
              })),
              columns - 2,
              cleared - 2,
            )}
          />
        </Pane>
      )}
    </Box>
  );
}

/** From the selected one on, if not all of them fit. */
function openLines(view: AlarmsView, columns: number): readonly Line[] {
  if (view.open.length === 0) {
    return paragraph(view.empty, columns, view.isKnown ? 'good' : 'warning');
  }
  const selected = Math.max(
    0,
    view.open.findIndex(({ id }) => id === view.selectedId),
  );
  const first = Math.max(0, selected - 2);
  const alarms = view.open
    .slice(first)
    .flatMap((alarm) => alarmLines(alarm, columns, alarm.id === view.selectedId));
  return view.note === '' ? alarms : [...paragraph(view.note, columns, 'warning'), ...alarms];
}

function alarmLines(alarm: AlarmLine, columns: number, isSelected: boolean): readonly Line[] {
  const { severity, token, node, since, sentence, runbook } = alarm;
  return [
    {
      spans: [
        plain(isSelected ? '▸ ' : '  '),
        span(severity, token),
        plain('  '),
        span(node, 'title'),
        plain('  '),
        span(since, 'muted'),
      ],
    },
    ...wrap(sentence, columns - 6).map((part) => ({ spans: [plain('    '), span(part)] })),
    ...wrap(runbook, columns - 8).map((part, index) => ({
      spans: [plain(index === 0 ? '    → ' : '      ', 'accent'), span(part, 'accent')],
    })),
    emptyLineOf,
  ];
}
