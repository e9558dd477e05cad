/** Moving through lines that do not fit, where none of them is selected. */
import type { Navigation } from '../keys/navigation.ts';

export interface Scrolled {
  /** Lines above the first one that is shown. */
  readonly at: number;
  readonly lines: number;
  /** Lines that are shown at once. */
  readonly rows: number;
}

/** Lines above the first one after a key; undefined for a key that does not scroll. */
export function scrolledBy(to: Navigation, { at, lines, rows }: Scrolled): number | undefined {
  const page = Math.max(1, rows);
  const half = Math.ceil(page / 2);
  const distances: Partial<Record<Navigation, number>> = {
    up: -1,
    down: 1,
    'half-up': -half,
    'half-down': half,
    'page-up': -page,
    'page-down': page,
    top: -lines,
    bottom: lines,
  };
  const distance = distances[to];
  if (distance === undefined) return undefined;
  const last = Math.max(0, lines - rows);
  return Math.min(last, Math.max(0, Math.min(last, at) + distance));
}

/** Rows of a pane that fills the screen: without two lines above, two below, and its border. */
export function paneRows(screenRows: number): number {
  return Math.max(1, screenRows - 6);
}
