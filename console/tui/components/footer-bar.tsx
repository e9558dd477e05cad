/** The last line of every screen: the keys that do something now. */
import { memo, type ReactElement } from 'react';
import { keyLabel } from '../keys/key-name.ts';
import type { KeyHint } from '../keys/catalogue.ts';
import { fitLine, lineColumns, plain, type Line, type Span } from './line.ts';
import { Lines } from './lines.tsx';

export interface FooterBarProps {
  /** The important ones first. */
  readonly hints: readonly KeyHint[];
  readonly columns: number;
}

export const FooterBar = memo(function FooterBar(props: FooterBarProps): ReactElement {
  return <Lines lines={[footerLine(props)]} />;
});

/** Whole hints only: half a key is worse than none. */
function footerLine({ hints, columns }: FooterBarProps): Line {
  const spans: Span[] = [];
  for (const { key, title } of hints) {
    const next = [plain(' '), plain(keyLabel(key), 'key'), plain(` ${title} `)];
    if (lineColumns({ spans: [...spans, ...next] }) > columns) break;
    spans.push(...next);
  }
  return fitLine({ spans }, columns);
}
