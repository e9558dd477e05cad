/** A line over the whole width that stays as long as what it says is so: `REHEARSAL`, `stale`. */
import type { ReactElement } from 'react';
import type { SafeText } from '../terminal/safe-text.ts';
import type { Token } from '../terminal/theme.ts';
import { fitLine, plain, span } from './line.ts';
import { Lines } from './lines.tsx';

export interface BannerProps {
  readonly text: SafeText;
  readonly token: Token;
  readonly columns: number;
}

export function Banner({ text, token, columns }: BannerProps): ReactElement {
  const line = fitLine({ spans: [plain(' '), span(text, token)] }, columns);
  return <Lines lines={[line]} />;
}
