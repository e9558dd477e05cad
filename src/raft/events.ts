/**
 * What the core tells about itself while it works: facts with fields, no text. A driver counts them
 * and logs them; tests print them in etcd's words.
 */
import type { Message } from './messages.ts';
import type { Progress } from './progress.ts';
import type { ConfChange, ConfObstacle } from './conf-change.ts';
import type { ConfState, EntryId, NodeId, Refusal, Role } from './types.ts';

type Vote = 'MsgVote' | 'MsgPreVote';
type VoteAnswer = 'MsgVoteResp' | 'MsgPreVoteResp';

/** A vote request as the voter saw it. */
interface VoteContext {
  readonly last: EntryId;
  readonly vote: NodeId;
  readonly request: Vote;
  readonly candidate: NodeId;
  readonly candidateLast: EntryId;
  readonly term: number;
}

/** Where the log and its unstable part stand. */
export interface LogPosition {
  readonly committed: number;
  readonly applied: number;
  readonly applying: number;
  readonly offset: number;
  readonly offsetInProgress: number;
  readonly unstableEntries: number;
}

/** Progress of a follower, copied: the event may be kept. */
export type ProgressView = Pick<
  Progress,
  'match' | 'next' | 'state' | 'pendingSnapshot' | 'recentActive' | 'isPaused'
> & { readonly inflights: number; readonly isWindowFull: boolean; readonly isLearner: boolean };

interface OfPeer {
  readonly peer: NodeId;
}
interface WithProgress extends OfPeer {
  readonly progress: ProgressView;
}
interface AtTerm {
  readonly term: number;
}

/** What belongs to each type of event. */
export interface EventFields {
  started: AtTerm & {
    readonly voters: readonly NodeId[];
    readonly committed: number;
    readonly applied: number;
    readonly last: EntryId;
  };
  'became-role': AtTerm & { readonly role: Role };
  'conf-switched': { readonly conf: ConfState };

  'campaign-ignored': {
    readonly reason: 'leader' | 'not-promotable' | 'unapplied-conf-change';
  } & AtTerm;
  'campaign-started': AtTerm;
  'vote-requested': AtTerm & OfPeer & { readonly last: EntryId; readonly request: Vote };
  'vote-received': AtTerm & OfPeer & { readonly answer: VoteAnswer; readonly granted: boolean };
  'votes-tallied': {
    readonly answer: VoteAnswer;
    readonly granted: number;
    readonly rejected: number;
  };
  'vote-ignored-in-lease': VoteContext & { readonly remainingTicks: number };
  'vote-cast': VoteContext;
  'vote-rejected': VoteContext;
  'higher-term-seen': AtTerm &
    OfPeer & { readonly message: Message['type']; readonly theirTerm: number };
  'lower-term-ignored': AtTerm &
    OfPeer & { readonly message: Message['type']; readonly theirTerm: number };
  'commit-learned': { readonly committed: EntryId };
  'quorum-lost': object;
  'stepped-down': AtTerm;
  'leader-forgotten': AtTerm & { readonly lead: NodeId };
  'forget-leader-ignored': object;

  'proposal-dropped': AtTerm & { readonly reason: Refusal; readonly peer: NodeId };
  'conf-change-ignored': {
    readonly change: ConfChange;
    readonly conf: ConfState;
    readonly reason: ConfObstacle;
    readonly pendingConfIndex: number;
    readonly applied: number;
  };
  'conf-change-repeated': { readonly index: number };
  'auto-leave-started': { readonly conf: ConfState };
  'auto-leave-refused': { readonly conf: ConfState; readonly reason: Refusal };

  'append-rejected': OfPeer & { readonly at: EntryId; readonly term: number };
  'append-rejection-received': OfPeer & { readonly index: number; readonly hint: EntryId };
  'progress-decreased': WithProgress;
  'peer-unknown': OfPeer;
  'peer-unreachable': WithProgress;
  'snapshot-skipped': OfPeer & { readonly reason: 'inactive' | 'unavailable' };
  'snapshot-sent': WithProgress & {
    readonly firstIndex: number;
    readonly committed: number;
    readonly snapshot: EntryId;
  };
  'replication-paused': WithProgress;
  'replication-resumed': WithProgress & {
    readonly reason:
      | 'append-accepted'
      | 'snapshot-succeeded'
      | 'snapshot-failed'
      | 'snapshot-overdue';
  };

  'snapshot-held': { readonly snapshot: EntryId };
  'snapshot-foreign': { readonly conf: ConfState };
  'snapshot-fast-forward': {
    readonly committed: number;
    readonly last: EntryId;
    readonly snapshot: EntryId;
  };
  'snapshot-restoring': { readonly log: LogPosition; readonly snapshot: EntryId };
  'snapshot-restored': {
    readonly committed: number;
    readonly last: EntryId;
    readonly snapshot: EntryId;
  };
  'snapshot-handled': {
    readonly committed: number;
    readonly snapshot: EntryId;
    readonly restored: boolean;
  };

  'log-conflict': { readonly index: number; readonly ourTerm: number; readonly theirTerm: number };
  'unstable-replaced': { readonly from: number };
  'unstable-truncated': { readonly before: number };
  'stable-ignored': {
    readonly reason: 'missing' | 'snapshot' | 'mismatch';
    readonly index: number;
    readonly theirTerm: number;
    readonly ourTerm: number;
  };
  'append-done-outdated': AtTerm & { readonly theirTerm: number };

  'transfer-started': AtTerm & OfPeer;
  'transfer-aborted': AtTerm & OfPeer;
  'transfer-repeated': AtTerm & OfPeer;
  'transfer-refused': OfPeer & { readonly reason: 'learner' | 'self' };
  'transfer-dropped': AtTerm;
  'timeout-now-sent': OfPeer & { readonly reason: 'up-to-date' | 'caught-up' };
  'timeout-now-received': AtTerm & OfPeer;
  'timeout-now-ignored': AtTerm & OfPeer & { readonly role: Role };

  'read-dropped': AtTerm & { readonly reason: Refusal };
}

export type RaftEvent = {
  [Type in keyof EventFields]: { readonly type: Type } & EventFields[Type];
}[keyof EventFields];

/** Takes events as they happen; it must not call back into the core. */
export type EmitEvent = (event: RaftEvent) => void;
