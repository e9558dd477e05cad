/** A follower's side of replication: appends, heartbeats and snapshots of a leader. */
import { acknowledgeAppend } from './replication.ts';
import { restoreConf } from './conf-change.ts';
import { switchToConf } from './membership.ts';
import { assertAppend, type MsgApp, type MsgHeartbeat, type MsgSnap } from './messages.ts';
import type { Raft } from './raft.ts';
import type { Snapshot } from './types.ts';

export function handleAppend(raft: Raft, message: MsgApp): void {
  assertAppend(message);
  const { log } = raft;
  const { from, index, logTerm, entries, commit } = message;
  if (index < log.committed) {
    // An old one. What is committed matches any leader's log: say so.
    acknowledgeAppend(raft, from, log.committed);
    return;
  }
  if (log.maybeAppend({ term: logTerm, index }, entries, commit)) {
    acknowledgeAppend(raft, from, index + entries.length);
    return;
  }
  const at = { term: logTerm, index };
  raft.emit({ type: 'append-rejected', peer: from, at, term: log.term(index) ?? 0 });
  // The leader's log has terms of at most logTerm up to there; so the logs can match at most where
  // this one has such terms too. A long tail of other terms is passed over in one step.
  const hint = log.findConflictByTerm(Math.min(index, log.lastIndex()), logTerm);
  raft.send({
    type: 'MsgAppResp',
    to: from,
    index,
    reject: true,
    rejectHint: hint.index,
    logTerm: hint.term,
  });
}

export function handleHeartbeat(raft: Raft, message: MsgHeartbeat): void {
  raft.log.commitTo(message.commit);
  const { from: to, readPosition } = message;
  raft.send({ type: 'MsgHeartbeatResp', to, readPosition });
}

/**
 * Takes a snapshot, or says that it is not needed. While entries are being applied it is held: it
 * would put a later configuration in force, on which the changes still to be applied must not fall.
 */
export function handleSnapshot(raft: Raft, message: MsgSnap): void {
  const { log } = raft;
  const { snapshot, from } = message;
  if (log.applying > log.applied) {
    raft.heldSnapshot = message;
    raft.emit({ type: 'snapshot-held', snapshot });
    return;
  }
  const restored = restore(raft, snapshot);
  raft.emit({ type: 'snapshot-handled', committed: log.committed, snapshot, restored });
  acknowledgeAppend(raft, from, restored ? log.lastIndex() : log.committed);
}

/** False if the snapshot is behind, holds nothing new, or is not for this node. */
function restore(raft: Raft, snapshot: Snapshot): boolean {
  const { log } = raft;
  const { confState: conf } = snapshot;
  if (snapshot.index <= log.committed) return false;
  const isMember = [conf.voters, conf.learners, conf.votersOutgoing].some((ids) =>
    ids.includes(raft.id),
  );
  if (!isMember) {
    raft.emit({ type: 'snapshot-foreign', conf });
    return false;
  }
  if (log.matchTerm(snapshot)) {
    // This log holds all of it, and perhaps more: nothing must be thrown away.
    const last = log.lastEntryId();
    raft.emit({ type: 'snapshot-fast-forward', committed: log.committed, last, snapshot });
    log.commitTo(snapshot.index);
    return false;
  }
  log.restore(snapshot);
  raft.confIndex = snapshot.index;
  switchToConf(raft, restoreConf(conf));
  const last = log.lastEntryId();
  raft.emit({ type: 'snapshot-restored', committed: log.committed, last, snapshot });
  return true;
}
