/**
 * What is to happen in one world, drawn from a seed and then fixed: a plan is data, so that it can
 * be shown, cut down to what matters and run again. What is left to chance (delays, losses) comes
 * from the same seed, in streams of their own.
 */
import type { NodeId } from '../../../src/raft/types.ts';
import type { DiskPlan } from './disk.ts';
import type { NetworkPlan } from './network.ts';
import type { Us } from './scheduler.ts';

export const faultKinds = [
  'crash',
  'isolate',
  'deafen',
  'mute',
  'split',
  'slow-path',
  'slow-disk',
  'full-disk',
  'failing-disk',
  'stall',
  'clock-jump',
  'transfer',
  'change-members',
  'replace-member',
  'campaign',
  'forget-leader',
  'compact',
  'seal',
  'lose-disk',
  'restore-image',
  'damage-log',
] as const;

export type FaultKind = (typeof faultKinds)[number];

/** In the place of a node: the one that leads when it happens. */
export const whoeverLeads = 0;

/** What goes wrong when, with whom. Each kind uses of it what it needs. */
export interface Fault {
  readonly atMs: number;
  readonly kind: FaultKind;
  readonly node: NodeId;
  readonly other: NodeId;
  readonly forMs: number;
}

export interface ClientPlan {
  readonly count: number;
  readonly keys: number;
  readonly pauseMeanUs: Us;
  readonly timeoutMs: number;
  readonly readPermille: number;
  readonly conditionalPermille: number;
}

/** Sizes of the core that runs differ in; the others are production's. */
export interface SizesPlan {
  readonly electionTicks: number;
  readonly heartbeatTicks: number;
  readonly pendingSnapshotTicksMax: number;
  readonly messageBytesMax: number;
  readonly applyingBytesMax: number;
  readonly inflightMessagesMax: number;
}

export interface Plan {
  readonly seed: number;
  readonly tier: 'core' | 'replica';
  readonly voters: number;
  /** Nodes that are there and may join. */
  readonly spares: number;
  readonly tickMs: number;
  readonly sizes: SizesPlan;
  readonly network: NetworkPlan;
  readonly disk: DiskPlan;
  readonly applyMeanUs: Us;
  readonly trailingEntries: number;
  /** How much each node's clock may be fast or slow. */
  readonly driftPermilleMax: number;
  readonly clients: ClientPlan;
  readonly chaosMs: number;
  /** In the order of time. */
  readonly faults: readonly Fault[];
  /** Stays dead from its first crash after the chaos on, for ever; 0: none does. */
  readonly deadNode: NodeId;
}
