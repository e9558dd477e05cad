/** The passing of time, in ticks: the only clock that the core knows. */
import { hup } from './election.ts';
import { checkQuorum, tickSnapshots } from './leader.ts';
import type { Raft } from './raft.ts';
import { broadcastHeartbeat } from './replication.ts';
import { none } from './types.ts';

export function tick(raft: Raft): void {
  if (raft.role === 'leader') tickHeartbeat(raft);
  else tickElection(raft);
}

function tickElection(raft: Raft): void {
  raft.electionElapsedTicks += 1;
  raft.leaderlessTicks += 1;
  if (!raft.isPromotable || raft.electionElapsedTicks < raft.randomizedElectionTicks) return;
  if (raft.leaderlessTicks < raft.campaignHoldTicks) return;
  raft.electionElapsedTicks = 0;
  hup(raft, false);
}

function tickHeartbeat(raft: Raft): void {
  raft.heartbeatElapsedTicks += 1;
  raft.electionElapsedTicks += 1;
  if (raft.electionElapsedTicks >= raft.options.electionTicks) {
    raft.electionElapsedTicks = 0;
    if (raft.options.checkQuorum) checkQuorum(raft);
    // A transfer that was not done by now has failed: the leader works on.
    raft.leadTransferee = none;
  }
  if (raft.role !== 'leader') return;
  tickSnapshots(raft);
  if (raft.heartbeatElapsedTicks < raft.options.heartbeatTicks) return;
  raft.heartbeatElapsedTicks = 0;
  broadcastHeartbeat(raft);
}
