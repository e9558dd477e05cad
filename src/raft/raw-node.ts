/**
 * One node of a Raft cluster, as its driver sees it. Inputs change its state at once and return at
 * once; what is to be done about it (write, send, apply) comes out of `ready`. Nothing in here
 * waits, and nothing knows the time but by `tick`.
 *
 * With asynchronous storage the driver hands `MsgStorageAppend` and `MsgStorageApply` to its disk
 * and its state machine, each in order, and steps their `responses` when the work is done. A
 * configuration change enters by `applyConfChange` while its entry is applied, before that entry's
 * response is stepped.
 */
import { assert } from '../../shared/assert.ts';
import { applyConfChange, switchToConf } from './membership.ts';
import { type ConfChange, type ConfObstacle, restoreConf } from './conf-change.ts';
import { encodeConfChange } from './conf-change-codec.ts';
import { hup } from './election.ts';
import type { ProgressView } from './events.ts';
import { reportSnapshot, reportUnreachable, type SnapshotReport } from './leader.ts';
import { isResponse, type Message } from './messages.ts';
import type { RaftOptions } from './options.ts';
import { obstacleTo, propose } from './propose.ts';
import { allVoters } from './quorum.ts';
import { Raft } from './raft.ts';
import { readIndex } from './read-index.ts';
import { type Ready, ReadyMaker } from './ready.ts';
import { step } from './step.ts';
import { tick } from './tick.ts';
import { transferLeader } from './transfer.ts';
import {
  assertCount,
  type ConfState,
  type HardState,
  type NodeId,
  none,
  type Refusal,
  type SoftState,
} from './types.ts';
import { progressView } from './views.ts';

export interface Status extends SoftState, HardState {
  readonly id: NodeId;
  readonly applied: number;
  readonly conf: ConfState;
  readonly leadTransferee: NodeId;
  /** By id, in order. Empty except on a leader. */
  readonly progress: ReadonlyMap<NodeId, ProgressView>;
}

export class RawNode {
  /** For invariants and tests to look at; inputs come by the methods. */
  readonly raft: Raft;
  readonly #ready: ReadyMaker;
  /** Contexts of this node's reads rise, so that none is used twice. */
  #readContext = 0;

  /**
   * Starts from what is stored. A stored commit behind what is applied is raised to it. The first
   * nodes of a cluster begin with a snapshot that names them, and a hard state in its term.
   */
  constructor(options: RaftOptions) {
    const raft = new Raft(options);
    this.raft = raft;
    const { hardState, confState } = options.stableLog.initialState();
    const last = raft.log.lastEntryId();
    assert(last.term <= (hardState?.term ?? last.term), 'a term is stored before its entries');
    assert(options.applied >= raft.log.firstIndex() - 1, 'the log reaches back to the state');
    assert(options.applied <= last.index, 'the state is not ahead of the log');
    switchToConf(raft, restoreConf(confState));
    raft.log.commitTo(Math.max(hardState?.commit ?? 0, options.applied));
    raft.log.appliedTo(options.applied, 0);
    raft.vote = hardState?.vote ?? none;
    raft.term = hardState?.term ?? 0;
    raft.becomeFollower(raft.term);
    const { committed, applied } = raft.log;
    const voters = allVoters(raft.tracker.conf);
    raft.emit({ type: 'started', voters, term: raft.term, committed, applied, last });
    this.#ready = new ReadyMaker(raft);
  }

  /** One tick of time has passed. */
  tick(): void {
    tick(this.raft);
  }

  /** Takes a message of a peer, or the response of a storage message. */
  step(message: Message): Refusal | undefined {
    const { tracker } = this.raft;
    if (isResponse(message) && !tracker.progress.has(message.from)) return 'unknown-peer';
    return step(this.raft, message);
  }

  /**
   * Proposes entries, all or none; together they travel in fewer messages than one by one.
   * Undefined: they were taken, which is no promise that they will be committed.
   */
  propose(...entries: readonly Uint8Array[]): Refusal | undefined {
    const proposals = entries.map((data) => ({ type: 'normal', data }) as const);
    return propose(this.raft, this.raft.id, proposals);
  }

