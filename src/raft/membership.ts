/**
 * Configurations in force. Other than in the paper, a configuration counts from when its entry is
 * applied, not from when it is appended (as in etcd): what matters is that every node switches at
 * the same index, and that at most one change is unapplied.
 */
import { assert } from '../../shared/assert.ts';
import { type ConfChange, changeConf } from './conf-change.ts';
import type { Raft } from './raft.ts';
import { broadcastAppend, broadcastEntries, maybeCommit } from './replication.ts';
import { type ConfState, none } from './types.ts';

/**
 * Puts the change of the entry at `index` in force, in the turn in which the entry's apply
 * completes. One at or below what is in force already is ignored.
 */
export function applyConfChange(raft: Raft, index: number, change: ConfChange): ConfState {
  if (index <= raft.confIndex) {
    raft.emit({ type: 'conf-change-repeated', index });
    return raft.tracker.conf;
  }
  const result = changeConf(raft.tracker.conf, change);
  // It is committed: a node that cannot follow the others must not go on.
  assert(result.ok, `a committed change is possible: ${result.ok ? '' : result.refusal}`);
  raft.confIndex = index;
  switchToConf(raft, result.conf);
  return result.conf;
}

/** Takes a configuration, and does at once what follows from it. */
export function switchToConf(raft: Raft, conf: ConfState): void {
  const { tracker } = raft;
  tracker.switchTo(conf, raft.log.lastIndex());
  raft.emit({ type: 'conf-switched', conf });
  if (raft.role !== 'leader') return;
  if (!tracker.isVoter(raft.id)) {
    // Without the option it goes on until the new quorum has elected another.
    if (raft.options.stepDownOnRemoval) raft.becomeFollower(raft.term);
    return;
  }
  // A smaller quorum may have committed more; and new members need not wait for a heartbeat.
  if (maybeCommit(raft)) broadcastAppend(raft);
  else broadcastEntries(raft);
  // Who is no voter any more cannot take over.
  if (!tracker.isVoter(raft.leadTransferee)) raft.leadTransferee = none;
}
