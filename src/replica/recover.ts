/**
 * From what is on the disk to where a replica can start: the state, the log, and how they fit.
 *
 * - No state, and the node founds a cluster: the state begins behind a first entry that is nowhere
 *   written, so that whoever joins gets a snapshot, with the configuration in it.
 * - The state is beyond the log, or has another term at its index (a snapshot was installed, and
 *   the power went before the log followed): the state counts, the log begins anew behind it.
 * - The log begins behind the state, or ends before its own commit: entries are missing. Refused.
 */
import { failure } from '../../shared/errors/failure.ts';
import type { LogStorage } from '../ports/log-storage.ts';
import type { StateStorage } from '../ports/state-storage.ts';
import type { WriteDone, WriteOutcome } from '../ports/write-outcome.ts';
import { restoreConf } from '../raft/conf-change.ts';
import { type ConfState, type HardState, none } from '../raft/types.ts';
import {
  emptyMachineState,
  encodeRecords,
  loadMachineState,
  type MachineState,
} from './machine-state.ts';

export interface Recovery {
  readonly log: LogStorage;
  readonly state: StateStorage;
  readonly found: ConfState | undefined;
  readonly recovered: (machine: MachineState) => void;
  readonly failed: (reason: unknown) => void;
}

/** Calls back once, never from inside the call. */
export function recover(recovery: Recovery): void {
  const { state, found, failed } = recovery;
  let machine: MachineState | undefined;
  try {
    machine = loadMachineState(state);
  } catch (error) {
    return failed(error);
  }
  if (machine !== undefined || found === undefined) {
    return recoverLog(recovery, machine ?? emptyMachineState);
  }
  const founding = foundingState(found);
  // Durable before the log begins behind it: an apply alone would not be.
  const target = state.openImport();
  target.install(founding.revision, encodeRecords(founding), (outcome) =>
    proceed(recovery, outcome, () => recoverLog(recovery, founding)),
  );
}

/** The state that a cluster of these members begins with. */
export function foundingState(conf: ConfState): MachineState {
  return { ...emptyMachineState, applied: { term: 1, index: 1 }, conf: restoreConf(conf) };
}

function recoverLog(recovery: Recovery, machine: MachineState): void {
  const { log } = recovery;
  const { applied } = machine;
  const term = log.term(applied.index);
  const isBehind = applied.index > log.lastIndex();
  if (isBehind || (term !== undefined && term !== applied.term)) {
    return run(recovery, machine, (done) => log.reset(applied, done));
  }
  if (log.firstIndex() > applied.index + 1) {
    const gap = { first: log.firstIndex(), applied: applied.index };
    return recovery.failed(failure('replica.log-gap', gap));
  }
  recoverHardState(recovery, machine);
}

function run(recovery: Recovery, machine: MachineState, step: (done: WriteDone) => void): void {
  step((outcome) => proceed(recovery, outcome, () => recoverHardState(recovery, machine)));
}

/** The hard state is written anew in any case: the adapter shows by it that it can write. */
function recoverHardState(recovery: Recovery, machine: MachineState): void {
  const { log, recovered } = recovery;
  const hardState = fittingHardState(log, machine);
  const last = log.lastIndex();
  if (hardState.commit > last) {
    return recovery.failed(failure('replica.log-short', { last, commit: hardState.commit }));
  }
  log.append({ entries: [], hardState }, (outcome) =>
    proceed(recovery, outcome, () => recovered(machine)),
  );
}

/** Not of a term before the log's, and with a commit that is at least what was applied. */
function fittingHardState(log: LogStorage, { applied }: MachineState): HardState {
  const stored = log.hardState() ?? { term: 0, vote: none, commit: 0 };
  const lastTerm = Math.max(log.term(log.lastIndex()) ?? 0, applied.term);
  const commit = Math.max(stored.commit, applied.index);
  const isOlder = stored.term < lastTerm;
  return { term: Math.max(stored.term, lastTerm), vote: isOlder ? none : stored.vote, commit };
}

function proceed(recovery: Recovery, outcome: WriteOutcome, next: () => void): void {
  if (outcome.kind === 'done') next();
  else if (outcome.kind === 'full') recovery.failed(failure('store.disk-full'));
  else recovery.failed(outcome.reason);
}
