/** What a replica is started with. */
import type { LinkIdentity } from '../link/hello.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStorage } from '../ports/log-storage.ts';
import type { PeerLink } from '../ports/peer-link.ts';
import type { StateStorage } from '../ports/state-storage.ts';
import type { Ticker } from '../ports/ticker.ts';
import type { RaftSizes } from '../raft/options.ts';
import type { ConfState, NodeId } from '../raft/types.ts';
import type { Hash } from './digest.ts';
import type { ReplicaEvent } from './events.ts';

export interface ReplicaPorts {
  readonly log: LogStorage;
  readonly state: StateStorage;
  readonly link: PeerLink;
  readonly ticker: Ticker;
  readonly clock: Clock;
}

export interface ReplicaOptions {
  /** Node, cluster, data folder, start and timings: what peers are told first. */
  readonly identity: LinkIdentity;
  readonly ports: ReplicaPorts;
  readonly hash: Hash;
  /** The one draw of chance: a whole number from 0 up to, not including, the bound. */
  readonly draw: (bound: number) => number;
  /**
   * Of a node that founds a cluster: its members, the same at each founder. Without it a node with
   * an empty state waits until a leader sends it a snapshot. Ignored where there is a state.
   */
  readonly found: ConfState | undefined;
  /** Whom a node without a configuration is linked with, so that a leader can reach it. */
  readonly contacts: readonly NodeId[];
  /** Production's, unless a test wants others. Ticks must be those of the identity's timings. */
  readonly sizes: RaftSizes;
  /** What a node may do from the start: see `Replica.setFit`. */
  readonly fit: boolean;
  /** Told while the replica works; it must not call back. */
  readonly emit: (event: ReplicaEvent) => void;
  /** Called once: the node must end, at once. Nothing is answered any more. */
  readonly onFatal: (reason: unknown) => void;
}
