/** The last line of every screen: the keys that do something now. */
import { memo, type ReactElement } from 'react';
import { keyLabel } from '../keys/key-name.ts';
import type { KeyHint } from '../keys/catalogue.ts';
import { fitLine, lineColumns, plain, type Line, type Span } from './line.ts';
import { Lines } from './lines.tsx';

export interface FooterBarProps {
  /** The important ones first; those that stay come last. */
  readonly hints: readonly KeyHint[];
  readonly columns: number;
}

export const FooterBar = memo(function FooterBar(props: FooterBarProps): ReactElement {
  return <Lines lines={[footerLine(props)]} />;
});

/** Whole hints only: half a key is worse than none. */
function footerLine({ hints, columns }: FooterBarProps): Line {
  const last = hints.filter(({ stays }) => stays === true).flatMap(hintSpans);
  const spans: Span[] = [];
  for (const hint of hints.filter(({ stays }) => stays !== true)) {
    const next = hintSpans(hint);
    if (lineColumns({ spans: [...spans, ...next, ...last] }) > columns) break;
    spans.push(...next);
  }
  return fitLine({ spans: [...spans, ...last] }, columns);
}

function hintSpans({ key, title }: KeyHint): readonly Span[] {
  return [plain(' '), plain(keyLabel(key), 'key'), plain(` ${title} `)];
}
