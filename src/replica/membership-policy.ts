/**
 * Which changes of members the driver proposes (the core knows which are possible). A new member
 * learns before it votes, so that it does not enlarge the quorum while it has nothing; and no
 * change leads to a set of voters of which no majority is alive.
 */
import { type ConfChange, changeConf } from '../raft/conf-change.ts';
import { voteResult } from '../raft/quorum.ts';
import type { ConfState, NodeId } from '../raft/types.ts';
import { promotionLagEntriesMax } from './limits.ts';

export interface MemberFacts {
  readonly conf: ConfState;
  readonly committed: number;
  /** Who was a member once. */
  readonly removed: readonly NodeId[];
  /** Heard of within an election time-out; this node itself always is. */
  readonly isAlive: (id: NodeId) => boolean;
  /** How far the member's log is known to match; undefined of others. */
  readonly matchOf: (id: NodeId) => number | undefined;
}

/** Why the change is not proposed; undefined if it is. */
export function membershipObstacle(change: ConfChange, facts: MemberFacts): string | undefined {
  const { conf } = facts;
  for (const { type, id } of change.changes) {
    if (type !== 'remove' && facts.removed.includes(id)) {
      return 'a removed id is never used again: the node joins under another one';
    }
    if (type !== 'add-voter' || conf.voters.includes(id)) continue;
    if (!conf.learners.includes(id)) return 'a new member joins as a learner first';
    const match = facts.matchOf(id) ?? 0;
    // Of a short log any part is little behind; but one that has nothing yet could not even vote.
    const isBehind = match === 0 || facts.committed - match > promotionLagEntriesMax;
    if (isBehind) return 'the learner has not caught up yet';
  }
  const result = changeConf(conf, change);
  if (!result.ok) return result.refusal;
  const isLive = voteResult(result.conf, (id) => facts.isAlive(id)) === 'won';
  return isLive ? undefined : 'no majority of the new voters is alive';
}
