/**
 * Cluster time on one node of a cluster. The state holds the newest stamp that was applied; from
 * there time goes on with the monotonic time that passes. Only the leader looks at its wall clock:
 * it stamps each proposal, and where its wall clock is ahead (the cluster was stopped) each stamp
 * catches up by one jump at most (src/store/cluster-time.ts has the rule and its reasons).
 *
 * A leader's stamps that never become part of the state are forgotten with its leadership: a node
 * that was cut off with a wrong clock must not keep the time it dreamt of.
 */
import { assert } from '../../shared/assert.ts';
import { clusterTimeJumpMsMax } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import { advanceClusterTime } from '../store/cluster-time.ts';

interface At {
  readonly timeMs: number;
  readonly monotonicMs: number;
}

export class ReplicaTime {
  readonly #clock: Clock;
  /** What the state says, and when it came to say so. */
  #applied: At;
  /** The newest stamp of this leader. */
  #stamped: At | undefined;
  /** The newest time that this node has told. Never goes back. */
  #toldMs = 0;

  constructor(clock: Clock, appliedMs: number) {
    this.#clock = clock;
    this.#applied = { timeMs: appliedMs, monotonicMs: clock.monotonicMs() };
  }

  /**
   * The state's time, after an apply or an install. A clock that ran ahead meanwhile is put right;
   * what was told with it stays told, and time stands still until it is reached again.
   */
  applied(timeMs: number): void {
    assert(timeMs >= this.#applied.timeMs, 'cluster time does not go back');
    if (timeMs === this.#applied.timeMs) return;
    this.#applied = { timeMs, monotonicMs: this.#clock.monotonicMs() };
  }

  /** The time for an answer. */
  readMs(): number {
    const nowMs = Math.floor(this.#passed(this.#applied, this.#clock.monotonicMs()));
    this.#toldMs = Math.max(this.#toldMs, nowMs);
    return this.#toldMs;
  }

  /** The leader's stamp for the next proposal. */
  stampMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    const wallMs = Math.max(Math.floor(this.#clock.wallMs()), 0);
    const before = this.#stamped ?? this.#applied;
    const baseMs = Math.max(
      this.#passed(before, monotonicMs),
      this.#passed(this.#applied, monotonicMs),
    );
    // A cluster that has no time yet takes its first leader's.
    const isFirst = before.timeMs === 0;
    const timeMs = isFirst
      ? Math.max(wallMs, baseMs)
      : advanceClusterTime(baseMs, 0, wallMs, clusterTimeJumpMsMax);
    this.#stamped = { timeMs, monotonicMs };
    return Math.floor(timeMs);
  }

  /** Leadership begins or ends. */
  forgetStamps(): void {
    this.#stamped = undefined;
  }

  #passed({ timeMs, monotonicMs }: At, nowMs: number): number {
    if (timeMs === 0) return 0;
    return timeMs + Math.max(nowMs - monotonicMs, 0);
  }
}
