/** A row of tabs: the one that is shown is in brackets, so that no colour is needed to see it. */
import { memo, type ReactElement } from 'react';
import type { SafeText } from '../terminal/safe-text.ts';
import { fitLine, plain, span } from './line.ts';
import { Lines } from './lines.tsx';

export interface Tab {
  readonly id: string;
  readonly title: SafeText;
}

export interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly activeId: string;
  readonly columns: number;
}

export const Tabs = memo(function Tabs({ tabs, activeId, columns }: TabsProps): ReactElement {
  const spans = tabs.flatMap(({ id, title }) =>
    id === activeId
      ? [plain('['), span(title, 'title'), plain(']')]
      : [plain(' '), span(title, 'muted'), plain(' ')],
  );
  return <Lines lines={[fitLine({ spans }, columns)]} />;
});
