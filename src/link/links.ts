/**
 * The links of a node to all its peers, two channels each. Of two nodes the one with the lower id
 * dials, so that there is one connection each and no race of two. A lost one is dialled again after
 * a growing wait; meanwhile frames are refused at once, and the core's own repetition makes up.
 *
 * Where that fails for long, the one with the higher id dials, too: the other may not be able to,
 * or not know of it yet. Should both have dialled, both keep the connection that the lower id has
 * opened. Who dials and is nobody that this node was told of is a guest: the host decides at its
 * hello whether it may stay, and what it may say.
 */
import type { StrongBoxError } from '../../shared/errors/failure.ts';
import type {
  ConnectionEvents,
  LinkChannel,
  PeerConnection,
  PeerLink,
} from '../ports/peer-link.ts';
import type { NodeId } from '../raft/types.ts';
import { BackOff } from './back-off.ts';
import type { Hello } from './hello.ts';
import { guestsMax, silentTicksMax } from './limits.ts';
import type { PeerFrame } from './peer-frame.ts';
import { PeerSession, type SessionHost } from './peer-session.ts';

export interface LinkHost {
  makeHello(channel: LinkChannel): Hello;
  obstacle(peer: NodeId, hello: Hello): StrongBoxError | undefined;
  received(peer: NodeId, frame: PeerFrame): void;
  /** Frames can be sent on this channel from now on. */
  up(peer: NodeId, channel: LinkChannel): void;
  down(peer: NodeId, channel: LinkChannel, reason: StrongBoxError | undefined): void;
  /** Something came in or ended: the host may have work. Called last in each event. */
  readonly turnEnded: () => void;
}

export interface LinksOptions {
  readonly self: NodeId;
  readonly port: PeerLink;
  readonly host: LinkHost;
  readonly draw: (bound: number) => number;
}

const channels: readonly LinkChannel[] = ['control', 'bulk'];

/** One channel to one peer, over all its connections. */
interface Lane {
  readonly peer: NodeId;
  readonly channel: LinkChannel;
  readonly backOff: BackOff;
  session: PeerSession | undefined;
  redialTicks: number;
  /** Since there was a connection that worked. */
  silentTicks: number;
  /** Not one of the peers: it is there as long as its connection, and never dialled. */
  isGuest: boolean;
}

export class Links {
  readonly #options: LinksOptions;
  /** By peer and channel, in rising order of the peers. */
  #lanes = new Map<string, Lane>();
  readonly #sessionHost: SessionHost;

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#sessionHost = this.#makeSessionHost();
    options.port.accept((peer, channel, connection) => this.#accept(peer, channel, connection));
  }

