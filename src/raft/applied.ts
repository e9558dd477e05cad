/** What follows when the state machine has applied entries, or a snapshot is installed. */
import { leaveJointChange } from './conf-change.ts';
import { encodeConfChange } from './conf-change-codec.ts';
import { propose } from './propose.ts';
import type { Raft } from './raft.ts';
import { type Entry, payloadBytes, type Snapshot, totalBytes } from './types.ts';

/** The entries, consecutive, have been applied; so have all before them. */
export function handleApplied(raft: Raft, entries: readonly Entry[]): void {
  const last = entries.at(-1);
  if (last === undefined) return;
  appliedTo(raft, last.index, totalBytes(entries));
  raft.uncommittedBytes = Math.max(0, raft.uncommittedBytes - payloadBytes(entries));
}

/** The snapshot is installed, durably, in place of the log and the state. */
export function handleSnapshotInstalled(raft: Raft, snapshot: Snapshot): void {
  raft.log.unstable.stableSnapshotTo(snapshot.index);
  appliedTo(raft, snapshot.index, 0);
}

function appliedTo(raft: Raft, index: number, bytes: number): void {
  // A snapshot may have overtaken the entries, and entries a snapshot.
  raft.log.appliedTo(Math.max(index, raft.log.applied), bytes);
  maybeLeaveJoint(raft);
}

/**
 * The leader, whoever it is by then, leaves a joint configuration that is to be left by itself. It
 * is tried with every applied entry, for a transfer may be in the way (etcd-io/etcd 12136). The
 * proposal is empty, so that no limit refuses it.
 */
function maybeLeaveJoint(raft: Raft): void {
  const { conf } = raft.tracker;
  if (!conf.autoLeave || raft.role !== 'leader' || raft.log.applied < raft.pendingConfIndex) return;
  const data = encodeConfChange(leaveJointChange);
  const reason = propose(raft, raft.id, [{ type: 'conf-change', data }]);
  if (reason === undefined) raft.emit({ type: 'auto-leave-started', conf });
  else raft.emit({ type: 'auto-leave-refused', conf, reason });
}
