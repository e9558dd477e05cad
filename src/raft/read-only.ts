/**
 * The bookkeeping of reads on a leader (section 8 of the paper, dissertation 6.4). Reads are
 * counted in the order in which they came. A heartbeat carries the count of all reads that wait, a
 * node's answer acknowledges that count, and a read is confirmed when a quorum has acknowledged it:
 * the leader was still the leader after the read was asked for. Counts belong to one term and only
 * rise, so that no answer can confirm a read that came after its question: where a context was used
 * twice, a paused node once confirmed a stale read (etcd-io/etcd 20418).
 */
import { assert } from '../../shared/assert.ts';
import { committedIndex } from './quorum.ts';
import type { ConfState, NodeId } from './types.ts';

export interface ReadRequest {
  readonly from: NodeId;
  readonly context: number;
}

export interface WaitingRead extends ReadRequest {
  /** The commit index when the read was asked for: what it must see. */
  readonly index: number;
}

export class ReadOnly {
  /** The count that each node has acknowledged. */
  readonly #acked = new Map<NodeId, number>();
  /** Read `confirmed + 1 + i` is at i. */
  #waiting: WaitingRead[] = [];
  /** How many reads of this term are confirmed. Rises only. */
  #confirmed = 0;
  /** The count that the newest heartbeats carry. Rises only. */
  #asked = 0;

  add(read: WaitingRead): void {
    this.#waiting.push(read);
  }

  /** A round that has not ended covers some reads; those that came since wait for the next one. */
  get isRoundUnderWay(): boolean {
    return this.#asked > this.#confirmed;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Begins a round for all waiting reads: the count for its heartbeats, 0 if none waits. */
  startRound(self: NodeId): number {
    if (this.#waiting.length === 0) return 0;
    this.#asked = this.#confirmed + this.#waiting.length;
    this.#acked.set(self, this.#asked);
    return this.#asked;
  }

  acknowledge(from: NodeId, position: number): void {
    assert(position <= this.#asked, 'only what was asked is acknowledged');
    this.#acked.set(from, Math.max(this.#acked.get(from) ?? 0, position));
  }

  /** Takes out the reads that a quorum has confirmed since. */
  takeConfirmed(conf: ConfState): readonly WaitingRead[] {
    const confirmed = committedIndex(conf, (id) => this.#acked.get(id));
    if (confirmed <= this.#confirmed) return [];
    const taken = this.#waiting.splice(0, confirmed - this.#confirmed);
    this.#confirmed = confirmed;
    return taken;
  }
}
