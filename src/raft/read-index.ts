/**
 * Linearizable reads (dissertation 6.4): the leader remembers its commit index, makes sure by a
 * round of heartbeats that it still is the leader, and answers with the index. One round serves all
 * reads that wait; those that come meanwhile share the next one.
 */
import { leaderReadsMax } from './limits.ts';
import type { MsgReadIndex, MsgReadIndexResp } from './messages.ts';
import type { Raft } from './raft.ts';
import type { ReadRequest } from './read-only.ts';
import { broadcastHeartbeat } from './replication.ts';
import { none, type Refusal } from './types.ts';

/** Asks for a read index, for this node or a follower. */
export function readIndex(raft: Raft, read: ReadRequest): Refusal | undefined {
  if (raft.role === 'leader') return readAsLeader(raft, read);
  // Only this node's own: between two that take each other for the leader it would never end.
  if (raft.lead === none || read.from !== raft.id) return refuse(raft, 'no-leader');
  raft.send({ type: 'MsgReadIndex', to: raft.lead, context: read.context }, 0);
  return undefined;
}

/** The answer of the leader to a read of this node. */
export function handleReadIndexResponse(raft: Raft, message: MsgReadIndexResp): void {
  raft.readStates.push({ index: message.index, context: message.context });
}

export function handleReadIndexRequest(raft: Raft, message: MsgReadIndex): Refusal | undefined {
  return readIndex(raft, { from: message.from, context: message.context });
}

/** The first entry of the term is committed: what waited for it can be asked for. */
export function releaseHeldReads(raft: Raft): void {
  if (!raft.hasCommittedInTerm) return;
  const reads = raft.heldReads;
  raft.heldReads = [];
  for (const read of reads) confirm(raft, read);
}

/** Answers what a quorum has confirmed, and begins the next round if reads wait for it. */
export function answerConfirmedReads(raft: Raft): void {
  for (const read of raft.readOnly.takeConfirmed(raft.tracker.conf)) {
    answer(raft, read, read.index);
  }
  startRound(raft);
}

function readAsLeader(raft: Raft, read: ReadRequest): Refusal | undefined {
  // A new leader has every committed entry and does not know which they are (dissertation 6.4).
  // That holds for a single voter after a restart too.
  const waiting = raft.heldReads.length + raft.readOnly.waitingCount;
  if (waiting >= leaderReadsMax) return refuse(raft, 'reads-limit');
  if (raft.hasCommittedInTerm) confirm(raft, read);
  else raft.heldReads.push(read);
  return undefined;
}

function confirm(raft: Raft, read: ReadRequest): void {
  const index = raft.log.committed;
  if (raft.tracker.isOnlyVoter(raft.id) || raft.options.readOnly === 'lease-based') {
    answer(raft, read, index);
    return;
  }
  raft.readOnly.add({ ...read, index });
  startRound(raft);
}

function startRound(raft: Raft): void {
  const { readOnly } = raft;
  if (readOnly.waitingCount > 0 && !readOnly.isRoundUnderWay) broadcastHeartbeat(raft);
}

function answer(raft: Raft, { from, context }: ReadRequest, index: number): void {
  if (from === raft.id) raft.readStates.push({ index, context });
  else raft.send({ type: 'MsgReadIndexResp', to: from, index, context });
}

function refuse(raft: Raft, reason: Refusal): Refusal {
  raft.emit({ type: 'read-dropped', reason, term: raft.term });
  return reason;
}
