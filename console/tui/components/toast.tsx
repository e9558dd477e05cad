/** What just happened, in one line that goes by itself; never an error that needs an act. */
import type { ReactElement } from 'react';
import type { SafeText } from '../terminal/safe-text.ts';
import { fitLine, plain, span } from './line.ts';
import { Lines } from './lines.tsx';

export interface ToastProps {
  readonly text: SafeText;
  readonly kind: 'done' | 'notice';
  readonly columns: number;
}

export function Toast({ text, kind, columns }: ToastProps): ReactElement {
  const mark = kind === 'done' ? plain(' ✓ ', 'good') : plain(' • ', 'accent');
  return <Lines lines={[fitLine({ spans: [mark, span(text)] }, columns)]} />;
}
