/** Copies of progress for events and status: they stay what they were. */
import { assert } from '../../shared/assert.ts';
import type { ProgressView } from './events.ts';
import type { ProgressTracker } from './tracker.ts';
import type { NodeId } from './types.ts';

export function progressView(tracker: ProgressTracker, id: NodeId): ProgressView {
  const progress = tracker.progress.get(id);
  assert(progress !== undefined, 'only members have progress');
  const { match, next, state, pendingSnapshot, recentActive, isPaused, inflights } = progress;
  return {
    match,
    next,
    state,
    pendingSnapshot,
    recentActive,
    isPaused,
    inflights: inflights.count,
    isWindowFull: inflights.isFull,
    isLearner: tracker.isLearner(id),
  };
}
