/**
 * Do the nodes hold the same state? Each keeps digests at multiples of `checkpointEntries`. The
 * leader's heartbeats name the newest index that the others have reached, the answers carry their
 * digests there, and the leader counts. A digest that a quorum has is the right one; its heartbeats
 * say so from then on. Whoever has another one is outvoted, be it the leader itself. Where no
 * quorum agrees, nobody knows who is right: that is an alarm and nothing else.
 *
 * Nothing is ever healed by guessing.
 */
import type { Checkpoint, Health } from '../link/peer-frame.ts';
import { allVoters, voteResult } from '../raft/quorum.ts';
import type { ConfState, NodeId } from '../raft/types.ts';
import { sameBytes } from './digest.ts';

export type Verdict = 'agreed' | 'outvoted' | 'split' | 'open';

export class Agreement {
  readonly #self: NodeId;
  /** Own digests, rising. */
  #own: readonly Checkpoint[] = [];
  /** What peers have told: the newest index they have, and digests at `#asked`. */
  readonly #newest = new Map<NodeId, number>();
  readonly #digests = new Map<NodeId, Uint8Array>();
  /** The index that this leader asks about. */
  #asked: Checkpoint | undefined;
  #isConfirmed = false;
  /** The index that the leader asked this node about. */
  #askedByLeader = 0;

  constructor(self: NodeId) {
    this.#self = self;
  }

  setOwn(checkpoints: readonly Checkpoint[]): void {
    this.#own = checkpoints;
  }

  /** Leadership begins or ends: what was counted was counted by another one. */
  reset(): void {
    this.#newest.clear();
    this.#digests.clear();
    this.#asked = undefined;
    this.#isConfirmed = false;
    this.#askedByLeader = 0;
  }

  get newestIndex(): number {
    return this.#own.at(-1)?.index ?? 0;
  }

  /** What this leader's heartbeats carry. */
  question(conf: ConfState): Pick<Health, 'checkpoint' | 'confirmed'> {
    this.#askAbout(this.#newestOfAll(conf));
    return { checkpoint: this.#asked, confirmed: this.#isConfirmed };
  }

  /** What this follower's answers carry. */
  answer(): Pick<Health, 'checkpoint' | 'confirmed'> {
    return { checkpoint: this.#ownAt(this.#askedByLeader), confirmed: false };
  }

  /** A follower heard its leader. */
  heardLeader({ checkpoint, confirmed }: Health): Verdict {
    if (checkpoint === undefined) return 'open';
    this.#askedByLeader = checkpoint.index;
    const own = this.#ownAt(checkpoint.index);
    if (!confirmed || own === undefined) return 'open';
    return sameBytes(own.digest, checkpoint.digest) ? 'agreed' : 'outvoted';
  }

  /** A leader heard a peer. */
  heardPeer(peer: NodeId, health: Health, conf: ConfState): Verdict {
    this.#newest.set(peer, health.newestCheckpoint);
    const { checkpoint } = health;
    if (checkpoint === undefined || checkpoint.index !== this.#asked?.index) return 'open';
    this.#digests.set(peer, checkpoint.digest);
    return this.#count(this.#asked, conf);
  }

  #count(own: Checkpoint, conf: ConfState): Verdict {
    const digestOf = (id: NodeId): Uint8Array | undefined =>
      id === this.#self ? own.digest : this.#digests.get(id);
    const voters = allVoters(conf);
    let isSplit = false;
    for (const candidate of voters) {
      const digest = digestOf(candidate);
      if (digest === undefined) continue;
      const result = voteResult(conf, (id) => {
        const theirs = digestOf(id);
        return theirs === undefined ? undefined : sameBytes(theirs, digest);
      });
      const isOwn = sameBytes(digest, own.digest);
      if (result === 'won') {
        this.#isConfirmed = isOwn;
        return isOwn ? 'agreed' : 'outvoted';
      }
      isSplit ||= !isOwn;
    }
    return isSplit ? 'split' : 'open';
  }

  #askAbout(index: number): void {
    const newest = this.#own.findLast((checkpoint) => checkpoint.index <= index);
    if (newest === undefined || newest.index <= (this.#asked?.index ?? 0)) return;
    this.#asked = newest;
    this.#digests.clear();
    this.#isConfirmed = false;
  }

  /** What all voters have reached that were heard and are not hopelessly behind. */
  #newestOfAll(conf: ConfState): number {
    const oldest = this.#own[0]?.index ?? Number.POSITIVE_INFINITY;
    const reached = allVoters(conf)
      .filter((id) => id !== this.#self)
      .map((id) => this.#newest.get(id) ?? 0)
      .filter((index) => index >= oldest);
    return reached.length === 0 ? 0 : Math.min(...reached);
  }

  #ownAt(index: number): Checkpoint | undefined {
    return this.#own.find((checkpoint) => checkpoint.index === index);
  }
}
