/** The ceremonies that run on an unsealed server: at most one for each purpose. */
import { failure } from '../../shared/errors/failure.ts';
import { Quorum, type QuorumPurpose, type QuorumSupport } from './quorum.ts';
import type { ShareSet } from './seal-record.ts';
import { type CollectionPorts, ShareCollection } from './share-collection.ts';

export class Quorums {
  readonly #ports: CollectionPorts;
  readonly #support: Omit<QuorumSupport, 'ended'>;
  readonly #running = new Map<QuorumPurpose, Quorum>();

  constructor(ports: CollectionPorts, support: Omit<QuorumSupport, 'ended'>) {
    this.#ports = ports;
    this.#support = support;
  }

  /** Starts a ceremony for shares of that set. Throws `seal.ceremony-running`. */
  start(purpose: QuorumPurpose, set: ShareSet): Quorum {
    if (this.running(purpose) !== undefined) throw failure('seal.ceremony-running');
    const quorum = new Quorum(purpose, new ShareCollection(set, this.#ports), {
      ...this.#support,
      ended: () => this.#running.delete(purpose),
    });
    this.#running.set(purpose, quorum);
    return quorum;
  }

  running(purpose: QuorumPurpose): Quorum | undefined {
    const quorum = this.#running.get(purpose);
    return quorum === undefined || quorum.ended ? undefined : quorum;
  }

  /** Ends all of them, and drops their shares. */
  cancelAll(): void {
    for (const quorum of this.#running.values()) quorum.cancel();
  }
}
