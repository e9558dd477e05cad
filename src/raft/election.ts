/**
 * Elections: who campaigns when, and who votes for whom (sections 5.2 and 5.4.1 of the paper;
 * pre-vote, dissertation 9.6).
 */
import { assert } from '../../shared/assert.ts';
import type { MsgPreVote, MsgPreVoteResp, MsgVote, MsgVoteResp } from './messages.ts';
import { allVoters } from './quorum.ts';
import type { Raft } from './raft.ts';
import { appendEntries, broadcastAppend } from './replication.ts';
import { type EntryId, none, type Proposal } from './types.ts';

/** A transfer skips the pre-vote: the leader itself has asked for the election. */
type Campaign = 'pre-election' | 'election' | 'transfer';

/** Commits what earlier terms left, and opens the reads of the new one. */
const firstEntry: Proposal = { type: 'normal', data: new Uint8Array() };

/** Campaigns, if this node may. With pre-vote it first asks whether it would be elected. */
export function hup(raft: Raft, isTransfer: boolean): void {
  const { term } = raft;
  if (raft.role === 'leader') {
    raft.emit({ type: 'campaign-ignored', reason: 'leader', term });
  } else if (!raft.isPromotable) {
    raft.emit({ type: 'campaign-ignored', reason: 'not-promotable', term });
  } else if (hasUnappliedConfChange(raft)) {
    raft.emit({ type: 'campaign-ignored', reason: 'unapplied-conf-change', term });
  } else {
    raft.emit({ type: 'campaign-started', term });
    if (isTransfer) campaign(raft, 'transfer');
    else campaign(raft, raft.options.preVote ? 'pre-election' : 'election');
  }
}

/** Counts an answer to this node's own campaign. */
export function handleVoteResponse(raft: Raft, message: MsgVoteResp | MsgPreVoteResp): void {
  if (message.reject) learnCommit(raft, message.committed);
  if (raft.role !== (message.type === 'MsgVoteResp' ? 'candidate' : 'pre-candidate')) return;
  const { from: peer, type: answer, reject } = message;
  raft.emit({ type: 'vote-received', peer, answer, granted: !reject, term: raft.term });
  raft.tracker.recordVote(peer, !reject);
  const { granted, rejected, result } = raft.tracker.tallyVotes();
  raft.emit({ type: 'votes-tallied', answer, granted, rejected });
  if (result === 'lost') raft.becomeFollower(raft.term);
  if (result === 'won') {
    if (raft.role === 'pre-candidate') campaign(raft, 'election');
    else lead(raft);
  }
}

/** Answers a candidate. A learner votes too: it may be a voter and not know it yet. */
export function handleVoteRequest(raft: Raft, message: MsgVote | MsgPreVote): void {
  const { type, from: to } = message;
  const mayVote =
    raft.vote === to ||
    (raft.vote === none && raft.lead === none) ||
    (type === 'MsgPreVote' && message.term > raft.term);
  if (!mayVote || !raft.log.isUpToDate({ term: message.logTerm, index: message.index })) {
    rejectVote(raft, message);
    return;
  }
  raft.emit({ type: 'vote-cast', ...voteContext(raft, message) });
  // In the term of the request: a candidate ignores answers of an older term, and a pre-vote is for
  // a term that this node has not entered.
  const committed = raft.log.committedId();
  raft.send({ type: responseOf(type), to, reject: false, committed }, message.term);
  if (type === 'MsgVote') {
    raft.vote = to;
    raft.electionElapsedTicks = 0;
  }
}

/** Refuses, in this node's own term: a candidate that lags behind learns of it. */
export function rejectVote(raft: Raft, message: MsgVote | MsgPreVote): void {
  raft.emit({ type: 'vote-rejected', ...voteContext(raft, message) });
  const committed = raft.log.committedId();
  raft.send({ type: responseOf(message.type), to: message.from, reject: true, committed });
  learnCommit(raft, message.committed);
}

/**
 * What another node knows to be committed is committed here too, if this log has it. Where two
 * voters became one and the removed one has the longer log, the other cannot be elected without
 * this: it does not know that it is alone (etcd-io/etcd 10563; tikv/raft-rs has this rule).
 */
function learnCommit(raft: Raft, committed: EntryId): void {
  if (raft.role === 'leader' || !raft.log.maybeCommit(committed)) return;
  raft.emit({ type: 'commit-learned', committed });
  // It may have campaigned in a configuration that is no longer the right one.
  const isCampaigning = raft.role !== 'follower';
  if (isCampaigning && hasUnappliedConfChange(raft)) raft.becomeFollower(raft.term);
}

/**
 * Whether a request is to be ignored because a leader was heard within an election time-out: else
 * a removed or cut-off node could disturb the cluster again and again (dissertation 4.2.3).
 */
export function isWithinLease(raft: Raft, message: MsgVote | MsgPreVote): boolean {
  const { checkQuorum, electionTicks } = raft.options;
  const remainingTicks = electionTicks - raft.electionElapsedTicks;
  if (message.isTransfer || !checkQuorum || raft.lead === none || remainingTicks <= 0) return false;
  raft.emit({ type: 'vote-ignored-in-lease', ...voteContext(raft, message), remainingTicks });
  return true;
}

function campaign(raft: Raft, kind: Campaign): void {
  const isPre = kind === 'pre-election';
  if (isPre) raft.becomePreCandidate();
  else raft.becomeCandidate();
  const term = isPre ? raft.term + 1 : raft.term;
  const type = isPre ? 'MsgPreVote' : 'MsgVote';
  const last = raft.log.lastEntryId();
  const committed = raft.log.committedId();
  const isTransfer = kind === 'transfer';
  const position = { index: last.index, logTerm: last.term, isTransfer, committed };
  for (const to of allVoters(raft.tracker.conf)) {
    if (to === raft.id) {
      // Its own vote, which counts when it comes back: when it is durable.
      raft.send({ type: responseOf(type), to, reject: false, committed }, term);
    } else {
      raft.emit({ type: 'vote-requested', request: type, peer: to, last, term: raft.term });
      raft.send({ type, to, ...position }, term);
    }
  }
}

function lead(raft: Raft): void {
  raft.becomeLeader();
  appendEntries(raft, [firstEntry]);
  broadcastAppend(raft);
}

/**
 * A committed change that this node has not applied could take away its right to campaign, or the
 * majority that it counts on.
 */
function hasUnappliedConfChange(raft: Raft): boolean {
  const { log } = raft;
  let next = log.applied + 1;
  while (next <= log.committed) {
    const page = log.slice(next, log.committed + 1, raft.options.applyingBytesMax);
    assert(page !== undefined, 'nothing is compacted before it is applied');
    if (page.some((entry) => entry.type === 'conf-change')) return true;
    next += page.length;
  }
  return false;
}

function responseOf(type: 'MsgVote' | 'MsgPreVote'): 'MsgVoteResp' | 'MsgPreVoteResp' {
  return type === 'MsgVote' ? 'MsgVoteResp' : 'MsgPreVoteResp';
}

function voteContext(raft: Raft, message: MsgVote | MsgPreVote) {
  return {
    last: raft.log.lastEntryId(),
    vote: raft.vote,
    request: message.type,
    candidate: message.from,
    candidateLast: { term: message.logTerm, index: message.index },
    term: raft.term,
  };
}
