/** Quorums counted again, in another way than the core does it. */
import type { ConfState, NodeId } from '../../../src/raft/types.ts';

/** Whether more than half of each non-empty half of the voters says yes. */
export function isQuorum(conf: ConfState, says: (id: NodeId) => boolean): boolean {
  return [conf.voters, conf.votersOutgoing].every(
    (voters) => voters.length === 0 || 2 * voters.filter(says).length > voters.length,
  );
}
