/** What a running node has of the world around it. */
import type { Clock } from '../../../src/ports/clock.ts';
import type { PeerLink } from '../../../src/ports/peer-link.ts';
import type { WatchEvent } from '../../../src/ports/store.ts';
import type { PeerMessage } from '../../../src/raft/messages.ts';
import type { RaftSizes } from '../../../src/raft/options.ts';
import type { ConfState, Entry, NodeId } from '../../../src/raft/types.ts';
import type { Happening } from '../check/findings.ts';
import type { Chance } from '../world/chance.ts';
import type { Us } from '../world/scheduler.ts';
import type { StateImage } from './core-state.ts';

/** A message, and what travels beside it. */
export interface Parcel {
  readonly message: PeerMessage;
  readonly content: StateImage | undefined;
}

/** Who is told of what a node does, to judge it. */
export interface Witness {
  /** It leaves the node now. */
  sent(message: PeerMessage): void;
  applied(entry: Entry, conf: ConfState): void;
  happened(happening: Happening): void;
  /** A change of the store, as one node has applied it. */
  changed(event: WatchEvent): void;
}

export interface NodeContext {
  readonly id: NodeId;
  readonly chance: Chance;
  readonly sizes: RaftSizes;
  readonly tickMs: number;
  /** Mean time of an apply. */
  readonly applyMeanUs: Us;
  /** Entries that are kept behind the checkpoint. */
  readonly trailingEntries: number;
  readonly witness: Witness;
  readonly clock: Clock;
  /** Connections to other processes; datagrams go by `send`. */
  readonly link: PeerLink;
  /** A number that no start of any node has had before: rises. */
  nextContext(): number;
  send(to: NodeId, parcel: Parcel): void;
  /** Runs it in a turn of its own, after the delay; never once the process has ended. */
  after(delayUs: Us, run: () => void): void;
  /** The same, without delay, for what comes from outside. */
  turn(run: () => void): void;
  /** The process ends itself, after this turn. */
  die(reason: string): void;
}
