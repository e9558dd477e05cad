/** Draws a verification: its progress, then its verdict and what else must be known. */
import { Box } from 'ink';
import type { ReactElement } from 'react';
import { emptyLineOf, fitBlock, type Line, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { Progress } from '../../components/progress.tsx';
import { wrap } from '../../terminal/fit.ts';
import { literal, type SafeText } from '../../terminal/safe-text.ts';
import type { Token } from '../../terminal/theme.ts';
import type { ScreenProps } from '../screen-props.ts';
import { selectVerify, type VerifyView } from './verify-view.ts';

export function VerifyComponent({ model, columns, rows }: ScreenProps): ReactElement {
  const view = selectVerify(model);
  const head: Line[] = [emptyLineOf, { spans: [plain('  '), span(view.source, 'title')] }];
  if (view.progress === undefined) {
    return <Lines lines={fitBlock([...head, ...resultLines(view, columns)], columns, rows)} />;
  }
  const { done, total, unit, elapsedMs } = view.progress;
  return (
    <Box flexDirection="column">
      <Lines lines={fitBlock([...head, emptyLineOf], columns, 3)} />
      <Progress
        label={literal('  ')}
        done={done}
        total={total}
        unit={unit}
        elapsedMs={elapsedMs}
        columns={columns}
      />
    </Box>
  );
}

function resultLines({ verdict, notes }: VerifyView, columns: number): readonly Line[] {
  const said = verdict === undefined ? [] : paragraph(verdict.sentence, columns, toneOf(verdict));
  return [
    emptyLineOf,
    ...said,
    emptyLineOf,
    ...notes.flatMap((note) => paragraph(note, columns, 'muted')),
  ];
}

function toneOf({ isGood }: { readonly isGood: boolean }): Token {
  return isGood ? 'good' : 'bad';
}

function paragraph(text: SafeText, columns: number, token: Token): readonly Line[] {
  return wrap(text, columns - 4).map((part) => ({ spans: [plain('  '), span(part, token)] }));
}
