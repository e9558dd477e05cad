/** What peers tell of their health, and whether it is news. */
import type { Health } from '../link/peer-frame.ts';
import type { NodeId } from '../raft/types.ts';

interface Told {
  readonly health: Health;
  readonly ticks: number;
}

export class PeerTable {
  readonly #told = new Map<NodeId, Told>();
  /** After so many ticks without a word nothing is known of a peer. */
  readonly #freshTicks: number;
  #nowTicks = 0;

  constructor(freshTicks: number) {
    this.#freshTicks = freshTicks;
  }

  tick(): void {
    this.#nowTicks += 1;
  }

  heard(peer: NodeId, health: Health): void {
    this.#told.set(peer, { health, ticks: this.#nowTicks });
  }

  /** Undefined if it was not heard of for long. */
  healthOf(peer: NodeId): Health | undefined {
    const told = this.#told.get(peer);
    if (told === undefined || this.#nowTicks - told.ticks > this.#freshTicks) return undefined;
    return told.health;
  }

  keep(members: readonly NodeId[]): void {
    for (const peer of this.#told.keys()) {
      if (!members.includes(peer)) this.#told.delete(peer);
    }
  }
}
