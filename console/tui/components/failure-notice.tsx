/** An error that stays until it is dismissed: code, what failed, and what to do next. */
import type { ReactElement } from 'react';
import { wrap } from '../terminal/fit.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { fitLine, plain, span, type Line } from './line.ts';
import { Lines } from './lines.tsx';

export interface FailureNoticeProps {
  /** Stable: `seal.share-mismatch`. */
  readonly code: SafeText;
  /** What failed and what to do, in sentences. */
  readonly message: SafeText;
  /** How many more wait behind this one. */
  readonly waitingCount: number;
  readonly columns: number;
  readonly rowsMax: number;
}

export function FailureNotice(props: FailureNoticeProps): ReactElement {
  return <Lines lines={failureLines(props)} />;
}

function failureLines(props: FailureNoticeProps): readonly Line[] {
  const { code, message, waitingCount, columns, rowsMax } = props;
  const more = waitingCount === 0 ? '' : `   ${waitingCount} more`;
  const head = {
    spans: [plain(' ✗ ', 'bad'), span(code, 'bad'), plain(`   <Esc> dismiss${more}`, 'muted')],
  };
  const body = wrap(message, columns - 3).map((text) => ({ spans: [plain('   '), span(text)] }));
  return [head, ...body].slice(0, rowsMax).map((line) => fitLine(line, columns));
}
