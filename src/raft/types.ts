/**
 * The nouns of Raft, under the names that the paper and etcd-io/raft give them. Terms and indexes
 * are numbers: 2^53 entries at 10^5 a second are 2,800 years.
 *
 * Sources: Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm"; Ongaro,
 * "Consensus: Bridging Theory and Practice" (the dissertation); etcd-io/raft.
 */
import { assert } from '../../shared/assert.ts';

/** Identity of a member: a positive integer, allotted once by the cluster and never used again. */
export type NodeId = number;

/** Stands for "no node": no leader known, no vote cast, no transfer under way. */
export const none: NodeId = 0;

/** Names an entry everywhere and for ever: no two entries have the same index and term. */
export interface EntryId {
  readonly term: number;
  readonly index: number;
}

export type EntryType = 'normal' | 'conf-change';

/** What is proposed: an entry that has no place in the log yet. */
export interface Proposal {
  readonly type: EntryType;
  /** Opaque to the core, except in a `conf-change` (see conf-change-codec.ts). Never changed. */
  readonly data: Uint8Array;
}

export interface Entry extends EntryId, Proposal {}

/** What must be durable before this node answers for it (Figure 2 of the paper), and the commit. */
export interface HardState {
  readonly term: number;
  /** The candidate that got this node's vote in `term`, or `none`. */
  readonly vote: NodeId;
  /** A hint: it need not be durable, because the leader tells it again. */
  readonly commit: number;
}

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** What need not be stored, and is worth telling when it changes. */
export interface SoftState {
  readonly lead: NodeId;
  readonly role: Role;
}

/**
 * A configuration. Lists are sorted and hold no id twice. It is joint while `votersOutgoing` is not
 * empty: then each decision needs a majority of `voters` and one of `votersOutgoing`.
 */
export interface ConfState {
  readonly voters: readonly NodeId[];
  readonly votersOutgoing: readonly NodeId[];
  /** They receive the log and do not count. Disjoint from both lists of voters. */
  readonly learners: readonly NodeId[];
  /** Outgoing voters that become learners when the joint configuration is left. */
  readonly learnersNext: readonly NodeId[];
  /** The leader leaves the joint configuration by itself as soon as it is applied. */
  readonly autoLeave: boolean;
}

/**
 * A snapshot as the core knows it: what it replaces, and the configuration at that point. Its
 * content travels and is installed beside the core.
 */
export interface Snapshot extends EntryId {
  readonly confState: ConfState;
}

/** The answer to `readIndex`: what was asked under `context` may read once `index` is applied. */
export interface ReadState {
  readonly index: number;
  readonly context: number;
}

/**
 * Why an input was not taken. All but `unknown-peer` are refused proposals and reads: nothing
 * changed, and the caller may try again, elsewhere or later.
 */
export type Refusal =
  | 'no-leader'
  | 'not-forwarded'
  | 'not-a-member'
  | 'transfer-in-progress'
  | 'uncommitted-limit'
  | 'reads-limit'
  | 'unknown-peer';

/** Bytes that an entry takes beside its data in a log, a message or memory, as the core counts. */
const entryOverheadBytes = 24;

/** The size of an entry, as message limits and the limit of entries being applied count it. */
function entryBytes(entry: Entry): number {
  return entry.data.byteLength + entryOverheadBytes;
}

/** The size of the payloads alone: an empty entry is free, so that it can always be appended. */
export function payloadBytes(entries: readonly Proposal[]): number {
  return entries.reduce((sum, entry) => sum + entry.data.byteLength, 0);
}

/** The sizes of all entries together. */
export function totalBytes(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
}

/** The longest prefix that fits, and at least one entry: a large entry must not stall the log. */
export function limitSize(entries: readonly Entry[], bytesMax: number): readonly Entry[] {
  let bytes = 0;
  for (const [position, entry] of entries.entries()) {
    bytes += entryBytes(entry);
    if (bytes > bytesMax && position > 0) return entries.slice(0, position);
  }
  return entries;
}

/** Asserts that a term, index or id is one: what leaves this range was computed wrongly. */
export function assertCount(value: number): void {
  assert(Number.isSafeInteger(value) && value >= 0, 'terms, indexes and ids are whole numbers');
}
