/**
 * Who belongs to the cluster, as far as this node's state has come: members, removed ones, and
 * strangers, which may be members that it does not know yet.
 *
 * A node that was away may not have applied that another one joined. Both may be needed for a
 * majority, so it answers a stranger's requests for votes and takes what a stranger says that leads
 * (section 4.1 of the dissertation: servers accept requests of servers that are not in their
 * configuration). This is as safe as with members: a vote is still given once a term and only to a
 * log that is as long, and who counts votes and acknowledgements counts those of its own
 * configuration. Nothing else of a stranger counts: no proposals, no answers.
 *
 * A removed one is no stranger, and refused: it may not know that it was removed, and would
 * campaign for ever. Its id is never used again, so that it can be told for ever.
 */
import type { PeerFrame } from '../link/peer-frame.ts';
import { union } from '../raft/ids.ts';
import type { ConfState, NodeId } from '../raft/types.ts';

export function membersOf({ voters, votersOutgoing, learners }: ConfState): readonly NodeId[] {
  return union(voters, votersOutgoing, learners);
}

export function isMember({ voters, votersOutgoing, learners }: ConfState, node: NodeId): boolean {
  return voters.includes(node) || votersOutgoing.includes(node) || learners.includes(node);
}

/** Whether it is what a candidate or a leader says, be it a member or not. */
export function isStrangersWord(frame: PeerFrame): boolean {
  switch (frame.type) {
    case 'raft': {
      const { type } = frame.message;
      const isAsking = type === 'MsgVote' || type === 'MsgPreVote';
      return isAsking || type === 'MsgApp' || type === 'MsgHeartbeat';
    }
    // Chunks count only if they were asked for, after an offer of a leader.
    case 'snapshot-offer':
    case 'snapshot-chunk':
    case 'ping':
      return true;
    default:
      return false;
  }
}
