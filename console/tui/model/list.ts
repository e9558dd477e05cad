/** Moving the selection of a list by keys. The selection is an identifier, never a position. */
import type { Navigation } from '../keys/navigation.ts';

/** The row that a key selects; undefined if the key does not move, or there is no row. */
export function movedSelection(
  to: Navigation,
  ids: readonly string[],
  { selected, pageRows }: { readonly selected: string | undefined; readonly pageRows: number },
): string | undefined {
  const distance = distanceOf(to, ids.length, pageRows);
  if (distance === undefined || ids.length === 0) return undefined;
  const from = selected === undefined ? 0 : Math.max(0, ids.indexOf(selected));
  return ids[Math.min(Math.max(0, from + distance), ids.length - 1)];
}

function distanceOf(to: Navigation, total: number, pageRows: number): number | undefined {
  const half = Math.max(1, Math.floor(pageRows / 2));
  const page = Math.max(1, pageRows);
  const distances: Partial<Record<Navigation, number>> = {
    up: -1,
    down: 1,
    top: -total,
    bottom: total,
    'half-up': -half,
    'half-down': half,
    'page-up': -page,
    'page-down': page,
  };
  return distances[to];
}
