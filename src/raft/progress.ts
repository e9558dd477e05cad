/**
 * What the leader knows of one follower's log, and how it may send to it.
 *
 *   probe      at most one append between two heartbeat answers, until one is accepted
 *   replicate  optimistic: `next` runs ahead of `match`, within the window of inflights
 *   snapshot   a snapshot is on its way; nothing is sent until its outcome is known
 */
import { assert } from '../../shared/assert.ts';
import { Inflights } from './inflights.ts';

export type ProgressState = 'probe' | 'replicate' | 'snapshot';

export interface Window {
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
}

export class Progress {
  /** The follower's log is durably the leader's up to here. Rises only, within one term. */
  match = 0;
  /** The next entry to send; those between `match` and it are in flight. Invariant: > match. */
  next: number;
  state: ProgressState = 'probe';
  /** Index of the snapshot on its way. Invariant: < next, and 0 except in `snapshot`. */
  pendingSnapshot = 0;
  /** Ticks since the pending snapshot was last heard of. Invariant: 0 except in `snapshot`. */
  snapshotElapsedTicks = 0;
  /** It answered since the last check of the quorum. Always true of the leader itself. */
  recentActive: boolean;
  /**
   * One append was sent and no more may be until a heartbeat is answered: in `probe`, or in
   * `replicate` with a full window. It is lifted by each heartbeat answer, so that a window whose
   * messages were all lost cannot stall the follower for ever.
   */
  msgAppFlowPaused = false;
  /** Highest commit index on its way. It may fall, where what was sent is likely lost. */
  #sentCommit = 0;
  readonly inflights: Inflights;

  constructor(next: number, recentActive: boolean, window: Window) {
    assert(next >= 1, 'the first entry has the index 1');
    this.next = next;
    this.recentActive = recentActive;
    this.inflights = new Inflights(window.inflightMessagesMax, window.inflightBytesMax);
  }

  get isPaused(): boolean {
    return this.state === 'snapshot' || this.msgAppFlowPaused;
  }

  becomeProbe(): void {
    // A snapshot that arrived makes probing start after it; one that failed was set to 0 before.
    const next = Math.max(this.match, this.pendingSnapshot) + 1;
    this.#reset('probe');
    this.next = next;
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1);
  }

  becomeReplicate(): void {
    this.#reset('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.#reset('snapshot');
    this.pendingSnapshot = index;
    this.next = index + 1;
    this.#sentCommit = index;
  }

  /** Accounts for an append that was sent with so many entries. */
  sentEntries(entries: number, bytes: number): void {
    assert(this.state !== 'snapshot', 'nothing is appended while a snapshot is pending');
    if (this.state === 'probe') {
      if (entries > 0) this.msgAppFlowPaused = true;
      return;
    }
    if (entries > 0) {
      this.next += entries;
      this.inflights.add(this.next - 1, bytes);
    }
    this.msgAppFlowPaused = this.inflights.isFull;
  }

  sentCommit(commit: number): void {
    this.#sentCommit = commit;
  }

  /** Whether telling this commit index could move the follower's. */
  canBumpCommit(commit: number): boolean {
    return commit > this.#sentCommit && this.#sentCommit < this.next - 1;
  }

  /** Takes an acknowledgement; false if it is an old one. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    this.next = Math.max(this.next, index + 1);
    this.msgAppFlowPaused = false;
    return true;
  }

  /** Takes a rejection of the append at `rejected`; false if it is an old one. Then probe. */
  maybeDecrTo(rejected: number, matchHint: number): boolean {
    // No append is out that could be rejected now: the rejection is older than the snapshot.
    if (this.state === 'snapshot') return false;
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
    } else {
      // While probing, one append at a time is out: another index answers an older one.
      if (this.next - 1 !== rejected) return false;
      this.next = Math.max(Math.min(rejected, matchHint + 1), this.match + 1);
      this.msgAppFlowPaused = false;
    }
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1);
    return true;
  }

  #reset(state: ProgressState): void {
    this.msgAppFlowPaused = false;
    this.pendingSnapshot = 0;
    this.snapshotElapsedTicks = 0;
    this.state = state;
    this.inflights.reset();
  }
}
