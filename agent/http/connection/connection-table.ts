import type { Socket } from 'node:net';
import { awakeConnections } from '../limits.ts';
import { addressGroup } from './addresses.ts';
import type { VerbShim } from './verb-shim.ts';

/**
 * The connections of one listener: who may open another one, which of them are overdue, and which
 * can be closed when the listener stops. A connection counts from the accepted socket on, so that a
 * handshake that hangs takes its place, too.
 */
export class ConnectionTable {
  readonly #connectionsMax: number;
  readonly #perGroupMax: number;
  readonly #groups = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  readonly #shims = new Set<VerbShim>();
  readonly #sleeping = new Set<Socket>();
  readonly #waiting: (() => void)[] = [];
  readonly #sleep: (shim: VerbShim) => void;
  #refused = 0;
  #addedSinceLook = 0;

  constructor(
    limits: { readonly connections: number; readonly connectionsPerAddress: number },
    sleep: (shim: VerbShim) => void,
  ) {
    this.#sleep = sleep;
    this.#connectionsMax = limits.connections;
    this.#perGroupMax = limits.connectionsPerAddress;
  }

  /** Connections that are open, with those whose handshake is not finished. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Requests whose answer is not finished. */
  get inFlight(): number {
    let count = 0;
    for (const shim of this.#shims) if (shim.awaitsAnswer) count += 1;
    return count;
  }

  /** Connections on which nothing was asked for a while, without what serves them. */
  get sleeping(): number {
    return this.#sleeping.size;
  }

  /** Connections refused since the start because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** Counts a new connection until it closes, or closes it at once and returns false. */
  admit(socket: Socket): boolean {
    const group = addressGroup(socket.remoteAddress);
    const fromGroup = group === undefined ? 0 : (this.#groups.get(group) ?? 0);
    if (this.#sockets.size >= this.#connectionsMax || fromGroup >= this.#perGroupMax) {
      this.#refused += 1;
      socket.destroy();
      return false;
    }
    this.#sockets.add(socket);
    if (group !== undefined) this.#groups.set(group, fromGroup + 1);
    // It comes once by itself; what `once` keeps for it would stay as long as the connection.
    socket.on('close', () => this.#closed(socket, group));
    return true;
  }

  add(shim: VerbShim): void {
    this.#shims.add(shim);
    shim.once('close', () => this.#shims.delete(shim));
    this.#addedSinceLook += 1;
    if (this.#shims.size < awakeConnections || this.#addedSinceLook < awakeConnections / 4) return;
    this.#putIdleToSleep();
  }

  /** Follows a connection that sleeps from here on, until it is `awake`. */
  asleep(socket: Socket): void {
    this.#sleeping.add(socket);
  }

  awake(socket: Socket): void {
    this.#sleeping.delete(socket);
  }

  /**
   * Acts on every connection whose deadline has passed. Those on which nothing was asked since the
   * last look are put to sleep.
   */
  sweep(nowMs: number): void {
    for (const socket of this.#sleeping) if (socket.destroyed) this.#sleeping.delete(socket);
    for (const shim of this.#shims) shim.deadline.check(nowMs);
    this.#putIdleToSleep();
  }

  /** Closes connections on which nothing is being asked or answered. */
  closeIdle(): void {
    for (const shim of this.#shims) if (!shim.busy) shim.destroy();
    for (const socket of this.#sleeping) socket.destroy();
  }

  destroyAll(): void {
    // Those that serve requests first: their handlers are told before anything else is done.
    for (const shim of this.#shims) shim.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves when no connection is open (any more). */
  emptied(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Where many connections come at once they are looked at more often than sweeps come: what they
   * take before they sleep stays with the process.
   */
  #putIdleToSleep(): void {
    this.#addedSinceLook = 0;
    for (const shim of this.#shims) {
      if (!shim.isIdle) continue;
      if (shim.requestsBegunAtLook === shim.requestsBegun) this.#sleep(shim);
      else shim.requestsBegunAtLook = shim.requestsBegun;
    }
  }

  #closed(socket: Socket, group: string | undefined): void {
    this.#sockets.delete(socket);
    this.#leave(group);
    if (this.#sockets.size > 0) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #leave(group: string | undefined): void {
    if (group === undefined) return;
    const left = (this.#groups.get(group) ?? 1) - 1;
    if (left === 0) this.#groups.delete(group);
    else this.#groups.set(group, left);
  }
}
