/** Which rows of a long list are drawn: never more than the viewport has. */

export interface Window {
  /** Index of the first row that is drawn. */
  readonly first: number;
  readonly count: number;
}

/**
 * The window that holds `selected` and moves as little as possible from the one before. Without a
 * selection (-1) it stays where it was.
 */
export function windowOf(
  total: number,
  rows: number,
  { selected, before }: { readonly selected: number; readonly before: number },
): Window {
  const last = Math.max(0, total - rows);
  let first = Math.min(Math.max(0, before), last);
  if (selected >= 0 && selected < first) first = selected;
  if (selected >= first + rows) first = selected - rows + 1;
  return { first: Math.min(first, last), count: Math.min(rows, total) };
}

/** Rows of the bar's thumb: from, to (exclusive); undefined when everything is seen. */
export function scrollThumb(
  total: number,
  rows: number,
  first: number,
): { readonly from: number; readonly to: number } | undefined {
  if (total <= rows || rows === 0) return undefined;
  const size = Math.max(1, Math.round((rows * rows) / total));
  const from = Math.round((first / (total - rows)) * (rows - size));
  return { from, to: from + size };
}
