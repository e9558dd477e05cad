/**
 * Connections between agents: ordered streams of frames, authenticated at both ends. The adapter
 * knows addresses and certificates; `peer` is who proved to be at the other end, by the key of a
 * member or a valid certificate of the cluster. Whether it is welcome is decided at its hello.
 * Two connections lead to each peer, so that bulk never delays a heartbeat.
 *
 * Callbacks are never called from inside a call of the port. After `closed` nothing comes and what
 * is sent is dropped. A frame may be lost with its connection, never alone.
 */
import type { NodeId } from '../raft/types.ts';

/** `control`: heartbeats, votes, reads. `bulk`: appends, proposals, chunks of snapshots. */
export type LinkChannel = 'control' | 'bulk';

export interface PeerConnection {
  /** Hands a frame over, which must not be changed afterwards. */
  send(frame: Uint8Array): void;
  /** Bytes handed over and not yet taken by the network. */
  bufferedBytes(): number;
  close(): void;
}

export interface ConnectionEvents {
  /** Only for a connection that this node dialled: frames may be sent. */
  opened(): void;
  /** A whole frame; the array is the receiver's. */
  received(frame: Uint8Array): void;
  /** `bufferedBytes` fell to nothing. */
  drained(): void;
  /** It is gone, or could not be made. Comes once, also after `close`. */
  closed(): void;
}

export interface PeerLink {
  dial(peer: NodeId, channel: LinkChannel, events: ConnectionEvents): PeerConnection;
  /** Called once, at the start: what to do with connections that peers open. */
  accept(
    accepted: (peer: NodeId, channel: LinkChannel, connection: PeerConnection) => ConnectionEvents,
  ): void;
}
