/** Draws the policy editor: text and meaning side by side, or the differences before saving. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { DiffView } from '../../components/diff-view.tsx';
import { Editor } from '../../components/editor.tsx';
import { inputLine } from '../../components/input-line.ts';
import { fitBlock, type Line, lineOf, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { withScrollBar } from '../../components/list.tsx';
import { paragraph } from '../../components/paragraph.ts';
import { Pane } from '../../components/pane.tsx';
import { windowOf } from '../../components/window.ts';
import type { MergeLine } from '../../model/three-way.ts';
import { truncateStart, wrap } from '../../terminal/fit.ts';
import { clean, literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type PolicyView, selectPolicy } from './policy-view.ts';

/** Less is left to the meaning on a narrow screen. */
const liveShare = 0.42;
const tryRows = 7;
/** While a path is tried: why it is denied must be read whole. */
const tryRowsMax = 12;
const lineColumnsMax = 240;

export function PolicyComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectPolicy(model);
  if (view.pane === 'review') return <Review view={view} columns={columns} rows={rows} />;
  if (view.pane === 'conflict') return <Conflict view={view} columns={columns} rows={rows} />;
  const right = Math.floor(columns * liveShare);
  const left = columns - right;
  const isText = view.pane === 'text';
  return (
    <Box>
      <Pane title={literal('rules')} columns={left} rows={rows} focused={isText}>
        {view.isRead ? (
          <Editor
            state={view.editor}
            diagnostics={view.live.diagnostics}
            focused={isText}
            columns={left - 2}
            rows={rows - 2}
          />
        ) : (
          <Lines lines={fitBlock(paragraph(view.unread, left - 2, 'muted'), left - 2, rows - 2)} />
        )}
      </Pane>
      <Live view={view} columns={right} rows={rows} />
    </Box>
  );
}

interface PartProps {
  readonly view: PolicyView;
  readonly columns: number;
  readonly rows: number;
}

function Live({ view, columns, rows }: PartProps): ReactElement {
  const isTrying = view.pane === 'try';
  const lower = isTrying ? Math.min(tryRowsMax, Math.floor(rows * 0.6)) : tryRows;
  const upper = rows - lower;
  return (
    <Box flexDirection="column">
      <Pane title={literal('live')} columns={columns} rows={upper}>
        <Lines lines={fitBlock(liveLines(view, columns - 2), columns - 2, upper - 2)} />
      </Pane>
      <Pane title={literal('try a path')} columns={columns} rows={lower} focused={isTrying}>
        <Lines lines={fitBlock(tryLines(view, columns - 2), columns - 2, lower - 2)} />
      </Pane>
    </Box>
  );
}

function liveLines(view: PolicyView, columns: number): readonly Line[] {
  const { live, others, newerVersion } = view;
  if (!view.isRead) return [];
  const rules = live.rules.flatMap(({ path, grants, denies }, index) => [
    {
      spans: [
        plain(`${String(index + 1).padStart(2)} `, 'muted'),
        span(truncateStart(path, columns - 3)),
      ],
    },
    { spans: [plain('     '), span(grants, denies ? 'bad' : 'good')] },
  ]);
  const notes: Line[] = [];
  if (others.length > 0) {
    notes.push(lineOf(literal(`${others.join(', ')} is here, too`), 'warning'));
  }
  if (newerVersion !== undefined) {
    notes.push(lineOf(literal(`rev ${newerVersion} is newer: <C-g>`), 'warning'));
  }
  return [lineOf(live.verdict, live.isValid ? 'good' : 'bad'), ...notes, ...rules];
}

function tryLines(
  { tryPath, tryCapability, tried, pane }: PolicyView,
  columns: number,
): readonly Line[] {
  const typed = inputLine(tryPath, columns - 1, pane === 'try');
  const verdict: Line[] =
    tried === undefined
      ? [lineOf(literal('<C-t> types a path'), 'muted')]
      : tried.sentences
          .flatMap((sentence) => wrap(sentence, columns))
          .map((text: SafeText, index) =>
            lineOf(text, index === 0 ? (tried.isAllowed ? 'good' : 'bad') : 'text'),
          );
  return [
    typed,
    { spans: [span(literal(tryCapability), 'accent'), plain(' (Tab changes it)', 'muted')] },
    ...verdict,
  ];
}

function Review({ view, columns, rows }: PartProps): ReactElement {
  const verb = view.isSaving ? 'it is being saved …' : 'y saves it, Esc goes back';
  const title = literal(`what changes · ${verb}`);
  return (
    <Pane title={title} columns={columns} rows={rows} focused>
      <DiffView
        lines={view.mine}
        scrolledRows={view.scrolledRows}
        columns={columns - 2}
        rows={rows - 2}
      />
    </Pane>
  );
}

function Conflict({ view, columns, rows }: PartProps): ReactElement {
  const { newerVersion, merge, scrolledRows } = view;
  const newer = newerVersion === undefined ? 'reading …' : `theirs is rev ${newerVersion}`;
  const inner = { columns: columns - 2, rows: rows - 2 };
  const window = windowOf(merge.length, inner.rows, { selected: -1, before: scrolledRows });
  const lines = merge.slice(window.first, window.first + window.count).map(mergeRow);
  return (
    <Pane title={literal(`both changes · ${newer}`)} columns={columns} rows={rows} focused>
      <Lines lines={withScrollBar(lines, { total: merge.length, window, ...inner })} />
    </Pane>
  );
}

const signTokens: Readonly<Record<MergeLine['sign'], Token>> = {
  ' ': 'text',
  '+': 'added',
  '-': 'removed',
};

/** `theirs + path "a" {`: who has changed it, in a word. */
function mergeRow(line: MergeLine | undefined): Line {
  if (line === undefined) return lineOf(literal('       ⋮'), 'muted');
  const { who, sign, text } = line;
  const name = who === 'all' ? '' : who;
  const token = signTokens[sign];
  return {
    spans: [
      plain(` ${name.padEnd(6)} `, 'muted'),
      plain(`${sign} `, token),
      span(clean(text.replaceAll('\t', '» '), lineColumnsMax), token),
    ],
  };
}
