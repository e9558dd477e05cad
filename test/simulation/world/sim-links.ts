/**
 * Connections over the simulated network: in each direction what was sent arrives in order, or not
 * at all because the connection is gone. A lost packet makes what follows late; a blocked path
 * holds everything back, until it is open again or somebody closes the connection.
 */
import type {
  ConnectionEvents,
  LinkChannel,
  PeerConnection,
  PeerLink,
} from '../../../src/ports/peer-link.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import type { Chance } from './chance.ts';
import type { Network } from './network.ts';
import type { Scheduler, Us } from './scheduler.ts';

/** Before a lost packet is sent again, and before a blocked path is tried again. */
const retransmitUs = 200_000;
/** A dial that nobody answers. */
const dialTimeoutUs = 2_000_000;
/** Of the packets that are lost, so many take the connection with them. */
const breakPermille = 100;

type Accept = Parameters<PeerLink['accept']>[0];

/** One process that has connections; `turn` runs something in it, unless it has ended. */
export interface LinkProcess {
  readonly id: NodeId;
  readonly turn: (what: string, run: () => void) => void;
  /** Told of each frame that leaves. */
  readonly sent: (frame: Uint8Array) => void;
}

interface Listener {
  readonly process: LinkProcess;
  readonly accept: Accept;
}

export class SimLinks {
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #chance: Chance;
  readonly #listeners = new Map<NodeId, Listener>();
  readonly #open = new Set<SimConnection>();

  constructor(scheduler: Scheduler, network: Network, chance: Chance) {
    this.#scheduler = scheduler;
    this.#network = network;
    this.#chance = chance;
  }

  /** The port of a process that starts. */
  portOf(process: LinkProcess): PeerLink {
    return {
      accept: (accept) => {
        this.#listeners.set(process.id, { process, accept });
      },
      dial: (peer, channel, events) => this.#dial(process, { peer, channel }, events),
    };
  }

  /** The process has ended, and with it its connections; at their other ends it will be heard. */
  ended(id: NodeId): void {
    this.#listeners.delete(id);
    for (const connection of this.#open) {
      if (connection.process.id !== id) continue;
      connection.isDead = true;
      this.#open.delete(connection);
      connection.other?.closeFromAfar(this.#delay(id, connection.other.process.id));
    }
  }

  #dial(
    process: LinkProcess,
    { peer, channel }: { peer: NodeId; channel: LinkChannel },
    events: ConnectionEvents,
  ): PeerConnection {
    const near = this.#connection(process, peer);
    near.events = events;
    const isReachable = (): boolean =>
      !this.#network.isBlocked(process.id, peer) && !this.#network.isBlocked(peer, process.id);
    this.#scheduler.after(this.#delay(process.id, peer), () => {
      const listener = this.#listeners.get(peer);
      if (near.isDead) return;
      if (!isReachable()) {
        near.closeFromAfar(dialTimeoutUs);
        return;
      }
      if (listener === undefined) {
        near.closeFromAfar(this.#delay(peer, process.id));
        return;
      }
      this.#connect(near, listener, channel);
    });
    return near;
  }

  #connect(near: SimConnection, listener: Listener, channel: LinkChannel): void {
    const far = this.#connection(listener.process, near.process.id);
    near.other = far;
    far.other = near;
    listener.process.turn('accept', () => {
      far.events = listener.accept(near.process.id, channel, far);
    });
    this.#scheduler.after(this.#delay(listener.process.id, near.process.id), () => {
      near.happen('opened', (events) => events.opened());
    });
  }

  #connection(process: LinkProcess, peer: NodeId): SimConnection {
    const connection: SimConnection = new SimConnection(process, {
      after: (delayUs, run) => void this.#scheduler.after(delayUs, run),
      now: () => this.#scheduler.now,
      delay: () => this.#delay(process.id, peer),
      isBlocked: () => this.#network.isBlocked(process.id, peer),
      isLost: () => this.#chance.permille(this.#network.plan.lossPermille),
      isBroken: () => this.#chance.permille(breakPermille),
      gone: () => void this.#open.delete(connection),
    });
    this.#open.add(connection);
    return connection;
  }

  #delay(from: NodeId, to: NodeId): Us {
    return this.#network.delayUs(from, to);
  }
}

/** The path from this end to the other one. */
interface Path {
  after(delayUs: Us, run: () => void): void;
  now(): Us;
  delay(): Us;
  isBlocked(): boolean;
  isLost(): boolean;
  isBroken(): boolean;
  gone(): void;
}

class SimConnection implements PeerConnection {
  readonly process: LinkProcess;
  events: ConnectionEvents | undefined;
  other: SimConnection | undefined;
  /** Its process has ended: nothing comes any more. */
  isDead = false;
  readonly #path: Path;
  #isClosed = false;
  #buffered = 0;
  /** When the last of what was sent arrives. */
  #lastArrival: Us = 0;
  readonly #onTheirWay: { readonly at: Us; readonly run: () => void }[] = [];

  constructor(process: LinkProcess, path: Path) {
    this.process = process;
    this.#path = path;
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed || this.isDead) return;
    this.process.sent(frame);
    this.#buffered += frame.length;
    const isLost = this.#path.isLost();
    if (isLost && this.#path.isBroken()) {
      this.other?.closeFromAfar(0);
      this.closeFromAfar(0);
      return;
    }
    this.#arrive(this.#path.delay() + (isLost ? retransmitUs : 0), () => this.#deliver(frame));
  }

  bufferedBytes(): number {
    return this.#buffered;
  }

  close(): void {
    if (this.#isClosed || this.isDead) return;
    this.#arrive(this.#path.delay(), () => this.other?.closeFromAfar(0));
    this.closeFromAfar(0);
  }

  /** This end is told that the connection is gone. */
  closeFromAfar(delayUs: Us): void {
    if (this.#isClosed || this.isDead) return;
    this.#path.after(delayUs, () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#path.gone();
      this.happen('closed', (events) => events.closed());
    });
  }

  /** Something happens at this end, in a turn of its process. */
  happen(what: string, tell: (events: ConnectionEvents) => void): void {
    if (this.isDead) return;
    this.process.turn(what, () => {
      if (this.events !== undefined) tell(this.events);
    });
  }

  /** In order: nothing overtakes what was sent before. */
  #arrive(delayUs: Us, run: () => void): void {
    const now = this.#path.now();
    this.#lastArrival = Math.max(this.#lastArrival, now + delayUs);
    this.#onTheirWay.push({ at: this.#lastArrival, run });
    if (this.#onTheirWay.length === 1) this.#path.after(delayUs, () => this.#arriveNext());
  }

  #arriveNext(): void {
    if (this.#path.isBlocked()) {
      this.#path.after(retransmitUs, () => this.#arriveNext());
      return;
    }
    this.#onTheirWay.shift()?.run();
    const next = this.#onTheirWay[0];
    if (next === undefined) return;
    this.#path.after(Math.max(next.at - this.#path.now(), 0), () => this.#arriveNext());
  }

  #deliver(frame: Uint8Array): void {
    this.#buffered -= frame.length;
    const { other } = this;
    if (other === undefined || other.isDead || other.isClosedHere) return;
    other.happen('frame', (events) => events.received(frame));
    if (this.#buffered === 0) this.happen('drained', (events) => events.drained());
  }

  get isClosedHere(): boolean {
    return this.#isClosed;
  }
}
