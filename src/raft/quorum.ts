/**
 * What a set of voters has decided: the index it has committed, and the outcome of a vote. A joint
 * configuration decides what both of its majorities decide (dissertation 4.3).
 */
import { union } from './ids.ts';
import type { ConfState, NodeId } from './types.ts';

type Voters = readonly NodeId[];

/** The index a voter has acknowledged; undefined if it has told none. */
export type AckedIndex = (id: NodeId) => number | undefined;

/** A voter's vote; undefined if it has not voted yet. */
export type VoteOf = (id: NodeId) => boolean | undefined;

export type VoteResult = 'won' | 'lost' | 'pending';

/**
 * The largest index that a majority has acknowledged. An empty set has committed everything, so
 * that a joint configuration with one empty half decides like the other half.
 */
export function majorityCommitted(voters: Voters, acked: AckedIndex): number {
  if (voters.length === 0) return Number.POSITIVE_INFINITY;
  const indexes = voters.map((id) => acked(id) ?? 0).sort((left, right) => right - left);
  return indexes[majoritySize(voters) - 1] ?? 0;
}

/** Whether a majority has said yes, can no longer say yes, or neither. The empty set says yes. */
export function majorityVote(voters: Voters, voteOf: VoteOf): VoteResult {
  if (voters.length === 0) return 'won';
  let granted = 0;
  let missing = 0;
  for (const id of voters) {
    const vote = voteOf(id);
    if (vote === undefined) missing += 1;
    else if (vote) granted += 1;
  }
  if (granted >= majoritySize(voters)) return 'won';
  return granted + missing >= majoritySize(voters) ? 'pending' : 'lost';
}

/** The largest index that both halves have committed. */
export function committedIndex(conf: ConfState, acked: AckedIndex): number {
  return Math.min(
    majorityCommitted(conf.voters, acked),
    majorityCommitted(conf.votersOutgoing, acked),
  );
}

/** Won if both halves won, lost if either lost. */
export function voteResult(conf: ConfState, voteOf: VoteOf): VoteResult {
  const incoming = majorityVote(conf.voters, voteOf);
  const outgoing = majorityVote(conf.votersOutgoing, voteOf);
  if (incoming === outgoing) return incoming;
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending';
}

/** Every id that votes in the configuration, in either half. */
export function allVoters(conf: ConfState): Voters {
  return conf.votersOutgoing.length === 0 ? conf.voters : union(conf.voters, conf.votersOutgoing);
}

function majoritySize(voters: Voters): number {
  return Math.floor(voters.length / 2) + 1;
}
