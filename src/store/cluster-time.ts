/**
 * Cluster time: the one clock of every TTL. It never goes back while the store is open, and over a
 * restart not behind what was persisted; a step of the host's clock while the agent runs does not
 * touch it:
 *
 * - It advances by the monotonic time that passes.
 * - The host's wall clock is read when the store opens, and carried on from there by the monotonic
 *   clock. Where that is ahead of cluster time (the agent was stopped), cluster time catches up,
 *   so that time spent stopped counts against every TTL. It never catches up beyond what the wall
 *   clock says now: a clock that was wrong at the start and has been put right pulls no further.
 * - Catching up is done by stamps, each at most `clusterTimeJumpMsMax` far: one with every commit,
 *   and one with a read when none was made for a second (an idle agent catches up, too). A host
 *   that starts with a clock ten years ahead expires one day's leases a second, not all at once.
 *
 * Each commit persists its stamp. Time that only reads were told is owed: the store persists it on
 * closing and about once a minute, if there is any. So cluster time goes back only where the host's
 * clock was set back and the agent was killed (or its disk was full), and then by about a minute;
 * after a close never. A suspended host counts only at the next start where its monotonic clock
 * stood still.
 *
 * All of it is kept in whole milliseconds, whose sums are exact: between two stamps cluster time is
 * the monotonic clock plus a constant, and whoever knows the constant (another thread, which is
 * told it with each stamp) tells the very time that would be told here.
 */
import { assert } from '../../shared/assert.ts';
import { clusterTimeJumpMsMax } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import { noListener, type StoreListener } from './listener.ts';

/** How long no stamp was made before a read makes one. */
export const clusterTimeIdleMs = 1_000;

/** Told of each stamp; the opening of the store makes the first. */
type StampListener = Pick<StoreListener, 'stamped'>;

/** The next cluster time: the one pure rule. All values in milliseconds. */
export function advanceClusterTime(
  previousMs: number,
  elapsedMs: number,
  targetMs: number,
  jumpMsMax: number,
): number {
  assert(elapsedMs >= 0, 'monotonic time does not go back');
  assert(jumpMsMax >= 0, 'cluster time does not go back');
  const baseMs = previousMs + elapsedMs;
  return baseMs + Math.min(Math.max(targetMs - baseMs, 0), jumpMsMax);
}

/** Keeps cluster time for the one process that stamps commits. What it tells are integers. */
export class ClusterClock {
  readonly #clock: Clock;
  readonly #listener: StampListener;
  readonly #openedWallMs: number;
  readonly #openedMonotonicMs: number;
  #timeMs: number;
  #monotonicMs: number;
  #stampedMonotonicMs: number;
  #toldMs = 0;
  #persistedMs: number;

  /** `persistedMs` is what the last agent persisted; undefined for a store that is new. */
  constructor(clock: Clock, persistedMs: number | undefined, listener: StampListener = noListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#openedWallMs = Math.floor(clock.wallMs());
    this.#openedMonotonicMs = Math.floor(clock.monotonicMs());
    this.#timeMs = persistedMs ?? this.#openedWallMs;
    this.#monotonicMs = this.#openedMonotonicMs;
    this.#stampedMonotonicMs = this.#openedMonotonicMs;
    this.#persistedMs = persistedMs ?? 0;
    this.#advance(clusterTimeJumpMsMax);
    this.#listener.stamped(this.#timeMs, this.#monotonicMs);
  }

  /** The time to be persisted: the newest that was told, if it lies beyond what is persisted. */
  get owedMs(): number | undefined {
    return this.#toldMs > this.#persistedMs ? this.#toldMs : undefined;
  }

  /** Says that a time is on the disk. */
  persisted(timeMs: number): void {
    assert(timeMs <= this.#toldMs, 'only a time that was told is persisted');
    this.#persistedMs = Math.max(this.#persistedMs, timeMs);
  }

  /** The time for a commit: catches up by one jump. Persist it with the commit. */
  stampMs(): number {
    const stampMs = this.#tell(clusterTimeJumpMsMax);
    this.#stampedMonotonicMs = this.#monotonicMs;
    this.#listener.stamped(this.#timeMs, this.#monotonicMs);
    return stampMs;
  }

  /** The time for a read. */
  readMs(): number {
    const idleMs = this.#monotonicNowMs() - this.#stampedMonotonicMs;
    return idleMs >= clusterTimeIdleMs ? this.stampMs() : this.#tell(0);
  }

  #tell(jumpMsMax: number): number {
    this.#advance(jumpMsMax);
    this.#toldMs = this.#timeMs;
    return this.#toldMs;
  }

  #advance(jumpMsMax: number): void {
    const nowMs = this.#monotonicNowMs();
    const runningMs = nowMs - this.#openedMonotonicMs;
    const targetMs = Math.min(this.#openedWallMs + runningMs, Math.floor(this.#clock.wallMs()));
    const elapsedMs = nowMs - this.#monotonicMs;
    this.#timeMs = advanceClusterTime(this.#timeMs, elapsedMs, targetMs, jumpMsMax);
    this.#monotonicMs = nowMs;
  }

  /** A clock that breaks its promise and goes back is taken as standing still. */
  #monotonicNowMs(): number {
    return Math.max(Math.floor(this.#clock.monotonicMs()), this.#monotonicMs);
  }
}
