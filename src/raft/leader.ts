/** The leader's receiving side: what it learns of its followers, and what it does then. */
import { assert } from '../../shared/assert.ts';
import type { EventFields } from './events.ts';
import type { MsgAppResp, MsgHeartbeatResp } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Raft } from './raft.ts';
import { answerConfirmedReads, releaseHeldReads } from './read-index.ts';
import { broadcastAppend, maybeCommit, maybeSendAppend } from './replication.ts';
import { sendTimeoutNow } from './transfer.ts';
import type { NodeId } from './types.ts';
import { progressView } from './views.ts';

/** How the driver's sending of a snapshot stands. */
export type SnapshotReport = 'progress' | 'success' | 'failure';

export function handleAppendResponse(raft: Raft, message: MsgAppResp): void {
  const progress = progressFrom(raft, message.from);
  if (progress === undefined) return;
  progress.recentActive = true;
  if (message.reject) handleRejection(raft, message, progress);
  else handleAcceptance(raft, message, progress);
}

export function handleHeartbeatResponse(raft: Raft, message: MsgHeartbeatResp): void {
  const { from, readPosition } = message;
  const progress = progressFrom(raft, from);
  if (progress === undefined) return;
  progress.recentActive = true;
  progress.msgAppFlowPaused = false;
  // Also in a full window, and to one that is probed and lacks nothing: the answer to an empty
  // append brings both back to work.
  if (progress.match < raft.log.lastIndex() || progress.state === 'probe') {
    maybeSendAppend(raft, from, true);
  }
  if (readPosition === 0) return;
  raft.readOnly.acknowledge(from, readPosition);
  answerConfirmedReads(raft);
}

/** The link could not deliver to a peer: an optimistic append is likely lost. */
export function reportUnreachable(raft: Raft, peer: NodeId): void {
  const progress = progressFrom(raft, peer);
  if (progress === undefined) return;
  if (progress.state === 'replicate') progress.becomeProbe();
  raft.emit({ type: 'peer-unreachable', peer, progress: progressView(raft.tracker, peer) });
}

/** Tells how a snapshot on its way fares. Its loss must be told, or is found by its time limit. */
export function reportSnapshot(raft: Raft, peer: NodeId, report: SnapshotReport): void {
  const progress = progressFrom(raft, peer);
  if (progress?.state !== 'snapshot') return;
  if (report === 'progress') progress.snapshotElapsedTicks = 0;
  else if (report === 'success') endSnapshot(raft, peer, progress, 'snapshot-succeeded');
  else endSnapshot(raft, peer, progress, 'snapshot-failed');
}

/** A snapshot whose outcome nobody told would keep its follower waiting for ever. */
export function tickSnapshots(raft: Raft): void {
  for (const [peer, progress] of raft.tracker.progress) {
    if (progress.state !== 'snapshot') continue;
    progress.snapshotElapsedTicks += 1;
    if (progress.snapshotElapsedTicks < raft.options.pendingSnapshotTicksMax) continue;
    endSnapshot(raft, peer, progress, 'snapshot-overdue');
  }
}

/** A leader that has not heard of a quorum since the last check is none any more. */
export function checkQuorum(raft: Raft): void {
  if (!raft.tracker.quorumActive()) {
    raft.emit({ type: 'quorum-lost' });
    raft.becomeFollower(raft.term);
  }
  for (const [id, progress] of raft.tracker.progress) {
    if (id !== raft.id) progress.recentActive = false;
  }
}

function handleRejection(raft: Raft, message: MsgAppResp, progress: Progress): void {
  const { from: peer, index } = message;
  const hint = { term: message.logTerm, index: message.rejectHint };
  raft.emit({ type: 'append-rejection-received', peer, index, hint });
  // The follower's terms up to there are at most hint.term; the logs can match at most where this
  // log's terms are too. So each term of a long diverging tail costs one probe at most.
  const matchHint =
    hint.term > 0 ? raft.log.findConflictByTerm(hint.index, hint.term).index : hint.index;
  if (!progress.maybeDecrTo(index, matchHint)) return;
  raft.emit({ type: 'progress-decreased', peer, progress: progressView(raft.tracker, peer) });
  if (progress.state === 'replicate') progress.becomeProbe();
  maybeSendAppend(raft, peer, true);
}

function handleAcceptance(raft: Raft, { from, index }: MsgAppResp, progress: Progress): void {
  assert(index <= raft.log.lastIndex(), 'a follower acknowledges what it was sent');
  const isNews = progress.maybeUpdate(index);
  // One that was probed and lacks nothing answers with what is known; it may be trusted again.
  if (!isNews && !(progress.match === index && progress.state === 'probe')) return;
  resume(raft, from, progress, index);
  if (maybeCommit(raft)) {
    releaseHeldReads(raft);
    broadcastAppend(raft);
  } else if (from !== raft.id && progress.canBumpCommit(raft.log.committed)) {
    maybeSendAppend(raft, from, true);
  }
  if (from === raft.id) return;
  // The window has room again: fill it.
  while (maybeSendAppend(raft, from, false));
  if (from === raft.leadTransferee && progress.match === raft.log.lastIndex()) {
    sendTimeoutNow(raft, from, 'caught-up');
  }
}

/** What an acknowledgement means for how the follower is sent to. */
function resume(raft: Raft, peer: NodeId, progress: Progress, index: number): void {
  if (progress.state === 'probe') {
    progress.becomeReplicate();
  } else if (progress.state === 'replicate') {
    progress.inflights.freeTo(index);
  } else if (progress.match + 1 >= raft.log.firstIndex()) {
    // Whatever brought the follower here: the log takes it on from here.
    emitResumed(raft, peer, 'append-accepted');
    progress.becomeProbe();
    progress.becomeReplicate();
  }
}

function endSnapshot(
  raft: Raft,
  peer: NodeId,
  progress: Progress,
  reason: 'snapshot-succeeded' | 'snapshot-failed' | 'snapshot-overdue',
): void {
  if (reason !== 'snapshot-succeeded') progress.pendingSnapshot = 0;
  progress.becomeProbe();
  emitResumed(raft, peer, reason);
  // Wait for the follower's own word, or for the next heartbeat.
  progress.msgAppFlowPaused = true;
}

function emitResumed(
  raft: Raft,
  peer: NodeId,
  reason: EventFields['replication-resumed']['reason'],
): void {
  const progress = progressView(raft.tracker, peer);
  raft.emit({ type: 'replication-resumed', peer, progress, reason });
}

function progressFrom(raft: Raft, peer: NodeId): Progress | undefined {
  const progress = raft.tracker.progress.get(peer);
  if (progress === undefined) raft.emit({ type: 'peer-unknown', peer });
  return progress;
}
