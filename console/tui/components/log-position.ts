/**
 * Where somebody reads in a log that grows: at its end, or at a line that stays put while others
 * come. Lines have numbers that only grow, so a dropped front moves nothing.
 */
import type { Navigation } from '../keys/navigation.ts';

export type LogPosition =
  | { readonly kind: 'following' }
  /** Number of the lowest line that is drawn. */
  | { readonly kind: 'paused'; readonly bottom: number };

export interface LogExtent {
  /** Number of the oldest line that is still held. */
  readonly first: number;
  /** Number after the newest line's. */
  readonly end: number;
  readonly rows: number;
}

export const following: LogPosition = { kind: 'following' };

/** The position after a key; the same one if the key means nothing in a log. */
export function moveLog(
  position: LogPosition,
  key: Navigation | 'follow',
  extent: LogExtent,
): LogPosition {
  if (key === 'follow') return position.kind === 'following' ? pausedAt(extent) : following;
  if (key === 'bottom') return following;
  const distance = distanceOf(key, extent);
  if (distance === undefined) return position;
  const bottom = bottomOf(position, extent) + distance;
  if (bottom >= extent.end - 1) return distance > 0 ? following : pausedAt(extent);
  return { kind: 'paused', bottom: Math.max(bottom, lowestBottom(extent)) };
}

/** Numbers of the lines to draw: from, to (exclusive). */
export function logRange(
  position: LogPosition,
  extent: LogExtent,
): { readonly from: number; readonly to: number } {
  const to = bottomOf(position, extent) + 1;
  return { from: Math.max(extent.first, to - extent.rows), to };
}

/** Lines that came below what is read. */
export function linesBelow(position: LogPosition, extent: LogExtent): number {
  return extent.end - 1 - bottomOf(position, extent);
}

function bottomOf(position: LogPosition, extent: LogExtent): number {
  const newest = extent.end - 1;
  if (position.kind === 'following') return newest;
  return Math.min(newest, Math.max(position.bottom, lowestBottom(extent)));
}

/** The first page: the oldest line is at its top. */
function lowestBottom({ first, end, rows }: LogExtent): number {
  return Math.min(end - 1, first + rows - 1);
}

function pausedAt({ end }: LogExtent): LogPosition {
  return { kind: 'paused', bottom: end - 1 };
}

function distanceOf(key: Navigation, { rows, first, end }: LogExtent): number | undefined {
  const half = Math.max(1, Math.floor(rows / 2));
  const distances: Partial<Record<Navigation, number>> = {
    up: -1,
    down: 1,
    'half-up': -half,
    'half-down': half,
    'page-up': -rows,
    'page-down': rows,
    top: first - end,
  };
  return distances[key];
}
