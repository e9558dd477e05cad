/**
 * What the core says and hears. Messages between nodes carry the names of etcd-io/raft; those to
 * and from the local disk and state machine are messages too, so that a driver, a worker thread and
 * a simulator can all hold them back for a while.
 *
 * `term` is the sender's, except in `MsgPreVote` and a granted `MsgPreVoteResp`, where it is the
 * one campaigned for, and 0 where a message stands outside terms.
 */
import { assert } from '../../shared/assert.ts';
import {
  assertCount,
  type Entry,
  type EntryId,
  type HardState,
  type NodeId,
  type Proposal,
  type Snapshot,
} from './types.ts';

interface Head<Type extends string> {
  readonly type: Type;
  readonly from: NodeId;
  readonly to: NodeId;
  readonly term: number;
}

/** RequestVote. With `isTransfer` the leader itself asked for the election: its lease is void. */
interface VoteRequest {
  /** Index and term of the candidate's last entry. */
  readonly index: number;
  readonly logTerm: number;
  readonly isTransfer: boolean;
  readonly committed: EntryId;
}

/**
 * A rejection tells what the voter knows to be committed: see `learnCommit` in election.ts. A grant
 * does too, and nobody looks.
 */
interface VoteAnswer {
  readonly reject: boolean;
  readonly committed: EntryId;
}

export interface MsgVote extends Head<'MsgVote'>, VoteRequest {}
export interface MsgPreVote extends Head<'MsgPreVote'>, VoteRequest {}
export interface MsgVoteResp extends Head<'MsgVoteResp'>, VoteAnswer {}
export interface MsgPreVoteResp extends Head<'MsgPreVoteResp'>, VoteAnswer {}

/** AppendEntries: `entries` follow the entry at `index`, which has the term `logTerm`. */
export interface MsgApp extends Head<'MsgApp'> {
  readonly index: number;
  readonly logTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

/**
 * Accepted: the log matches the leader's up to `index`, durably. Rejected: it does not at `index`;
 * it may at `rejectHint`, where this log has the term `logTerm` (0: unknown).
 */
export interface MsgAppResp extends Head<'MsgAppResp'> {
  readonly index: number;
  readonly reject: boolean;
  readonly rejectHint: number;
  readonly logTerm: number;
}

/** `readPosition` counts the reads of this term that an answer confirms; 0 is none. */
export interface MsgHeartbeat extends Head<'MsgHeartbeat'> {
  readonly commit: number;
  readonly readPosition: number;
}
export interface MsgHeartbeatResp extends Head<'MsgHeartbeatResp'> {
  readonly readPosition: number;
}

/** InstallSnapshot: announces it; the content travels beside it. */
export interface MsgSnap extends Head<'MsgSnap'> {
  readonly snapshot: Snapshot;
}

/** The leader's request to campaign at once (dissertation 3.10). */
export interface MsgTimeoutNow extends Head<'MsgTimeoutNow'> {}

/** A follower's request that the leader hand over to `transferee`. */
export interface MsgTransferLeader extends Head<'MsgTransferLeader'> {
  readonly transferee: NodeId;
}

export interface MsgProp extends Head<'MsgProp'> {
  readonly entries: readonly Proposal[];
}

export interface MsgReadIndex extends Head<'MsgReadIndex'> {
  readonly context: number;
}
export interface MsgReadIndexResp extends Head<'MsgReadIndexResp'> {
  readonly index: number;
  readonly context: number;
}

/** What travels between nodes. Only these may come from a link. */
export type PeerMessage =
  | MsgVote
  | MsgVoteResp
  | MsgPreVote
  | MsgPreVoteResp
  | MsgApp
  | MsgAppResp
  | MsgHeartbeat
  | MsgHeartbeatResp
  | MsgSnap
  | MsgTimeoutNow
  | MsgTransferLeader
  | MsgProp
  | MsgReadIndex
  | MsgReadIndexResp;

/**
 * Work for the log: write `snapshot`, then `entries` (one at index i replaces what is stored from i
 * on), and `hardState`. Handled in order, none lost. `responses` are delivered, each to the node it
 * names, when this and all earlier work is durable; where `mustSync` is false, no sync is needed
 * for this work itself.
 */
export interface MsgStorageAppend extends Head<'MsgStorageAppend'> {
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly mustSync: boolean;
  readonly responses: readonly (AnswerMessage | MsgStorageAppendResp)[];
}

/** The log is durable up to `last` (if there is one), and `snapshot` is installed. */
export interface MsgStorageAppendResp extends Head<'MsgStorageAppendResp'> {
  readonly last: EntryId | undefined;
  readonly snapshot: Snapshot | undefined;
}

/** Work for the state machine, in order, none lost; it need not be durable. */
export interface MsgStorageApply extends Head<'MsgStorageApply'> {
  readonly entries: readonly Entry[];
  readonly responses: readonly MsgStorageApplyResp[];
}
export interface MsgStorageApplyResp extends Head<'MsgStorageApplyResp'> {
  readonly entries: readonly Entry[];
}

/** Answers that speak of something this node wrote: see outbox.ts. */
export type AnswerMessage = MsgAppResp | MsgVoteResp | MsgPreVoteResp;

export type StorageMessage = MsgStorageAppend | MsgStorageApply;
export type Message = PeerMessage | StorageMessage | MsgStorageAppendResp | MsgStorageApplyResp;

/** A message without what the outbox puts in. */
export type Unaddressed<M extends Message> = M extends Message ? Omit<M, 'from' | 'term'> : never;

/** Answers to something this node sent. Those of members count, and no others. */
export type ResponseMessage = AnswerMessage | MsgHeartbeatResp | MsgReadIndexResp;

export function isResponse(message: Message): message is ResponseMessage {
  const { type } = message;
  return (
    type === 'MsgAppResp' ||
    type === 'MsgVoteResp' ||
    type === 'MsgPreVoteResp' ||
    type === 'MsgHeartbeatResp' ||
    type === 'MsgReadIndexResp'
  );
}

/** An append from a leader is whole: consecutive entries of rising terms after the one before. */
export function assertAppend(message: MsgApp): void {
  assertCount(message.index);
  assertCount(message.commit);
  let previous: EntryId = { term: message.logTerm, index: message.index };
  for (const entry of message.entries) {
    assert(entry.index === previous.index + 1, 'entries of an append are consecutive');
    assert(entry.term >= previous.term, 'terms never fall within a log');
    previous = entry;
  }
  assert(previous.term <= message.term, 'no entry is newer than its leader');
}
