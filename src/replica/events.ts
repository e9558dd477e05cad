/** What a replica tells about itself, for logs, metrics, alarms and invariants. */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type { LinkChannel } from '../ports/peer-link.ts';
import type { RaftEvent } from '../raft/events.ts';
import type { EntryId, NodeId, Role } from '../raft/types.ts';
import type { Judgement } from './result-window.ts';

export type ReplicaEvent =
  | { readonly type: 'raft'; readonly event: RaftEvent }
  /** Duties run while `duties` is true: this node leads and is fit. */
  | {
      readonly type: 'leadership';
      readonly role: Role;
      readonly lead: NodeId;
      readonly term: number;
      readonly duties: boolean;
    }
  | { readonly type: 'applied'; readonly to: EntryId; readonly revision: number }
  | { readonly type: 'proposal-skipped'; readonly judgement: Judgement | 'not-a-member' }
  | { readonly type: 'proposal-unsound'; readonly peer: NodeId }
  /** The cluster knows this node with another data folder. */
  | { readonly type: 'start-refused' }
  | { readonly type: 'link-up'; readonly peer: NodeId; readonly channel: LinkChannel }
  | {
      readonly type: 'link-down';
      readonly peer: NodeId;
      readonly channel: LinkChannel;
      readonly reason: StrongBoxError | undefined;
    }
  | { readonly type: 'fitness'; readonly fit: boolean }
  | { readonly type: 'hand-over'; readonly to: NodeId; readonly reason: HandOverReason }
  | { readonly type: 'stalled'; readonly writingTicks: number }
  | { readonly type: 'ticks-skipped'; readonly ticks: number }
  | { readonly type: 'digests-differ'; readonly index: number }
  | { readonly type: 'quarantined'; readonly index: number }
  | {
      readonly type: 'snapshot';
      readonly peer: NodeId;
      readonly snapshot: EntryId;
      readonly step: 'sending' | 'sent' | 'receiving' | 'received' | 'installed' | 'given-up';
    }
  | { readonly type: 'chunk-damaged'; readonly peer: NodeId; readonly offset: number }
  | { readonly type: 'log-cut'; readonly to: number };

export type HandOverReason = 'asked' | 'caretaker' | 'stalled' | 'disk-full' | 'quarantined';