  /**
   * Why this leader would not take the change now; undefined if it would. Exact: no other change
   * can come between.
   */
  obstacleTo(change: ConfChange): ConfObstacle | undefined {
    return obstacleTo(this.raft, change);
  }

  /** Proposes a change of members. Where there is an obstacle, an empty entry takes its place. */
  proposeConfChange(change: ConfChange): Refusal | undefined {
    const data = encodeConfChange(change);
    return propose(this.raft, this.raft.id, [{ type: 'conf-change', data }]);
  }

  /** The change of the entry at `index` is applied; gives the configuration now in force. */
  applyConfChange(index: number, change: ConfChange): ConfState {
    return applyConfChange(this.raft, index, change);
  }

  /** Campaigns now, if this node may. */
  campaign(): void {
    hup(this.raft, false);
  }

  /** Hands leadership over, if this node leads or knows who does. */
  transferLeader(transferee: NodeId): void {
    transferLeader(this.raft, transferee);
  }

  /** A follower gives up its leader, and may vote at once. No effect where a lease counts. */
  forgetLeader(): void {
    const raft = this.raft;
    const { lead, term } = raft;
    if (raft.role !== 'follower') return;
    if (raft.options.readOnly === 'lease-based') raft.emit({ type: 'forget-leader-ignored' });
    else if (lead !== none) {
      raft.emit({ type: 'leader-forgotten', lead, term });
      raft.lead = none;
    }
  }

  /** The target of the transfer under way will not take over: this leader works on at once. */
  abortTransfer(): void {
    const { leadTransferee: peer, term } = this.raft;
    if (peer === none) return;
    this.raft.emit({ type: 'transfer-aborted', peer, term });
    this.raft.leadTransferee = none;
  }

  /** A leader gives up: its driver found it unable to go on. */
  stepDown(): void {
    const raft = this.raft;
    if (raft.role !== 'leader') return;
    raft.emit({ type: 'stepped-down', term: raft.term });
    raft.becomeFollower(raft.term);
  }

  /**
   * Asks for a read index; the answer is a `ReadState` with this context, or none at all: then ask
   * again, under a new context. Contexts rise, and are never used again, not even by a later start
   * of this node: an old answer must not pass for a new one.
   */
  readIndex(context: number): Refusal | undefined {
    assertCount(context);
    assert(context > this.#readContext, 'a context is used once');
    this.#readContext = context;
    return readIndex(this.raft, { from: this.raft.id, context });
  }

  /** A message to the peer was lost, as far as the link knows. */
  reportUnreachable(peer: NodeId): void {
    if (this.raft.role === 'leader') reportUnreachable(this.raft, peer);
  }

  reportSnapshot(peer: NodeId, report: SnapshotReport): void {
    if (this.raft.role === 'leader') reportSnapshot(this.raft, peer, report);
  }

  /** This node does not campaign by itself before no leader was heard for so many ticks. */
  holdCampaign(ticks: number): void {
    this.raft.campaignHoldTicks = ticks;
  }

  get hasReady(): boolean {
    return this.#ready.hasReady;
  }

  /** What is to be done now. It must be done: nothing comes twice. */
  ready(): Ready {
    return this.#ready.make();
  }

  /** Without asynchronous storage: the last Ready has been handled, in full. */
  advance(): void {
    for (const message of this.#ready.takeOnAdvance()) step(this.raft, message);
  }

  status(): Status {
    const { id, term, vote, lead, role, log, tracker, leadTransferee } = this.raft;
    const ids = role === 'leader' ? [...tracker.progress.keys()] : [];
    const progress = new Map(ids.map((peer) => [peer, progressView(tracker, peer)]));
    const { committed: commit, applied } = log;
    const { conf } = tracker;
    return { id, term, vote, lead, role, commit, applied, conf, leadTransferee, progress };
  }
}
