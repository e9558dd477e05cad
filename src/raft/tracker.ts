/**
 * The configuration in force, with the progress of each member (kept by a leader) and the votes of
 * the current campaign (kept by a candidate).
 */
import { assert } from '../../shared/assert.ts';
import { union } from './ids.ts';
import { Progress, type Window } from './progress.ts';
import { committedIndex, type VoteResult, voteResult } from './quorum.ts';
import type { ConfState, NodeId } from './types.ts';

export const emptyConf: ConfState = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

export interface Tally {
  readonly granted: number;
  readonly rejected: number;
  readonly result: VoteResult;
}

export class ProgressTracker {
  #conf = emptyConf;
  /** Invariant: its keys are the members of `#conf`, in rising order. */
  #progress = new Map<NodeId, Progress>();
  /** The first vote of each node in this campaign. */
  readonly #votes = new Map<NodeId, boolean>();
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  get conf(): ConfState {
    return this.#conf;
  }

  get progress(): ReadonlyMap<NodeId, Progress> {
    return this.#progress;
  }

  get isJoint(): boolean {
    return this.#conf.votersOutgoing.length > 0;
  }

  /** The node decides alone. A leader that was removed is not the one voter that is left. */
  isOnlyVoter(id: NodeId): boolean {
    return this.#conf.voters.length === 1 && this.#conf.voters[0] === id && !this.isJoint;
  }

  isVoter(id: NodeId): boolean {
    return this.#conf.voters.includes(id) || this.#conf.votersOutgoing.includes(id);
  }

  isLearner(id: NodeId): boolean {
    return this.#conf.learners.includes(id);
  }

  /**
   * Takes a configuration. Members that stay keep their progress. A new one is probed at the end of
   * the log, and counts as active until the next check: it had no chance to answer yet.
   */
  switchTo(conf: ConfState, lastIndex: number): void {
    const members = union(conf.voters, conf.votersOutgoing, conf.learners);
    const known = this.#progress;
    const progressOf = (id: NodeId): Progress =>
      known.get(id) ?? new Progress(Math.max(lastIndex, 1), true, this.#window);
    this.#progress = new Map(members.map((id) => [id, progressOf(id)]));
    this.#conf = conf;
  }

  /** Forgets what was known of everyone: a new term begins, and `self` has the whole log. */
  resetProgress(self: NodeId, lastIndex: number): void {
    for (const id of this.#progress.keys()) {
      const progress = new Progress(lastIndex + 1, false, this.#window);
      if (id === self) progress.match = lastIndex;
      this.#progress.set(id, progress);
    }
  }

  /** The largest index that a quorum has acknowledged. */
  committed(): number {
    return committedIndex(this.#conf, (id) => this.#progress.get(id)?.match);
  }

  /** A quorum has been heard of since the last check. */
  quorumActive(): boolean {
    return voteResult(this.#conf, (id) => this.#progress.get(id)?.recentActive) === 'won';
  }

  resetVotes(): void {
    this.#votes.clear();
  }

  /** A node's first vote counts; a later, different one would be a broken node. */
  recordVote(id: NodeId, granted: boolean): void {
    if (!this.#votes.has(id)) this.#votes.set(id, granted);
  }

  tallyVotes(): Tally {
    let granted = 0;
    let rejected = 0;
    for (const id of this.#progress.keys()) {
      const vote = this.isLearner(id) ? undefined : this.#votes.get(id);
      if (vote === true) granted += 1;
      if (vote === false) rejected += 1;
    }
    const result = voteResult(this.#conf, (id) => this.#votes.get(id));
    assert(result !== 'won' || granted > 0, 'nobody wins without a vote');
    return { granted, rejected, result };
  }
}
