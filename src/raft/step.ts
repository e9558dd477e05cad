/**
 * One message in. First the term (section 5.1 of the paper): a newer one makes a follower of any
 * node, an older message counts for nothing. Then the type, by the role of this node.
 */
import { assert } from '../../shared/assert.ts';
import { handleApplied, handleSnapshotInstalled } from './applied.ts';
import { handleVoteRequest, handleVoteResponse, isWithinLease, rejectVote } from './election.ts';
import { handleAppend, handleHeartbeat, handleSnapshot } from './follower.ts';
import { handleAppendResponse, handleHeartbeatResponse } from './leader.ts';
import {
  type Message,
  type MsgApp,
  type MsgHeartbeat,
  type MsgSnap,
  type MsgStorageAppendResp,
  type ResponseMessage,
} from './messages.ts';
import { propose } from './propose.ts';
import type { Raft } from './raft.ts';
import { handleReadIndexRequest, handleReadIndexResponse } from './read-index.ts';
import { acknowledgeAppend } from './replication.ts';
import { handleTimeoutNow, handleTransferRequest } from './transfer.ts';
import { assertCount, type Refusal } from './types.ts';

/** Takes a message; the refusal of a proposal or a read goes back to where it came from. */
export function step(raft: Raft, message: Message): Refusal | undefined {
  assertCount(message.term);
  if (message.term > raft.term && !enterTerm(raft, message)) return undefined;
  if (message.term !== 0 && message.term < raft.term) {
    answerOldTerm(raft, message);
    return undefined;
  }
  return handle(raft, message);
}

/** A newer term. False if the message is to be ignored with it. */
function enterTerm(raft: Raft, message: Message): boolean {
  const { type, from } = message;
  if ((type === 'MsgVote' || type === 'MsgPreVote') && isWithinLease(raft, message)) return false;
  // A pre-vote, asked or granted, is for a term that nobody has entered yet.
  if (type === 'MsgPreVote' || (type === 'MsgPreVoteResp' && !message.reject)) return true;
  const theirTerm = message.term;
  raft.emit({ type: 'higher-term-seen', message: type, peer: from, theirTerm, term: raft.term });
  raft.becomeFollower(theirTerm);
  return true;
}

function answerOldTerm(raft: Raft, message: Message): void {
  const { type, from } = message;
  const { checkQuorum, preVote } = raft.options;
  if ((type === 'MsgApp' || type === 'MsgHeartbeat') && (checkQuorum || preVote)) {
    // This node is in a later term, and asks for votes in vain while others hear that leader.
    // The answer, in the later term, takes the leader down and frees both.
    acknowledgeAppend(raft, from, 0);
  } else if (type === 'MsgPreVote') {
    // In silence a candidate with an old term and a node with an old log would wait for each other.
    rejectVote(raft, message);
  } else if (type === 'MsgStorageAppendResp') {
    handleOldAppendDone(raft, message);
  } else {
    const theirTerm = message.term;
    raft.emit({
      type: 'lower-term-ignored',
      message: type,
      peer: from,
      theirTerm,
      term: raft.term,
    });
  }
}

function handle(raft: Raft, message: Message): Refusal | undefined {
  switch (message.type) {
    case 'MsgVote':
    case 'MsgPreVote':
      handleVoteRequest(raft, message);
      return undefined;
    case 'MsgStorageAppendResp':
      if (message.last !== undefined) raft.log.unstable.stableTo(message.last);
      if (message.snapshot !== undefined) handleSnapshotInstalled(raft, message.snapshot);
      return undefined;
    case 'MsgStorageApplyResp':
      handleApplied(raft, message.entries);
      releaseHeldSnapshot(raft);
      return undefined;
    case 'MsgProp':
      return propose(raft, message.from, message.entries);
    case 'MsgReadIndex':
      return handleReadIndexRequest(raft, message);
    case 'MsgTransferLeader':
      handleTransferRequest(raft, message);
      return undefined;
    case 'MsgTimeoutNow':
      handleTimeoutNow(raft, message);
      return undefined;
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      handleLeaderMessage(raft, message);
      return undefined;
    case 'MsgStorageAppend':
    case 'MsgStorageApply':
      assert(false, 'work for storage is not for the node itself');
      return undefined;
    default:
      handleResponse(raft, message);
      return undefined;
  }
}

/** A leader of this term speaks; a candidate of this term has lost to it. */
function handleLeaderMessage(raft: Raft, message: MsgApp | MsgHeartbeat | MsgSnap): void {
  assert(raft.role !== 'leader', 'there is one leader a term');
  if (raft.role !== 'follower') raft.becomeFollower(message.term);
  raft.hearLeader(message.from);
  if (message.type === 'MsgApp') handleAppend(raft, message);
  else if (message.type === 'MsgHeartbeat') handleHeartbeat(raft, message);
  else handleSnapshot(raft, message);
}

/** Answers count only where this node still waits for them. */
function handleResponse(raft: Raft, message: ResponseMessage): void {
  const { role } = raft;
  switch (message.type) {
    case 'MsgVoteResp':
    case 'MsgPreVoteResp':
      handleVoteResponse(raft, message);
      break;
    case 'MsgAppResp':
      if (role === 'leader') handleAppendResponse(raft, message);
      break;
    case 'MsgHeartbeatResp':
      if (role === 'leader') handleHeartbeatResponse(raft, message);
      break;
    case 'MsgReadIndexResp':
      handleReadIndexResponse(raft, message);
      break;
  }
}

/**
 * A write ended that began in an earlier term. Its entries may have been replaced since, and
 * replaced again by the same ones: that they are stable now must be told anew. A snapshot holds
 * what is committed, whatever the term.
 */
function handleOldAppendDone(raft: Raft, message: MsgStorageAppendResp): void {
  const theirTerm = message.term;
  if (message.last !== undefined) {
    raft.emit({ type: 'append-done-outdated', theirTerm, term: raft.term });
  }
  if (message.snapshot !== undefined) handleSnapshotInstalled(raft, message.snapshot);
}

/** A snapshot that came during an apply comes again, as if it had only now arrived. */
function releaseHeldSnapshot(raft: Raft): void {
  const held = raft.heldSnapshot;
  if (held === undefined || raft.log.applying > raft.log.applied) return;
  raft.heldSnapshot = undefined;
  step(raft, held);
}
