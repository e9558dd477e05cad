/**
 * The state of one node: what Figure 2 of the paper calls state, and what etcd keeps beside it. The
 * rules that change it stand in the files around, by subject; here are the few that all of them
 * need. One instance is one incarnation: a restart makes a new one from what was durable.
 */
import { assert } from '../../shared/assert.ts';
import type { RaftEvent } from './events.ts';
import type { MsgSnap, PeerMessage, Unaddressed } from './messages.ts';
import { assertOptions, type RaftOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { RaftLog } from './raft-log.ts';
import { ReadOnly, type ReadRequest } from './read-only.ts';
import { ProgressTracker } from './tracker.ts';
import { type NodeId, none, type ReadState, type Role } from './types.ts';

export class Raft {
  readonly id: NodeId;
  readonly options: RaftOptions;
  readonly log: RaftLog;
  readonly tracker: ProgressTracker;
  readonly outbox: Outbox;

  /** The latest term seen. Rises only; durable before any answer of that term. */
  term = 0;
  /** Who got this node's vote in `term`. Set at most once a term, durable before the answer. */
  vote: NodeId = none;
  role: Role = 'follower';
  /** The leader of `term`, once heard of. Invariant: this node itself exactly when it leads. */
  lead: NodeId = none;

  /**
   * Index of the newest configuration change or snapshot that is in force. Changes at or below it
   * are ignored: an apply that was under way when a snapshot came must not repeat them.
   */
  confIndex: number;
  /**
   * On a leader: no configuration change above this index is in the log. A new one is proposed only
   * when it is applied, so that at most one is ever unapplied (dissertation 4.1).
   */
  pendingConfIndex = 0;
  /** On a leader: the index of the first entry that it appended in its term. */
  termStartIndex = 0;
  /** On a leader: payload bytes proposed in this term and not yet applied. */
  uncommittedBytes = 0;
  /** On a leader: whom it hands over to. No proposal is taken meanwhile. */
  leadTransferee: NodeId = none;

  /** On a leader: reads that wait for a quorum's heartbeat answers. New in each term. */
  readOnly = new ReadOnly();
  /** On a leader: reads that wait for the first commit of its term. At most `leaderReadsMax`. */
  heldReads: ReadRequest[] = [];
  /** Answered reads of this node, until the next `ready`. */
  readStates: ReadState[] = [];
  /** A snapshot that came while entries were being applied: taken up when they are. */
  heldSnapshot: MsgSnap | undefined;

  /**
   * Ticks since the last election time-out (leader, candidate), or since the leader was heard or a
   * vote was given (follower).
   */
  electionElapsedTicks = 0;
  /** On a leader: ticks since the last heartbeats. */
  heartbeatElapsedTicks = 0;
  /** Drawn anew with each change of role, so that two candidates do not collide for ever. */
  randomizedElectionTicks = 0;
  /** Ticks since a leader was last heard of. Campaigns do not reset it. */
  leaderlessTicks = 0;
  /**
   * This node does not campaign by itself before it heard of no leader for so long. The driver sets
   * it: 0 in a fit node, more in one that should lead only where no other can.
   */
  campaignHoldTicks = 0;

  constructor(options: RaftOptions) {
    assertOptions(options);
    this.id = options.id;
    this.options = options;
    this.log = new RaftLog(options.stableLog, options.applyingBytesMax, options.emit);
    this.tracker = new ProgressTracker(options);
    this.outbox = new Outbox(options.id);
    this.confIndex = options.applied;
  }

  emit(event: RaftEvent): void {
    this.options.emit(event);
  }

  /** Sends in the current term; votes and pre-votes name theirs. */
  send(message: Unaddressed<PeerMessage>, term = this.term): void {
    this.outbox.put({ ...message, from: this.id, term });
  }

  /**
   * Whether this node may be elected: a voter that is not about to replace its log. (A learner that
   * was promoted and does not know yet is asked for its vote all the same, and gives it.)
   */
  get isPromotable(): boolean {
    return this.tracker.isVoter(this.id) && this.log.unstable.snapshot === undefined;
  }

  /** A leader's own entry is committed: only then it knows the whole committed log. */
  get hasCommittedInTerm(): boolean {
    return this.log.committed >= this.termStartIndex;
  }

  /** Of whom, shows with the first message of a leader. */
  becomeFollower(term: number): void {
    this.#reset(term);
    this.#enter('follower');
  }

  becomePreCandidate(): void {
    assert(this.role !== 'leader', 'a leader does not campaign');
    // Nothing else changes: no term is entered and no vote given.
    this.tracker.resetVotes();
    this.lead = none;
    this.#enter('pre-candidate');
  }

  becomeCandidate(): void {
    assert(this.role !== 'leader', 'a leader does not campaign');
    this.#reset(this.term + 1);
    this.vote = this.id;
    this.#enter('candidate');
  }

  /** The state of a new leader; election.ts gives it its first entry. */
  becomeLeader(): void {
    assert(this.role === 'candidate', 'only a candidate is elected');
    this.#reset(this.term);
    this.lead = this.id;
    this.leaderlessTicks = 0;
    const own = this.tracker.progress.get(this.id);
    assert(own !== undefined, 'a leader is a member');
    own.becomeReplicate();
    own.recentActive = true;
    // Some entry of the tail may be a configuration change; waiting for all of them is simpler than
    // looking.
    this.pendingConfIndex = this.log.lastIndex();
    this.termStartIndex = this.log.lastIndex() + 1;
    this.#enter('leader');
  }

  /** This node heard of the leader. */
  hearLeader(lead: NodeId): void {
    assert(lead !== this.id, 'a node does not follow itself');
    assert(this.lead === none || this.lead === lead, 'there is one leader a term');
    this.lead = lead;
    this.electionElapsedTicks = 0;
    this.leaderlessTicks = 0;
  }

  #enter(role: Role): void {
    this.role = role;
    this.emit({ type: 'became-role', role, term: this.term });
  }

  #reset(term: number): void {
    assert(term >= this.term, 'terms only rise');
    if (term !== this.term) {
      this.term = term;
      this.vote = none;
    }
    this.lead = none;
    this.electionElapsedTicks = 0;
    this.heartbeatElapsedTicks = 0;
    const { electionTicks } = this.options;
    this.randomizedElectionTicks = electionTicks + this.options.draw(electionTicks);
    this.leadTransferee = none;
    this.tracker.resetVotes();
    this.tracker.resetProgress(this.id, this.log.lastIndex());
    this.uncommittedBytes = 0;
    this.readOnly = new ReadOnly();
    this.heldReads = [];
  }
}
