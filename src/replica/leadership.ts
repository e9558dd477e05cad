/**
 * Who should lead. A node is fit if it is unsealed, its disk and its audit devices work (its owner
 * says so), and its log is neither full, stalled nor in quarantine. Fit nodes lead; an unfit one
 * steps in only where none does, as caretaker: it replicates and serves reads, runs no duties, and
 * hands over to the fit voter with the longest log as soon as there is one. Without caretakers a
 * live majority with one fit node, cut off, would stay without a leader for ever.
 */
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import { allVoters } from '../raft/quorum.ts';
import type { RawNode } from '../raft/raw-node.ts';
import { type NodeId, none } from '../raft/types.ts';
import type { HandOverReason, ReplicaEvent } from './events.ts';
import { caretakerTimeouts, stalledWriteTimeoutsMax } from './limits.ts';
import type { PeerTable } from './peer-table.ts';

/** What the node's own parts say of it. */
export interface Condition {
  readonly isLogFull: boolean;
  readonly isStateFull: boolean;
  readonly writingTicks: number;
  readonly latencyMs: number;
}

export interface LeadershipOptions {
  readonly node: RawNode;
  readonly peers: PeerTable;
  readonly condition: () => Condition;
  readonly electionTicks: number;
  readonly fit: boolean;
  readonly emit: (event: ReplicaEvent) => void;
}

export class Leadership {
  readonly #options: LeadershipOptions;
  /** What the owner says. */
  #isAllowed: boolean;
  #isQuarantined = false;
  #wasFit: boolean;
  /** Ticks until a hand-over that came to nothing is tried again. */
  #waitTicks = 0;
  /** A hand-over was tried since this node was last fit, or no leader. */
  #hasTried = false;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    this.#isAllowed = options.fit;
    this.#wasFit = options.fit;
    this.#holdCampaign();
  }

  get isQuarantined(): boolean {
    return this.#isQuarantined;
  }

  get isFit(): boolean {
    return this.#unfitness() === undefined;
  }

  /** Leads, and runs what must run once in a cluster. */
  get hasDuties(): boolean {
    return this.#options.node.raft.role === 'leader' && this.isFit;
  }

  /** Another fit voter is known: this node can be done without. */
  get hasFitPeer(): boolean {
    return this.#heir() !== undefined;
  }

  setFit(isAllowed: boolean): void {
    const wasFit = this.isFit;
    this.#isAllowed = isAllowed;
    this.#noticeFitness();
    const { raft } = this.#options.node;
    // Nobody leads, perhaps for want of a fit node: this one does not wait.
    if (!wasFit && this.isFit && raft.lead === none && raft.role === 'follower') {
      this.#options.node.campaign();
    }
  }

  /** Outvoted: it serves nothing and never leads, but stores and votes. */
  quarantine(index: number): void {
    if (this.#isQuarantined) return;
    this.#isQuarantined = true;
    this.#options.emit({ type: 'quarantined', index });
    this.#noticeFitness();
    this.#options.node.stepDown();
  }

  /** Hands over to the peer, or to the best. Undefined: it is under way. */
  handOver(to: NodeId | undefined, isForced: boolean): StrongBoxError | undefined {
    const { node } = this.#options;
    if (node.raft.role !== 'leader') return failure('replica.not-leader');
    const heir = to !== undefined && this.#isFitVoter(to) ? to : this.#heir();
    if (heir !== undefined && (to === undefined || heir === to)) this.#transfer(heir, 'asked');
    else if (isForced) node.stepDown();
    else return failure('replica.no-fit-peer');
    return undefined;
  }

  /** A peer was asked to take over and is not fit. */
  transferRefused(peer: NodeId, term: number): void {
    const { node } = this.#options;
    if (node.raft.term === term && node.raft.leadTransferee === peer) node.abortTransfer();
  }

  tick(): void {
    this.#noticeFitness();
    this.#waitTicks = Math.max(this.#waitTicks - 1, 0);
    const { node } = this.#options;
    const reason = this.#unfitness();
    if (node.raft.role !== 'leader' || reason === undefined) {
      this.#hasTried = false;
      return;
    }
    if (this.#waitTicks > 0 || node.raft.leadTransferee !== none) return;
    const heir = this.#heir(reason === 'stalled' ? this.#options.condition().latencyMs : undefined);
    if (heir === undefined) return;
    this.#waitTicks = this.#options.electionTicks;
    // A stalled leader that could not even hand over lets the others elect.
    if (reason === 'stalled' && this.#hasTried) node.stepDown();
    else this.#transfer(heir, reason);
    this.#hasTried = true;
  }

  #transfer(to: NodeId, reason: HandOverReason): void {
    this.#options.emit({ type: 'hand-over', to, reason });
    this.#options.node.transferLeader(to);
  }

  #unfitness(): Exclude<HandOverReason, 'asked'> | undefined {
    const { isLogFull, isStateFull, writingTicks } = this.#options.condition();
    if (this.#isQuarantined) return 'quarantined';
    if (!this.#isAllowed) return 'caretaker';
    if (isLogFull || isStateFull) return 'disk-full';
    return writingTicks >= this.#stalledTicks() ? 'stalled' : undefined;
  }

  /** Twice the longest election time-out. */
  #stalledTicks(): number {
    return stalledWriteTimeoutsMax * (2 * this.#options.electionTicks - 1);
  }

  #noticeFitness(): void {
    const fit = this.isFit;
    if (fit !== this.#wasFit) {
      this.#wasFit = fit;
      this.#options.emit({ type: 'fitness', fit });
      const { writingTicks } = this.#options.condition();
      if (this.#unfitness() === 'stalled') this.#options.emit({ type: 'stalled', writingTicks });
    }
    this.#holdCampaign();
  }

  #holdCampaign(): void {
    const { node, electionTicks } = this.#options;
    if (this.#isQuarantined) node.holdCampaign(Number.POSITIVE_INFINITY);
    else if (this.isFit || node.raft.tracker.isOnlyVoter(node.raft.id)) node.holdCampaign(0);
    else node.holdCampaign(caretakerTimeouts * electionTicks);
  }

  /** The fit voter with the longest log; of a lower latency than the one given. */
  #heir(latencyMs = Number.POSITIVE_INFINITY): NodeId | undefined {
    const { node, peers } = this.#options;
    const { tracker } = node.raft;
    const heirs = allVoters(tracker.conf).filter((id) => {
      const health = this.#isFitVoter(id) ? peers.healthOf(id) : undefined;
      return health !== undefined && health.appendLatencyMs < latencyMs;
    });
    const matchOf = (id: NodeId): number => tracker.progress.get(id)?.match ?? 0;
    return heirs.toSorted((left, right) => matchOf(right) - matchOf(left))[0];
  }

  #isFitVoter(id: NodeId): boolean {
    const { node, peers } = this.#options;
    const { raft } = node;
    return id !== raft.id && raft.tracker.isVoter(id) && peers.healthOf(id)?.fit === true;
  }
}
