/**
 * Handing leadership over (dissertation 3.10): the target is brought up to date, told to campaign
 * at once, and no proposal is taken meanwhile. It ends with a new leader, with the next election
 * time-out, or when the target is no voter any more.
 */
import type { MsgTimeoutNow, MsgTransferLeader } from './messages.ts';
import { hup } from './election.ts';
import type { Raft } from './raft.ts';
import { maybeSendAppend } from './replication.ts';
import { type NodeId, none } from './types.ts';

/** Asks for a transfer, on the leader or through a follower. */
export function transferLeader(raft: Raft, transferee: NodeId): void {
  if (raft.role === 'leader') startTransfer(raft, transferee);
  else if (raft.role !== 'follower' || raft.lead === none) {
    raft.emit({ type: 'transfer-dropped', term: raft.term });
  } else raft.send({ type: 'MsgTransferLeader', to: raft.lead, transferee });
}

/** A follower's request; one that believes in another leader does not forward it once more. */
export function handleTransferRequest(raft: Raft, { transferee }: MsgTransferLeader): void {
  if (raft.role === 'leader') startTransfer(raft, transferee);
  else raft.emit({ type: 'transfer-dropped', term: raft.term });
}

/** The leader asks this node to take over. */
export function handleTimeoutNow(raft: Raft, { from: peer }: MsgTimeoutNow): void {
  const { term, role } = raft;
  if (role === 'follower') {
    raft.emit({ type: 'timeout-now-received', peer, term });
    hup(raft, true);
  } else if (role !== 'leader') {
    raft.emit({ type: 'timeout-now-ignored', peer, term, role });
  }
}

export function sendTimeoutNow(raft: Raft, peer: NodeId, reason: 'up-to-date' | 'caught-up'): void {
  raft.emit({ type: 'timeout-now-sent', peer, reason });
  raft.send({ type: 'MsgTimeoutNow', to: peer });
}

function startTransfer(raft: Raft, transferee: NodeId): void {
  const { term, tracker } = raft;
  const progress = tracker.progress.get(transferee);
  if (progress === undefined) {
    raft.emit({ type: 'peer-unknown', peer: transferee });
    return;
  }
  if (tracker.isLearner(transferee)) {
    raft.emit({ type: 'transfer-refused', peer: transferee, reason: 'learner' });
    return;
  }
  if (raft.leadTransferee === transferee) {
    raft.emit({ type: 'transfer-repeated', peer: transferee, term });
    return;
  }
  if (raft.leadTransferee !== none) {
    raft.emit({ type: 'transfer-aborted', peer: raft.leadTransferee, term });
    raft.leadTransferee = none;
  }
  if (transferee === raft.id) {
    raft.emit({ type: 'transfer-refused', peer: transferee, reason: 'self' });
    return;
  }
  raft.emit({ type: 'transfer-started', peer: transferee, term });
  // It has one election time-out from here.
  raft.electionElapsedTicks = 0;
  raft.leadTransferee = transferee;
  if (progress.match === raft.log.lastIndex()) sendTimeoutNow(raft, transferee, 'up-to-date');
  else maybeSendAppend(raft, transferee, true);
}
