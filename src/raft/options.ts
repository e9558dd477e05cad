/**
 * What a node is started with. The switches are etcd's, so that etcd's own expectations can drive
 * this core; production runs with one combination of them and no other.
 */
import { assert } from '../../shared/assert.ts';
import type { EmitEvent } from './events.ts';
import type { StableLog } from './stable-log.ts';
import { type NodeId, none } from './types.ts';

export interface RaftSwitches {
  /** Ask for votes in earnest only after a majority would grant them (dissertation 9.6). */
  readonly preVote: boolean;
  /**
   * A leader that hears of no quorum within an election time-out steps down, and while a leader is
   * heard no vote is granted (dissertation 6.2, 4.2.3).
   */
  readonly checkQuorum: boolean;
  /** Disk and state machine work by messages; without it by `ready` and `advance` in turn. */
  readonly asyncStorageWrites: boolean;
  /** `lease-based` trusts clocks: it is there for etcd's expectations. */
  readonly readOnly: 'safe' | 'lease-based';
  /** A follower refuses proposals: the driver forwards them itself. */
  readonly disableProposalForwarding: boolean;
  /** Takes configuration changes without a look at the configuration in force. */
  readonly disableConfChangeValidation: boolean;
  /** A leader that is no voter any more steps down. */
  readonly stepDownOnRemoval: boolean;
}

export interface RaftSizes {
  /** A follower campaigns after `electionTicks` to `2 * electionTicks - 1` without a leader. */
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  /** A snapshot not heard of for so long has failed. */
  readonly pendingSnapshotTicksMax: number;
  /** Entries of one append; one entry may be larger. */
  readonly messageBytesMax: number;
  /** Entries handed out and not yet applied; one entry may be larger. */
  readonly applyingBytesMax: number;
  /** Payloads proposed and not yet applied, on the leader; one proposal may be larger. */
  readonly uncommittedBytesMax: number;
  readonly inflightMessagesMax: number;
  readonly inflightBytesMax: number;
}

export interface RaftOptions extends RaftSwitches, RaftSizes {
  readonly id: NodeId;
  readonly stableLog: StableLog;
  /** Index up to which the state machine has applied, as it was stored with the state. */
  readonly applied: number;
  /** The one draw of chance: a whole number from 0 up to, not including, the bound. */
  readonly draw: (bound: number) => number;
  readonly emit: EmitEvent;
}

/** The only combination that production runs; a test of the house holds it in place. */
export const productionSwitches: RaftSwitches = {
  preVote: true,
  checkQuorum: true,
  asyncStorageWrites: true,
  readOnly: 'safe',
  disableProposalForwarding: true,
  disableConfChangeValidation: false,
  stepDownOnRemoval: true,
};

/** With a tick of 50 ms: heartbeats each 100 ms, elections after 600 to 1,150 ms. */
export const productionSizes: RaftSizes = {
  electionTicks: 12,
  heartbeatTicks: 2,
  pendingSnapshotTicksMax: 46,
  messageBytesMax: 1_048_576,
  applyingBytesMax: 8_388_608,
  uncommittedBytesMax: 33_554_432,
  inflightMessagesMax: 128,
  inflightBytesMax: 8_388_608,
};

export function assertOptions(options: RaftOptions): void {
  assert(Number.isSafeInteger(options.id) && options.id > none, 'a node has an id');
  assert(options.heartbeatTicks > 0, 'heartbeats take time');
  assert(options.electionTicks > options.heartbeatTicks, 'a heartbeat comes before an election');
  assert(options.inflightBytesMax >= options.messageBytesMax, 'a message fits in the window');
  assert(
    options.readOnly === 'safe' || options.checkQuorum,
    'a lease rests on the check of the quorum',
  );
}
