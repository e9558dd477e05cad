/** Draws the state of the link before there is anything else to show. */
import type { ReactElement } from 'react';
import { emptyLineOf, fitBlock, type Line, plain, span } from '../../components/line.ts';
import { Lines } from '../../components/lines.tsx';
import { wrap } from '../../terminal/fit.ts';
import type { ScreenProps } from '../screen-props.ts';
import { type ConnectView, selectConnect } from './connect-view.ts';

export function ConnectComponent({ model, columns, rows }: ScreenProps): ReactElement {
  return <Lines lines={fitBlock(connectLines(selectConnect(model), columns), columns, rows)} />;
}

function connectLines(
  { address, state, token, advice }: ConnectView,
  columns: number,
): readonly Line[] {
  const advised = advice.flatMap((sentence) =>
    wrap(sentence, columns - 4).map((text) => ({ spans: [plain('  '), span(text)] })),
  );
  return [
    emptyLineOf,
    { spans: [plain('  agent  ', 'muted'), span(address, 'title')] },
    { spans: [plain('  link   ', 'muted'), span(state, token)] },
    emptyLineOf,
    ...advised,
  ];
}
