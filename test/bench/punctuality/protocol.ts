/** What the bench tells a metered agent to do, and what that answers. */
import type { Lateness } from './lateness-meter.ts';

export type MeterOrder =
  | { readonly kind: 'start' }
  /** The request thread does nothing else for so long. */
  | { readonly kind: 'block'; readonly ms: number }
  /** Key generations and password hashes, as many as fit into the queue. */
  | { readonly kind: 'slow-jobs' }
  | { readonly kind: 'stop' };

export type MeterWord =
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'measured'; readonly lateness: Lateness }
  /** All slow jobs are done; the thread was not asked to wait for them. */
  | { readonly kind: 'slow-jobs-done'; readonly count: number };

/** The broadcast channel by which the request thread is told to block, for so many ms. */
export const blockChannelName = 'strongbox-bench-block';
