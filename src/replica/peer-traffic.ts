/**
 * Between the replica and its links: which channel a message takes and which news of this node's
 * health go with it; and where each frame of a peer belongs.
 */
import { isLinkMessage, type LinkMessage } from '../link/message-codec.ts';
import type { Acknowledged, Health, PeerFrame } from '../link/peer-frame.ts';
import type { LinkChannel } from '../ports/peer-link.ts';
import type { Message, MsgSnap, PeerMessage } from '../raft/messages.ts';
import type { RawNode } from '../raft/raw-node.ts';
import { type NodeId, none } from '../raft/types.ts';
import type { Agreement, Verdict } from './agreement.ts';
import type { ReplicaEvent } from './events.ts';
import { type Intake, isSoundProposal } from './intake.ts';
import type { Leadership } from './leadership.ts';
import { isStrangersWord } from './members.ts';
import type { PeerRegistry } from './peer-registry.ts';
import type { PeerTable } from './peer-table.ts';
import type { Proposer } from './proposer.ts';
import type { SnapshotReceiver } from './snapshot-receiver.ts';
import type { SnapshotSender } from './snapshot-sender.ts';

export interface TrafficParts {
  readonly node: RawNode;
  readonly agreement: Agreement;
  readonly intake: Intake;
  readonly leadership: Leadership;
  readonly peers: PeerTable;
  readonly registry: PeerRegistry;
  readonly proposer: Proposer;
  readonly receiver: SnapshotReceiver;
  readonly sender: SnapshotSender;
  readonly latencyMs: () => number;
  /**
   * This node has applied something. One that has not does not vote: whoever joins has a state long
   * before it is a voter, so an empty one lost its disk, and may have given its vote before.
   */
  readonly hasState: () => boolean;
  /** A member, or one that this node was told to talk to. Others are strangers (members.ts). */
  readonly isKnown: (peer: NodeId) => boolean;
  readonly send: (peer: NodeId, channel: LinkChannel, frame: PeerFrame) => boolean;
  readonly emit: (event: ReplicaEvent) => void;
}

const latencyMsMax = 0xffff_ffff;

export class PeerTraffic {
  readonly #parts: TrafficParts;
  /** Where digests differed last: one alarm each. */
  #alarmedIndex = 0;

  constructor(parts: TrafficParts) {
    this.#parts = parts;
  }

  /** Sends a message of the core; one that is lost is not worth a word, but an append. */
  sendMessage(message: PeerMessage): void {
    const { node, send, sender } = this.#parts;
    if (message.type === 'MsgSnap') return sender.begin(message, node.raft.log.firstIndex());
    if (!isLinkMessage(message)) return;
    const { to, type } = message;
    const frame = { type: 'raft', health: this.#healthFor(message), message } as const;
    if (send(to, channelOf(message), frame)) return;
    if (type === 'MsgApp') node.reportUnreachable(to);
    // A channel may be back before the other; what is small goes by either.
    else send(to, 'bulk', frame);
  }

  /** A frame of a peer whose hello was accepted. */
  received(peer: NodeId, frame: PeerFrame): void {
    const { leadership, proposer, receiver, sender } = this.#parts;
    if (this.#isStranger(peer) && !isStrangersWord(frame)) return;
    switch (frame.type) {
      case 'ping':
        break;
      case 'raft':
        this.#receivedMessage(peer, frame.health, frame.message);
        break;
      case 'proposals':
        this.#receivedProposals(peer, frame.proposals);
        break;
      case 'proposals-refused':
        proposer.refused();
        break;
      case 'snapshot-offer':
        this.#receivedOffer(peer, frame.transfer, frame.message);
        break;
      case 'snapshot-want':
        sender.want(peer, frame.transfer, frame.offset);
        break;
      case 'snapshot-chunk':
        receiver.chunk(peer, frame);
        break;
      case 'transfer-refused':
        leadership.transferRefused(peer, frame.term);
        break;
    }
  }

  /** Whoever leads is none: a majority has elected it. */
  #isStranger(peer: NodeId): boolean {
    return !this.#parts.isKnown(peer) && this.#parts.node.raft.lead !== peer;
  }

  #receivedMessage(peer: NodeId, health: Health, message: LinkMessage): void {
    const { node, peers } = this.#parts;
    // The connection proves who speaks; a message of or for another node is not this link's.
    if (message.from !== peer || message.to !== node.raft.id) return;
    if (!this.#isStranger(peer)) peers.heard(peer, health);
    if (message.type === 'MsgTimeoutNow' && !this.#mayTakeOver(peer, message.term)) return;
    if (message.type === 'MsgTransferLeader') return;
    if (isVoteRequest(message) && !this.#parts.hasState()) return;
    node.step(message);
    this.#compareDigests(peer, health, message);
    this.#learnAcknowledged(peer, health, message);
    this.#notePosition(peer, message);
  }

  /** A hand-over to a node that is not fit is refused, and ends at once. */
  #mayTakeOver(peer: NodeId, term: number): boolean {
    const { leadership, send } = this.#parts;
    if (!leadership.isFit) send(peer, 'control', { type: 'transfer-refused', term });
    return leadership.isFit;
  }

  #compareDigests(peer: NodeId, health: Health, { type, term }: LinkMessage): void {
    const { agreement, node } = this.#parts;
    const { lead, role, tracker } = node.raft;
    if (term !== node.raft.term) return;
    if (type === 'MsgHeartbeat' && lead === peer) {
      this.#judge(agreement.heardLeader(health), health);
    } else if (type === 'MsgHeartbeatResp' && role === 'leader') {
      this.#judge(agreement.heardPeer(peer, health, tracker.conf), health);
    }
  }

  #judge(verdict: Verdict, { checkpoint }: Health): void {
    const index = checkpoint?.index ?? 0;
    if (verdict === 'outvoted') this.#parts.leadership.quarantine(index);
    if (verdict !== 'split' || index <= this.#alarmedIndex) return;
    this.#alarmedIndex = index;
    this.#parts.emit({ type: 'digests-differ', index });
  }

  /** On a leader: what a peer has acknowledged it must never be without. */
  #notePosition(peer: NodeId, message: LinkMessage): void {
    const { node, registry, sender } = this.#parts;
    const { role, term, log } = node.raft;
    if (message.type !== 'MsgAppResp' || message.reject) return;
    if (role !== 'leader' || message.term !== term) return;
    const { index } = message;
    registry.acknowledged(peer, { term: log.term(index) ?? 0, index });
    sender.acknowledged(peer, index);
    for (const { node: member, id } of this.#acknowledged(none)) {
      registry.learnCommitted(member, id);
    }
  }

