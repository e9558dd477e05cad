/**
 * One node's replica: drives the Raft core (src/raft) over the ports of log, state, links and time.
 * Everything happens in turns: a port calls back, the part concerned takes it in, and the turn's
 * end hands out whatever the core has to be done (`Ready`), until there is nothing left. Nothing in
 * here waits, and nothing is half done between turns.
 *
 *   proposer.ts      this node's proposals, from submission to outcome
 *   intake.ts        proposals on their way into a leader's log
 *   log-writer.ts    the core's append thread: group commit
 *   applier.ts       the core's apply thread: one transaction after another
 *   reads.ts         read indexes, a batch at a time
 *   leadership.ts    fitness, caretakers, hand-overs, stalls
 *   agreement.ts     digests compared, the outvoted put in quarantine
 *   snapshot-*.ts    content that the log cannot give any more
 *   peer-traffic.ts  frames out and in
 */
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { Transaction } from '../ports/store.ts';
import type { ConfChange } from '../raft/conf-change.ts';
import type { Message, MsgStorageApplyResp } from '../raft/messages.ts';
import type { RawNode } from '../raft/raw-node.ts';
import type { Ready } from '../raft/ready.ts';
import { type ConfState, type NodeId, none } from '../raft/types.ts';
import { LogCutter } from './log-cutter.ts';
import type { MachineState } from './machine-state.ts';
import { membersOf } from './members.ts';
import { membershipObstacle } from './membership-policy.ts';
import type { ReplicaOptions } from './options.ts';
import { buildParts, type Hooks, type Parts } from './parts.ts';
import { putOut } from './peer-registry.ts';
import { isPeerMessage } from './peer-traffic.ts';
import { flushProposals, isStuck } from './proposal-flow.ts';
import type { ProposalDone } from './proposer.ts';
import type { ReadDone } from './reads.ts';
import { recover } from './recover.ts';
import type { AppliedEntries } from './state-machine.ts';
import { TickMeter } from './tick-meter.ts';