  /**
   * Whom to be linked with, this node left out; others' connections are closed. A guest may dial
   * again: whether it is welcome may have changed.
   */
  setPeers(peers: readonly NodeId[]): void {
    const lanes = new Map<string, Lane>();
    for (const peer of peers.filter((id) => id !== this.#options.self)) {
      for (const channel of channels) {
        const key = laneKey(peer, channel);
        const lane = this.#lanes.get(key) ?? this.#newLane(peer, channel);
        lane.isGuest = false;
        lanes.set(key, lane);
      }
    }
    for (const [key, lane] of this.#lanes) if (!lanes.has(key)) lane.session?.close();
    this.#lanes = lanes;
  }

  /** False if it was dropped: no connection, or no room. */
  send(peer: NodeId, channel: LinkChannel, frame: PeerFrame): boolean {
    return this.#lanes.get(laneKey(peer, channel))?.session?.send(frame) ?? false;
  }

  isUp(peer: NodeId, channel: LinkChannel): boolean {
    return this.#lanes.get(laneKey(peer, channel))?.session?.isReady ?? false;
  }

  /** Ends what is open with a peer that is not the one that its hello was taken for. */
  drop(peer: NodeId, reason: StrongBoxError): void {
    for (const channel of channels) {
      const session = this.#lanes.get(laneKey(peer, channel))?.session;
      if (session?.isReady === true) session.end(reason);
    }
  }

  tick(): void {
    for (const lane of this.#lanes.values()) {
      if (lane.session !== undefined) lane.session.tick();
      if (lane.session?.isReady === true) continue;
      lane.silentTicks += 1;
      const isMine = lane.peer > this.#options.self || lane.silentTicks > silentTicksMax;
      if (lane.session === undefined && isMine) this.#waitOrDial(lane);
    }
  }

  close(): void {
    const lanes = [...this.#lanes.values()];
    this.#lanes = new Map();
    for (const lane of lanes) lane.session?.close();
  }

  #newLane(peer: NodeId, channel: LinkChannel): Lane {
    const backOff = new BackOff(this.#options.draw);
    const begin = { session: undefined, redialTicks: 0, silentTicks: 0, isGuest: false };
    return { peer, channel, backOff, ...begin };
  }

  #waitOrDial(lane: Lane): void {
    lane.redialTicks -= 1;
    if (lane.redialTicks > 0) return;
    const { peer, channel } = lane;
    // The port calls back after this call only, when the session is there.
    const events = eventsOf(() => lane.session, this.#options.host);
    const connection = this.#options.port.dial(peer, channel, events);
    lane.session = new PeerSession(this.#sessionHost, { peer, channel, dialled: true }, connection);
  }

  /**
   * A newer connection of a peer takes the place of one that it has given up; but that of a higher
   * id not the place of the one that this node has dialled.
   */
  #accept(peer: NodeId, channel: LinkChannel, connection: PeerConnection): ConnectionEvents {
    const at = { peer, channel, dialled: false };
    const session = new PeerSession(this.#sessionHost, at, connection);
    const lane = this.#lanes.get(laneKey(peer, channel)) ?? this.#guestLane(peer, channel);
    const isBeaten = peer > this.#options.self && lane?.session?.isOwnDial === true;
    if (lane === undefined || isBeaten) session.close();
    else {
      const old = lane.session;
      lane.session = session;
      old?.close();
    }
    return eventsOf(() => session, this.#options.host);
  }

  /** A lane for a peer that this node was not told of; undefined if there are too many. */
  #guestLane(peer: NodeId, channel: LinkChannel): Lane | undefined {
    const guests = [...this.#lanes.values()].filter(({ isGuest }) => isGuest);
    const isFull = guests.length >= guestsMax * channels.length;
    if (peer === this.#options.self || isFull) return undefined;
    const lane = { ...this.#newLane(peer, channel), isGuest: true };
    this.#lanes.set(laneKey(peer, channel), lane);
    return lane;
  }

  #makeSessionHost(): SessionHost {
    const { host } = this.#options;
    return {
      makeHello: (channel) => host.makeHello(channel),
      obstacle: (peer, hello) => host.obstacle(peer, hello),
      ready: (session) => {
        const lane = this.#laneOf(session);
        lane?.backOff.reset();
        if (lane !== undefined) lane.silentTicks = 0;
        host.up(session.peer, session.channel);
      },
      received: (session, frame) => {
        if (this.#laneOf(session) !== undefined) host.received(session.peer, frame);
      },
      ended: (session, reason) => this.#ended(session, reason),
    };
  }

  #ended(session: PeerSession, reason: StrongBoxError | undefined): void {
    const lane = this.#laneOf(session);
    if (lane === undefined) return;
    lane.session = undefined;
    lane.redialTicks = lane.backOff.next();
    if (lane.isGuest) this.#lanes.delete(laneKey(lane.peer, lane.channel));
    this.#options.host.down(session.peer, session.channel, reason);
  }

  /** The session's lane, unless another session has taken its place. */
  #laneOf(session: PeerSession): Lane | undefined {
    const lane = this.#lanes.get(laneKey(session.peer, session.channel));
    return lane?.session === session ? lane : undefined;
  }
}

function laneKey(peer: NodeId, channel: LinkChannel): string {
  return `${peer} ${channel}`;
}

function eventsOf(session: () => PeerSession | undefined, host: LinkHost): ConnectionEvents {
  const event = (run: (session: PeerSession) => void): void => {
    const current = session();
    if (current === undefined) return;
    run(current);
    host.turnEnded();
  };
  return {
    opened: () => event((current) => current.opened()),
    received: (frame) => event((current) => current.received(frame)),
    // Sends what waits, and makes no work.
    drained: () => session()?.drained(),
    closed: () => event((current) => current.closed()),
  };
}
