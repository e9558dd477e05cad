/**
 * Gives memory back when there is nothing to do. V8 lets a heap grow to several times of what is
 * alive before it collects all of it, and keeps the pages: an agent of 99 MB has 240 after a minute
 * of load, for ever, with 30 MB alive. A collection of the kind that V8 makes before it runs out of
 * memory leaves 140 to 160, and takes 15 ms of CPU time, but 40 to 570 on a crowded host: hence
 * only when the thread has had nearly nothing to do for some seconds, and once after each load.
 */
import type { EventLoopUtilization } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Timers } from '../../src/ports/clock.ts';
import { repeat } from '../repeat.ts';
import { collectedBytesLeast, idleLookMs, idlePercentMost } from './limits.ts';

/** What is looked at, and what is done; the platform's, except in tests. */
export interface IdleCollectionPorts {
  readonly timers: Timers;
  /** The share of the time since the last call in which the thread's loop was busy, 0 to 1. */
  readonly takeUtilization: () => number;
  /** Bytes that the heap and what hangs on it take now. */
  readonly heapBytes: () => number;
  readonly collect: () => void;
}

/**
 * For the thread that calls, when so many looks in a row have found it idle; the returned function
 * ends it.
 */
export function collectWhenIdle(ports: IdleCollectionPorts, idleLooks: number): () => void {
  const { timers, takeUtilization, heapBytes, collect } = ports;
  let leastBytes = heapBytes();
  let mostBytes = leastBytes;
  let idleSince = 0;
  return repeat(timers, idleLookMs, () => {
    const isIdle = 100 * takeUtilization() <= idlePercentMost;
    idleSince = isIdle ? idleSince + 1 : 0;
    const bytes = heapBytes();
    mostBytes = Math.max(mostBytes, bytes);
    leastBytes = Math.min(leastBytes, bytes);
    if (idleSince < idleLooks || mostBytes - leastBytes < collectedBytesLeast) return;
    collect();
    leastBytes = heapBytes();
    mostBytes = leastBytes;
  });
}

/** The ports of this thread. Without the launcher's --expose-gc nothing is collected. */
export function threadPorts(timers: Timers): IdleCollectionPorts {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    timers,
    takeUtilization: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    heapBytes: () => {
      const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
      return heap + external;
    },
    collect: () =>
      void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  };
}