/** Recovers what is on the disk and starts. Failures go to `onFatal`. */
export function startReplica(options: ReplicaOptions, started: (replica: Replica) => void): void {
  const { log, state } = options.ports;
  const { found, onFatal } = options;
  const recovered = (machine: MachineState): void => {
    const replica = new Replica(options, machine);
    replica.begin();
    started(replica);
  };
  recover({ log, state, found, recovered, failed: onFatal });
}

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #parts: Parts;
  readonly #meter: TickMeter;
  readonly #listeners = new Set<() => void>();
  #endTicks: () => void = () => {};
  #isStopped = false;
  #wasQuarantined = false;
  #isInTurn = false;
  #isTurnAgain = false;
  /** As the last turn left it. */
  #leadership = { role: 'follower', lead: 0, term: -1, duties: false };
  readonly #cutter: LogCutter;

  /** Use `startReplica`. */
  constructor(options: ReplicaOptions, machine: MachineState) {
    const { timings } = options.identity;
    this.#options = options;
    this.#meter = new TickMeter(timings.tickMs, timings.heartbeatTicks);
    this.#cutter = new LogCutter(options.ports.log, options.ports.state);
    this.#parts = buildParts(this.#options, machine, this.#hooks());
    this.#parts.links.setPeers(this.#peersOf(machine.conf));
  }

  /** The core: for invariants and status. Inputs come by the methods of this class. */
  get core(): RawNode {
    return this.#parts.node;
  }

  /** The state beside the entries, as of the last apply. */
  get machine(): MachineState {
    return this.#parts.applier.machine;
  }

  get isFit(): boolean {
    return this.#parts.leadership.isFit;
  }

  get isQuarantined(): boolean {
    return this.#parts.leadership.isQuarantined;
  }

  /** Another fit voter is known: this node may stop. */
  get hasFitPeer(): boolean {
    return this.#parts.leadership.hasFitPeer;
  }

  /** This node leads and is fit: it runs what must run once in a cluster. */
  get hasDuties(): boolean {
    return this.#parts.leadership.hasDuties;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Milliseconds of cluster time, for an answer. */
  readTimeMs(): number {
    return this.#parts.time.readMs();
  }

  /** Called after each change of the state, and at the end. The returned function ends it. */
  onApplied(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first turn: a node that is alone leads at once, and each tells that it has started. */
  begin(): void {
    const { ticker } = this.#options.ports;
    const { identity } = this.#options;
    this.#endTicks = ticker.start(identity.timings.tickMs, (elapsedMs) => this.#onTick(elapsedMs));
    const { node, proposer } = this.#parts;
    const { incarnation } = identity;
    proposer.submit({ kind: 'start', incarnation }, Number.POSITIVE_INFINITY, (result) => {
      if (!result.ok || !result.answer.succeeded) this.#options.emit({ type: 'start-refused' });
    });
    if (node.raft.tracker.isOnlyVoter(identity.node)) node.campaign();
    this.#turnEnded();
  }

  /** Unsealed, room on the disk, audit devices that work: see leadership.ts. */
  setFit(isFit: boolean): void {
    this.#parts.leadership.setFit(isFit);
    this.#turnEnded();
  }

  /**
   * Proposes a transaction that has been checked; `done` comes once, with the outcome as it is in
   * the state of this node. Throws `store.overloaded`, `store.closed`, `store.disk-full`,
   * `replica.quarantined`: then nothing was proposed.
   */
  submit(transaction: Transaction, limitTicks: number, done: ProposalDone): void {
    if (this.#isStopped) throw failure('store.closed');
    // The answer would come out of a state that is not the cluster's.
    if (this.isQuarantined) throw failure('replica.quarantined');
    if (isStuck(this.#parts)) throw failure('store.disk-full');
    this.#parts.proposer.submit({ kind: 'transaction', transaction }, limitTicks, done);
    this.#turnEnded();
  }

  /** `done` comes once, when the state may be read linearizably. Throws as `submit`. */
  read(limitTicks: number, done: ReadDone): void {
    if (this.#isStopped) throw failure('store.closed');
    if (this.isQuarantined) throw failure('replica.quarantined');
    this.#parts.reads.add(limitTicks, done);
    this.#turnEnded();
  }

  /**
   * Hands leadership over, to a fit voter. Undefined: it is under way. With `isForced` this node
   * gives up even where nobody fit is known.
   */
  handOver(to?: NodeId, isForced = false): StrongBoxError | undefined {
    const refusal = this.#parts.leadership.handOver(to, isForced);
    this.#turnEnded();
    return refusal;
  }

  /** Proposes a change of members, on the leader. Undefined: it is in the log. */
  changeMembers(change: ConfChange): StrongBoxError | undefined {
    const { node, peers } = this.#parts;
    const { raft } = node;
    if (raft.role !== 'leader') return failure('replica.not-leader');
    const obstacle = membershipObstacle(change, {
      conf: raft.tracker.conf,
      committed: raft.log.committed,
      removed: this.machine.removed,
      isAlive: (id) => id === raft.id || peers.healthOf(id) !== undefined,
      matchOf: (id) => raft.tracker.progress.get(id)?.match,
    });
    const reason = obstacle ?? node.obstacleTo(change) ?? node.proposeConfChange(change);
    this.#turnEnded();
    return reason === undefined ? undefined : failure('replica.change-refused', { reason });
  }

  /** Ends at once; what waits is refused. Idempotent. */
  stop(): void {
    if (this.#isStopped) return;
    this.#end();
    const { proposer, reads } = this.#parts;
    proposer.failAll((wasSent) => failure(wasSent ? 'replica.outcome-unknown' : 'store.closed'));
    reads.failAll(failure('store.closed'));
  }

  #end(): void {
    this.#isStopped = true;
    this.#endTicks();
    this.#parts.sender.endAll();
    this.#parts.receiver.abandon();
    this.#parts.links.close();
    this.#tellListeners();
  }

  #hooks(): Hooks {
    return {
      deliver: (messages) => this.#deliver(messages),
      applied: (result) => this.#applied(result),
      finished: (responses) => this.#finished(responses),
      installed: (machine, peer) => this.#installed(machine, peer),
      failed: (reason) => this.#failed(reason),
      turnEnded: () => this.#turnEnded(),
    };
  }

  #onTick(elapsedMs: number): void {
    const isLeader = this.core.raft.role === 'leader';
    const { ticks, skippedTicks } = this.#meter.passed(elapsedMs, isLeader);
    if (skippedTicks > 0) this.#options.emit({ type: 'ticks-skipped', ticks: skippedTicks });
    for (let count = 0; count < ticks; count += 1) this.#tick();
    this.#turnEnded();
  }

  #tick(): void {
    const { node, logWriter, applier, proposer, reads, peers } = this.#parts;
    const { sender, receiver, links, leadership } = this.#parts;
    for (const part of [logWriter, applier, peers, sender, receiver, links]) part.tick();
    leadership.tick();
    node.tick();
    proposer.tick();
    reads.tick();
  }

  /** Everything that the turn has caused is handed out. */
  #turnEnded(): void {
    this.#isTurnAgain = true;
    if (this.#isInTurn) return;
    this.#isInTurn = true;
    while (this.#isTurnAgain && !this.#isStopped) {
      this.#isTurnAgain = false;
      // First: what waits is sent to whoever leads now, and once.
      this.#noticeLeadership();
      flushProposals(this.#parts);
      this.#flushReads();
      while (this.core.hasReady && !this.#isStopped) {
        this.#handle(this.core.ready());
        this.#isTurnAgain = true;
      }
      this.#noticeLeadership();
      this.#noticeQuarantine();
      this.#dropUnwantedSnapshot();
    }
    this.#isInTurn = false;
  }

  #handle({ readStates, messages }: Ready): void {
    const { reads, logWriter, applier } = this.#parts;
    for (const readState of readStates) reads.answered(readState, this.machine.applied.index);
    for (const message of messages) {
      if (message.type === 'MsgStorageAppend') logWriter.enqueue(message);
      else if (message.type === 'MsgStorageApply') applier.enqueue(message);
      else this.#route(message);
    }
  }

  #route(message: Message): void {
    if (message.to === this.core.raft.id) this.core.step(message);
    else if (isPeerMessage(message)) this.#parts.traffic.sendMessage(message);
  }

  #deliver(messages: readonly Message[]): void {
    if (this.#isStopped) return;
    for (const message of messages) this.#route(message);
  }

  #flushReads(): void {
    if (this.core.raft.lead === none) return;
    this.#parts.reads.flush((context) => this.core.readIndex(context));
  }

  #applied(result: AppliedEntries): void {
    if (this.#isStopped) return;
    const { agreement, proposer, reads, time } = this.#parts;
    const { applied, clusterTimeMs, checkpoints, revision } = result.state;
    time.applied(clusterTimeMs);
    agreement.setOwn(checkpoints);
    for (const { index, change } of result.confChanges) this.core.applyConfChange(index, change);
    if (result.confChanges.length > 0) this.#membersChanged(result.state.conf);
    putOut(this.#parts, result.state);
    this.#options.emit({ type: 'applied', to: applied, revision });
    for (const outcome of result.outcomes) {
      const { judgement } = outcome;
      if (judgement !== 'new') this.#options.emit({ type: 'proposal-skipped', judgement });
      proposer.resolve(outcome);
    }
    reads.applied(applied.index);
    this.#tellListeners();
    this.#cutLog();
  }

  #finished(responses: readonly MsgStorageApplyResp[]): void {
    this.#deliver(responses);
  }

  #installed(machine: MachineState, peer: NodeId): void {
    if (this.#isStopped) return;
    const { applier, agreement, proposer, reads, time } = this.#parts;
    const { applied } = machine;
    applier.replaceMachine(machine);
    time.applied(machine.clusterTimeMs);
    agreement.setOwn(machine.checkpoints);
    this.#membersChanged(machine.conf);
    putOut(this.#parts, machine);
    this.#options.emit({ type: 'snapshot', peer, snapshot: applied, step: 'installed' });
    proposer.resolveFromWindow(machine.windows.get(this.#options.identity.node));
    reads.applied(applied.index);
    this.#tellListeners();
  }

  #membersChanged(conf: ConfState): void {
    const members = this.#peersOf(conf);
    const { links, peers, registry } = this.#parts;
    links.setPeers(members);
    peers.keep(members);
    registry.keep(members);
  }

  /** Until it knows its cluster, a node talks to whom it was told to. */
  #peersOf(conf: ConfState): readonly NodeId[] {
    const members = membersOf(conf);
    return members.length === 0 ? this.#options.contacts : members;
  }

  #noticeLeadership(): void {
    const { role, lead, term } = this.core.raft;
    const before = this.#leadership;
    const duties = this.hasDuties;
    const isSame = role === before.role && lead === before.lead && term === before.term;
    if (isSame && duties === before.duties) return;
    this.#leadership = { role, lead, term, duties };
    this.#options.emit({ type: 'leadership', role, lead, term, duties });
    if (!isSame) this.#leaderChanged(role === 'leader');
  }

  /** What was asked of the old leader may be lost, and what it knew is void. */
  #leaderChanged(isLeader: boolean): void {
    const { agreement, intake, links, proposer, reads, registry, sender, time } = this.#parts;
    agreement.reset();
    registry.forgetAcknowledged();
    time.forgetStamps();
    if (!isLeader) sender.endAll();
    for (const peer of intake.giveUp()) {
      if (peer !== this.core.raft.id) links.send(peer, 'control', { type: 'proposals-refused' });
    }
    proposer.resend();
    reads.askAgain();
    this.#isTurnAgain = true;
  }

  /** What waits would be answered out of a state that is not the cluster's. */
  #noticeQuarantine(): void {
    if (!this.isQuarantined || this.#wasQuarantined) return;
    this.#wasQuarantined = true;
    const { proposer, reads } = this.#parts;
    proposer.failAll((wasSent) =>
      failure(wasSent ? 'replica.outcome-unknown' : 'replica.quarantined'),
    );
    reads.failAll(failure('replica.quarantined'));
  }

  /** The core did not want a snapshot that was received: its log is further, or its term. */
  #dropUnwantedSnapshot(): void {
    const { receiver, node } = this.#parts;
    const index = receiver.completeIndex;
    if (index === undefined || node.raft.heldSnapshot !== undefined) return;
    if (node.raft.log.unstable.snapshot?.index !== index) receiver.abandon();
  }

  #cutLog(): void {
    // Not beyond what the core knows to be applied: it reads the term there.
    const { applied } = this.core.raft.log;
    const cut = this.#cutter.cut(applied, this.#parts.sender.pinnedIndex);
    if (cut !== undefined) this.#options.emit({ type: 'log-cut', to: cut });
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }

  #failed(reason: unknown): void {
    if (this.#isStopped) return;
    this.#end();
    const { proposer, reads } = this.#parts;
    proposer.failAll(() => failure('store.io'));
    reads.failAll(failure('store.io'));
    this.#options.onFatal(reason);
  }
}
