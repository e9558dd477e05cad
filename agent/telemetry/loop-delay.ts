/**
 * How late the event loop of this thread is. The platform measures the time between two runs of a
 * timer, which is its interval where nothing is late: that is taken off.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loopDelayResolutionMs } from './limits.ts';

const nanosecondsPerMs = 1_000_000;

/** Times between runs of the timer, in nanoseconds. */
export interface LoopIntervals {
  percentile(percent: number): number;
  reset(): void;
}

export class LoopDelay {
  readonly #intervals: LoopIntervals;

  constructor(intervals: LoopIntervals) {
    this.#intervals = intervals;
  }

  /** The 99th percentile since the last call; 0 where nothing was measured. */
  takeP99Ms(): number {
    const intervalMs = this.#intervals.percentile(99) / nanosecondsPerMs;
    this.#intervals.reset();
    return Math.max(0, intervalMs - loopDelayResolutionMs);
  }
}

/** Measures this thread from now on, until `stop`. It keeps no process alive. */
export function measureLoopDelay(): { readonly delay: LoopDelay; readonly stop: () => void } {
  const intervals = monitorEventLoopDelay({ resolution: loopDelayResolutionMs });
  intervals.enable();
  return { delay: new LoopDelay(intervals), stop: () => void intervals.disable() };
}
