/** Proposals: what a leader takes into its log, what a follower forwards, and what is refused. */
import { assert } from '../../shared/assert.ts';
import { type ConfChange, type ConfObstacle, changeConf, isLeaveJoint } from './conf-change.ts';
import { decodeConfChange } from './conf-change-codec.ts';
import type { Raft } from './raft.ts';
import { appendEntries, broadcastAppend } from './replication.ts';
import { type NodeId, none, type Proposal, type Refusal } from './types.ts';

/** Takes proposals of this node or a peer, all or none. Undefined says that they were taken. */
export function propose(
  raft: Raft,
  from: NodeId,
  proposals: readonly Proposal[],
): Refusal | undefined {
  assert(proposals.length > 0, 'something is proposed');
  const refusal =
    raft.role === 'leader' ? proposeAsLeader(raft, proposals) : forward(raft, from, proposals);
  if (refusal !== undefined) {
    const peer = refusal === 'transfer-in-progress' ? raft.leadTransferee : raft.lead;
    raft.emit({ type: 'proposal-dropped', reason: refusal, peer, term: raft.term });
  }
  return refusal;
}

function forward(raft: Raft, from: NodeId, entries: readonly Proposal[]): Refusal | undefined {
  // Only this node's own: between two that take each other for the leader it would never end.
  if (raft.role !== 'follower' || raft.lead === none || from !== raft.id) return 'no-leader';
  if (raft.options.disableProposalForwarding) return 'not-forwarded';
  raft.send({ type: 'MsgProp', to: raft.lead, entries }, 0);
  return undefined;
}

function proposeAsLeader(raft: Raft, proposals: readonly Proposal[]): Refusal | undefined {
  if (!raft.tracker.progress.has(raft.id)) return 'not-a-member';
  if (raft.leadTransferee !== none) return 'transfer-in-progress';
  const { pendingConfIndex } = raft;
  const checked = proposals.map((proposal, position) =>
    proposal.type === 'conf-change' ? checkConfChange(raft, proposal, position) : proposal,
  );
  if (!appendEntries(raft, checked)) {
    // A change that did not get into the log keeps nobody waiting.
    raft.pendingConfIndex = pendingConfIndex;
    return 'uncommitted-limit';
  }
  broadcastAppend(raft);
  return undefined;
}

/** A configuration change that this leader cannot take becomes an empty entry. */
function checkConfChange(raft: Raft, proposal: Proposal, position: number): Proposal {
  const change = decodeConfChange(proposal.data);
  const reason = obstacleTo(raft, change);
  if (reason !== undefined && !raft.options.disableConfChangeValidation) {
    const { pendingConfIndex, log, tracker } = raft;
    const { conf } = tracker;
    const { applied } = log;
    raft.emit({ type: 'conf-change-ignored', change, conf, reason, pendingConfIndex, applied });
    return { type: 'normal', data: new Uint8Array() };
  }
  raft.pendingConfIndex = raft.log.lastIndex() + position + 1;
  return proposal;
}

/**
 * Whether a change may be proposed now. While one may be unapplied, none: then the configuration in
 * force is the one that the change will meet, and what is impossible is found here, and not when it
 * is committed and every node has to stop at it.
 */
export function obstacleTo(raft: Raft, change: ConfChange): ConfObstacle | undefined {
  const { tracker, log, pendingConfIndex } = raft;
  if (pendingConfIndex > log.applied) return 'pending';
  if (tracker.isJoint && !isLeaveJoint(change)) return 'joint';
  if (!tracker.isJoint && isLeaveJoint(change)) return 'not-joint';
  return changeConf(tracker.conf, change).ok ? undefined : 'impossible';
}
