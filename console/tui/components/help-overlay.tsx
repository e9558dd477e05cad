/** The sheet under `?`: every key and command of the view, from the same table as the footer. */
import type { ReactElement } from 'react';
import type { HelpSection } from '../keys/catalogue.ts';
import type { SafeText } from '../terminal/safe-text.ts';
import { helpColumnsMax, helpSheet } from './help-lines.ts';
import { withScrollBar } from './list.tsx';
import { Modal } from './modal.tsx';
import type { ScreenSize } from './modal-size.ts';
import { windowOf } from './window.ts';

export interface HelpOverlayProps {
  readonly title: SafeText;
  readonly sections: readonly HelpSection[];
  readonly screen: ScreenSize;
  /** Rows scrolled down; more than there are shows the end. */
  readonly scrolledRows: number;
}

export function HelpOverlay({
  title,
  sections,
  screen,
  scrolledRows,
}: HelpOverlayProps): ReactElement {
  const { lines: all, columns, rows } = helpSheet(sections, screen);
  const window = windowOf(all.length, rows, { selected: -1, before: scrolledRows });
  const shown = all.slice(window.first, window.first + rows);
  const lines = withScrollBar(shown, { total: all.length, window, columns, rows });
  return <Modal title={title} lines={lines} screen={screen} columnsMax={helpColumnsMax} />;
}
