/** A network of connections with delay, that can be cut. Order is kept within a connection. */
import type {
  ConnectionEvents,
  LinkChannel,
  PeerConnection,
  PeerLink,
} from '../../../src/ports/peer-link.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import type { Scheduler } from './scheduler.ts';

type Accepted = Parameters<PeerLink['accept']>[0];

interface Pipe {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly channel: LinkChannel;
  isOpen: boolean;
  events: ConnectionEvents | undefined;
  other: Pipe | undefined;
}

/** May look at a frame, change it, or drop it (undefined), with its connection as it is. */
export type Tap = (
  frame: Uint8Array,
  way: { readonly from: NodeId; readonly to: NodeId; readonly channel: LinkChannel },
) => Uint8Array | undefined;

export class SimNetwork {
  readonly #scheduler: Scheduler;
  readonly #accepts = new Map<NodeId, Accepted>();
  readonly #pipes = new Set<Pipe>();
  readonly #cut = new Set<string>();
  readonly #blockedDials = new Set<string>();
  /** Whose network takes nothing: what they send waits. */
  readonly #clogged = new Set<NodeId>();
  delayMs = 1;
  tap: Tap = (frame) => frame;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  port(self: NodeId): PeerLink {
    return {
      accept: (accepted) => this.#accepts.set(self, accepted),
      dial: (peer, channel, events) => this.#dial(self, peer, channel, events),
    };
  }

  /** No frame passes between the two, and their connections break. */
  cut(left: NodeId, right: NodeId): void {
    this.#cut.add(pairKey(left, right));
    this.#breakWhere((pipe) => pairKey(pipe.from, pipe.to) === pairKey(left, right));
  }

  heal(): void {
    this.#cut.clear();
    this.#blockedDials.clear();
  }

  /** What the one dials is never answered; the other one may dial. */
  blockDials(from: NodeId, to: NodeId): void {
    this.#blockedDials.add(`${from} ${to}`);
  }

  clog(node: NodeId): void {
    this.#clogged.add(node);
  }

  /** What the node's network holds is on its way. */
  unclog(node: NodeId): void {
    this.#clogged.delete(node);
    for (const pipe of this.#pipes) if (pipe.from === node) pipe.events?.drained();
  }

  /** Connections between the two that both have. */
  connectionsOf(left: NodeId, right: NodeId): number {
    const pipes = [...this.#pipes].filter(({ other }) => other?.isOpen === true);
    return pipes.filter(({ from, to }) => from === left && to === right).length;
  }

  isolate(node: NodeId, others: readonly NodeId[]): void {
    for (const other of others) if (other !== node) this.cut(node, other);
  }

  /** The node's process is gone. */
  crash(node: NodeId): void {
    this.#accepts.delete(node);
    for (const pipe of this.#pipes) {
      if (pipe.from !== node) continue;
      pipe.events = undefined;
      this.#close(pipe);
    }
  }

  #dial(from: NodeId, to: NodeId, channel: LinkChannel, events: ConnectionEvents): PeerConnection {
    const pipe: Pipe = { from, to, channel, isOpen: true, events, other: undefined };
    this.#pipes.add(pipe);
    this.#scheduler.after(this.delayMs, () => this.#connect(pipe));
    return this.#connection(pipe);
  }

  #connect(pipe: Pipe): void {
    const { from, to, channel } = pipe;
    if (!pipe.isOpen || this.#blockedDials.has(`${from} ${to}`)) return;
    const accepted = this.#accepts.get(to);
    if (accepted === undefined || this.#cut.has(pairKey(from, to))) return this.#close(pipe);
    const back: Pipe = {
      from: to,
      to: from,
      channel,
      isOpen: true,
      events: undefined,
      other: pipe,
    };
    pipe.other = back;
    this.#pipes.add(back);
    back.events = accepted(from, channel, this.#connection(back));
    if (pipe.isOpen) pipe.events?.opened();
  }

  #connection(pipe: Pipe): PeerConnection {
    return {
      send: (frame) => this.#send(pipe, frame),
      bufferedBytes: () => (this.#clogged.has(pipe.from) ? Number.POSITIVE_INFINITY : 0),
      close: () => this.#close(pipe),
    };
  }

  #send(pipe: Pipe, frame: Uint8Array): void {
    if (!pipe.isOpen) return;
    const { from, to, channel } = pipe;
    const passed = this.tap(frame.slice(), { from, to, channel });
    if (passed === undefined) return;
    this.#scheduler.after(this.delayMs, () => {
      const { other } = pipe;
      if (other?.isOpen !== true || this.#cut.has(pairKey(from, to))) return;
      other.events?.received(passed);
    });
  }

  /** What was sent before arrives before the other end hears of it. */
  #close(pipe: Pipe): void {
    const { other } = pipe;
    this.#end(pipe, this.delayMs);
    if (other !== undefined) this.#scheduler.after(this.delayMs, () => this.#end(other, 0));
  }

  #end(pipe: Pipe, delayMs: number): void {
    if (!pipe.isOpen) return;
    pipe.isOpen = false;
    this.#pipes.delete(pipe);
    this.#scheduler.after(delayMs, () => pipe.events?.closed());
  }

  #breakWhere(matches: (pipe: Pipe) => boolean): void {
    for (const pipe of this.#pipes) if (matches(pipe)) this.#close(pipe);
  }
}

function pairKey(left: NodeId, right: NodeId): string {
  return `${Math.min(left, right)} ${Math.max(left, right)}`;
}
