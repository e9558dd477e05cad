/** Draws the ceremony: the shares at the left, who is here and what happened at the right. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { barText } from '../../components/braille.ts';
import { emptyLineOf, fitBlock, type Line, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { Pane } from '../../components/pane.tsx';
import { windowOf } from '../../components/window.ts';
import { fit, wrap } from '../../terminal/fit.ts';
import { literal } from '../../terminal/safe-text.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type CeremonyView, selectCeremony } from './ceremony-view.ts';

const barColumnsMax = 30;
const stateRows = 5;

export function CeremonyComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectCeremony(model);
  if (view === undefined) {
    return <Lines lines={fitBlock([lineOf(literal(' waiting for the agent'))], columns, rows)} />;
  }
  const left = Math.floor(columns * 0.44);
  const below = rows - stateRows;
  const here = Math.min(below - 3, Math.max(3, view.participants.length + 2));
  return (
    <Box flexDirection="column">
      <Lines lines={fitBlock(stateLines(view, columns), columns, stateRows)} />
      <Box>
        <Pane title={literal('shares')} columns={left} rows={below} focused>
          <Lines lines={fitBlock(shareLines(view, below - 2), left - 2, below - 2)} />
        </Pane>
        <Box flexDirection="column">
          <Pane title={literal('here now')} columns={columns - left} rows={here}>
            <Lines lines={fitBlock(participantLines(view), columns - left - 2, here - 2)} />
          </Pane>
          <Pane title={literal('what happened')} columns={columns - left} rows={below - here}>
            <Lines lines={eventLines(view, columns - left - 2, below - here - 2)} />
          </Pane>
        </Box>
      </Box>
    </Box>
  );
}

function stateLines(view: CeremonyView, columns: number): readonly Line[] {
  const { entered, threshold, deadline, isUrgent } = view;
  const share = threshold === 0 ? 0 : Math.min(1, entered / threshold);
  const bar = barText(share, Math.min(barColumnsMax, columns - 44));
  return [
    { spans: [plain(' '), span(view.sentence, view.token)] },
    emptyLineOf,
    {
      spans: [
        plain(' '),
        span(bar, 'chart'),
        plain(`  ${entered} of ${threshold}`, 'title'),
        plain('   '),
        span(deadline, isUrgent ? 'bad' : 'text'),
      ],
    },
    {
      spans: [
        plain(' '),
        span(view.title, 'title'),
        plain('   nonce ', 'muted'),
        span(view.nonce),
        plain('   set ', 'muted'),
        span(view.setId),
      ],
    },
  ];
}

/** All of them where there is room; else the window in which the next one is missing. */
function shareLines({ shares }: CeremonyView, rows: number): readonly Line[] {
  const missing = shares.findIndex(({ token }) => token !== 'good');
  const { first, count } = windowOf(shares.length, rows, { selected: missing, before: 0 });
  return shares.slice(first, first + count).map(({ index, state, token, by }) => ({
    spans: [
      plain(' '),
      span(fit(index, 3, 'right'), 'muted'),
      plain('  '),
      span(fit(state, 15), token),
      plain('  '),
      span(by),
    ],
  }));
}

function participantLines({ participants }: CeremonyView): readonly Line[] {
  if (participants.length === 0) return [lineOf(literal(' nobody has said a name'), 'muted')];
  return participants.map(({ text, isSelf }) => ({
    spans: [plain(isSelf ? ' ▸ ' : '   '), span(text, isSelf ? 'accent' : 'text')],
  }));
}

/** The newest that fit; a refusal must be read whole, so lines are broken, not cut. */
function eventLines({ events }: CeremonyView, columns: number, rows: number): readonly Line[] {
  const lines = events.flatMap(({ text, token }) =>
    wrap(text, Math.max(2, columns - 4)).map((part, index) => ({
      spans: [plain(index === 0 ? ' ' : '    '), span(part, token)],
    })),
  );
  return fitBlock(lines.slice(-Math.max(0, rows)), columns, Math.max(0, rows));
}