  /** What the members but one have of what is committed: on a leader, as far as it is known. */
  #acknowledged(but: NodeId): readonly Acknowledged[] {
    const { id: self, log, role, tracker } = this.#parts.node.raft;
    if (role !== 'leader') return [];
    const told: Acknowledged[] = [];
    for (const [node, { match }] of tracker.progress) {
      const index = Math.min(match, log.committed);
      const term = log.term(index);
      if (node === self || node === but || index === 0 || term === undefined) continue;
      told.push({ node, id: { term, index } });
    }
    return told;
  }

  /** A leader tells what the other members have. */
  #learnAcknowledged(peer: NodeId, { acknowledged }: Health, { term }: LinkMessage): void {
    const { node, registry } = this.#parts;
    if (node.raft.term !== term || node.raft.lead !== peer) return;
    for (const told of acknowledged) registry.learnCommitted(told.node, told.id);
  }

  #receivedProposals(peer: NodeId, proposals: readonly Uint8Array[]): void {
    const { node, intake, send, emit } = this.#parts;
    const sound = proposals.filter((bytes) => isSoundProposal(bytes, peer));
    if (sound.length < proposals.length) emit({ type: 'proposal-unsound', peer });
    const isTaken = node.raft.role === 'leader' && intake.add(peer, sound);
    if (!isTaken) send(peer, 'control', { type: 'proposals-refused' });
  }

  /** Only of a leader of the newest term that is known: others' snapshots are of the past. */
  #receivedOffer(peer: NodeId, transfer: number, message: MsgSnap): void {
    const { node, receiver } = this.#parts;
    const { term, lead, id, log } = node.raft;
    if (message.from !== peer || message.to !== id || message.term < term) return;
    if (message.term === term && lead !== peer && lead !== none) return;
    // The core has one already and will install it: its content must not be dropped for another.
    if (node.raft.heldSnapshot !== undefined || log.unstable.snapshot !== undefined) return;
    const { snapshot } = message;
    // What is here already needs no content: the core says so to the leader.
    if (snapshot.index <= log.committed || log.matchTerm(snapshot)) node.step(message);
    else receiver.offer(peer, transfer, message);
  }

  #healthFor({ type, to }: LinkMessage): Health {
    const { agreement, leadership, node } = this.#parts;
    const digests =
      type === 'MsgHeartbeat'
        ? agreement.question(node.raft.tracker.conf)
        : type === 'MsgHeartbeatResp'
          ? agreement.answer()
          : { checkpoint: undefined, confirmed: false };
    const appendLatencyMs = Math.min(this.#parts.latencyMs(), latencyMsMax);
    const newestCheckpoint = agreement.newestIndex;
    const isOfLeader = type === 'MsgHeartbeat' || type === 'MsgApp';
    const acknowledged = isOfLeader ? this.#acknowledged(to) : [];
    const { isFit: fit } = leadership;
    return { fit, appendLatencyMs, newestCheckpoint, acknowledged, ...digests };
  }
}

function channelOf({ type }: LinkMessage): LinkChannel {
  return type === 'MsgApp' ? 'bulk' : 'control';
}

/** Whether it goes to another node, and not to this one's disk or state. */
export function isPeerMessage(message: Message): message is PeerMessage {
  return !message.type.startsWith('MsgStorage');
}

function isVoteRequest({ type }: LinkMessage): boolean {
  return type === 'MsgVote' || type === 'MsgPreVote';
}
