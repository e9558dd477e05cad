/** Limits of the replica: the driver over the Raft core. */
import { assert } from '../../shared/assert.ts';
import { waitingCommitsMax } from '../limits.ts';
import { leaderReadsMax } from '../raft/limits.ts';

/** Results that the replicated state keeps of one node, and so its unanswered proposals. */
export const windowResultsMax = 2_000;
/** Encoded proposals of this node that wait for their outcome. */
export const waitingProposalBytesMax = 33_554_432;
/** Bytes of one batch of proposals, forwarded or appended; one proposal may be larger. */
export const proposalBatchBytesMax = 1_048_576;
/** Proposals, and bytes of them, that wait on a leader while its log is being written. */
export const intakeProposalsMax = 16_384;
export const intakeBytesMax = 67_108_864;
/** Ticks without an outcome before a proposal is sent again under the same id. */
export const proposalRetryTicks = 40;
/** Ticks without an answer before a read index is asked for again. */
export const readRetryTicks = 12;
/** Reads that wait for a read index or for the state to reach it. */
export const replicaReadsMax = 10_000;
/** Entries of one batch of the log beside the one that is being written. */
export const logBatchBytesMax = 8_388_608;
/** Ticks before a write that met a full disk is tried again. */
export const diskFullRetryTicks = 20;
/** Entries kept behind the state for followers that lag, unless they are larger than the bytes. */
export const trailingEntriesMax = 4_096;
export const trailingBytesMax = 16_777_216;
/** Entries kept at most for the sake of a snapshot that is being sent. */
export const pinnedEntriesMax = 65_536;
/** Entries, and bytes of them, that are applied in one transaction of the state. */
export const applyBatchEntriesMax = 512;
export const applyBatchBytesMax = 4_194_304;
/** Applied entries between two looks at what of the log can go. */
export const logCutEntries = 512;
/** Applied indexes between two digests, and digests kept. */
export const checkpointEntries = 1_024;
export const checkpointsKeptMax = 64;
/** Ids that are remembered as removed; the lowest are forgotten first. */
export const removedMembersMax = 4_096;
/** Peers whose identity is remembered; members' always is. */
export const knownPeersMax = 512;
/** One chunk of a snapshot. */
export const snapshotChunkBytes = 262_144;
/** Entries read of an export at once. */
export const snapshotPageBytesMax = 1_048_576;
/** Records of a snapshot, and the bytes of one. */
export const snapshotRecordsMax = 512;
export const snapshotRecordBytesMax = 1_048_576;
/** Snapshots on their way to peers at the same time. */
export const snapshotTransfersMax = 2;
/** Ticks without a word of the receiver before a transfer is given up. */
export const snapshotSilenceTicksMax = 600;
/** Ticks without a chunk before the receiver asks again. */
export const snapshotWantTicks = 20;
/** Damaged chunks of one transfer before it is given up. */
export const snapshotDamagedChunksMax = 16;
/** Election time-outs (the longest) that a write may take before a leader gives way. */
export const stalledWriteTimeoutsMax = 2;
/** Election time-outs without a leader before an unfit voter campaigns as caretaker. */
export const caretakerTimeouts = 3;
/** Entries that a learner may lag behind when it becomes a voter. */
export const promotionLagEntriesMax = 1_024;

assert(windowResultsMax >= waitingCommitsMax, 'every waiting commit has its place in the window');
assert(intakeBytesMax >= waitingProposalBytesMax, 'a leader takes at least what it proposes');
assert(replicaReadsMax >= leaderReadsMax, 'a leader holds no more than all that wait');
