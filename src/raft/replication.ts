/**
 * The leader's sending side: new entries into its own log, appends, snapshots and heartbeats to its
 * followers, and the commit (sections 5.3, 5.4 and 7 of the paper).
 */
import { assert } from '../../shared/assert.ts';
import type { Progress } from './progress.ts';
import type { Raft } from './raft.ts';
import { type Entry, type NodeId, payloadBytes, type Proposal } from './types.ts';
import { progressView } from './views.ts';

/**
 * Appends to the leader's own log; false if the uncommitted payload would grow beyond its limit.
 * Where nothing is uncommitted any size is taken, and an empty payload always is.
 */
export function appendEntries(raft: Raft, proposals: readonly Proposal[]): boolean {
  const bytes = payloadBytes(proposals);
  const total = raft.uncommittedBytes + bytes;
  const { uncommittedBytesMax } = raft.options;
  if (raft.uncommittedBytes > 0 && bytes > 0 && total > uncommittedBytesMax) return false;
  raft.uncommittedBytes = total;
  const { term } = raft;
  const first = raft.log.lastIndex() + 1;
  const entries = proposals.map(
    ({ type, data }, position): Entry => ({ term, index: first + position, type, data }),
  );
  raft.log.append(entries);
  // The leader's own acknowledgement: it counts when it comes back, that is, when it is durable.
  acknowledgeAppend(raft, raft.id, raft.log.lastIndex());
  return true;
}

/** This node's log is the leader's up to the index. */
export function acknowledgeAppend(raft: Raft, to: NodeId, index: number): void {
  raft.send({ type: 'MsgAppResp', to, index, reject: false, rejectHint: 0, logTerm: 0 });
}

/**
 * Commits what a quorum has acknowledged, if the last of it is of this term: an entry of an earlier
 * term is committed only by one of this term after it (Figure 8 of the paper).
 */
export function maybeCommit(raft: Raft): boolean {
  assert(raft.role === 'leader', 'only a leader counts');
  return raft.log.maybeCommit({ term: raft.term, index: raft.tracker.committed() });
}

/** Appends to everyone who may be sent to, at least the commit index. */
export function broadcastAppend(raft: Raft): void {
  for (const id of followers(raft)) maybeSendAppend(raft, id, true);
}

/** Appends to everyone who lacks entries and may be sent to. */
export function broadcastEntries(raft: Raft): void {
  for (const id of followers(raft)) maybeSendAppend(raft, id, false);
}

/** Heartbeats to everyone: they also begin a round for the reads that wait. */
export function broadcastHeartbeat(raft: Raft): void {
  const readPosition = raft.readOnly.startRound(raft.id);
  for (const id of followers(raft)) sendHeartbeat(raft, id, readPosition);
}

/** Sends one append, or a snapshot where the log does not reach back. False if nothing was sent. */
export function maybeSendAppend(raft: Raft, to: NodeId, evenIfEmpty: boolean): boolean {
  const progress = progressOf(raft, to);
  if (progress.isPaused) return false;
  const index = progress.next - 1;
  const logTerm = raft.log.term(index);
  if (logTerm === undefined) return maybeSendSnapshot(raft, to, progress);
  // A full window lets an empty append pass, once per heartbeat: its answer empties the window even
  // if every message in it was lost.
  const mayHaveEntries = progress.state !== 'replicate' || !progress.inflights.isFull;
  const entries = mayHaveEntries
    ? raft.log.entries(progress.next, raft.options.messageBytesMax)
    : [];
  if (entries === undefined) return maybeSendSnapshot(raft, to, progress);
  if (entries.length === 0 && !evenIfEmpty) return false;
  const commit = raft.log.committed;
  raft.send({ type: 'MsgApp', to, index, logTerm, entries, commit });
  progress.sentEntries(entries.length, payloadBytes(entries));
  progress.sentCommit(commit);
  return true;
}

function maybeSendSnapshot(raft: Raft, to: NodeId, progress: Progress): boolean {
  if (!progress.recentActive) {
    raft.emit({ type: 'snapshot-skipped', peer: to, reason: 'inactive' });
    return false;
  }
  const snapshot = raft.log.snapshot();
  if (snapshot === undefined) {
    raft.emit({ type: 'snapshot-skipped', peer: to, reason: 'unavailable' });
    return false;
  }
  assert(snapshot.index > 0, 'a snapshot holds something');
  const before = progressView(raft.tracker, to);
  progress.becomeSnapshot(snapshot.index);
  const after = progressView(raft.tracker, to);
  const [firstIndex, { committed }] = [raft.log.firstIndex(), raft.log];
  raft.emit({ type: 'snapshot-sent', peer: to, progress: before, firstIndex, committed, snapshot });
  raft.emit({ type: 'replication-paused', peer: to, progress: after });
  raft.send({ type: 'MsgSnap', to, snapshot });
  return true;
}

function sendHeartbeat(raft: Raft, to: NodeId, readPosition: number): void {
  const progress = progressOf(raft, to);
  // Not beyond what is known to match: the follower commits what it is told without a look.
  const commit = Math.min(progress.match, raft.log.committed);
  raft.send({ type: 'MsgHeartbeat', to, commit, readPosition });
  progress.sentCommit(commit);
}

function followers(raft: Raft): readonly NodeId[] {
  return [...raft.tracker.progress.keys()].filter((id) => id !== raft.id);
}

function progressOf(raft: Raft, id: NodeId): Progress {
  const progress = raft.tracker.progress.get(id);
  assert(progress !== undefined, 'a leader sends to members');
  return progress;
}
