/** A peer that is only its connection: it says what a test wants it to say. */
import { packFrame, unpackFrame } from '../../../src/link/frame.ts';
import { writeHello } from '../../../src/link/hello.ts';
import {
  type Health,
  packPeerFrame,
  type PeerFrame,
  readPeerFrame,
} from '../../../src/link/peer-frame.ts';
import type { LinkChannel, PeerConnection } from '../../../src/ports/peer-link.ts';
import type { NodeId } from '../../../src/raft/types.ts';
import { type SimCluster, tickMs } from './sim-cluster.ts';

export const plainHealth: Health = {
  fit: true,
  appendLatencyMs: 0,
  newestCheckpoint: 0,
  checkpoint: undefined,
  confirmed: false,
  acknowledged: [],
};

export interface RawPeer {
  send(frame: PeerFrame): void;
  /** Types of the frames, and of the messages in them, that came; and `closed`. */
  readonly told: readonly string[];
}

/** Dials, says hello and waits for what comes first. */
export function dialAs(
  cluster: SimCluster,
  { from, to, channel }: { from: NodeId; to: NodeId; channel: LinkChannel },
): RawPeer {
  const told: string[] = [];
  const connection: PeerConnection = cluster.network.port(from).dial(to, channel, {
    opened: () => connection.send(packFrame('hello', helloOf(from, channel))),
    received: (bytes) => told.push(nameOf(bytes)),
    drained: () => {},
    closed: () => told.push('closed'),
  });
  cluster.scheduler.runUntil(() => told.length > 0);
  return { send: (frame) => connection.send(packPeerFrame(frame)), told };
}

function helloOf(node: NodeId, channel: LinkChannel): Uint8Array {
  return writeHello({
    clusterId: 'cluster',
    node,
    incarnation: new Uint8Array(16),
    startCounter: 1,
    startNonce: 1,
    earlierNonces: [],
    timings: { tickMs, heartbeatTicks: 2, electionTicks: 12 },
    versionMin: 1,
    versionMax: 1,
    channel,
    term: 0,
    last: { term: 0, index: 0 },
  });
}

function nameOf(bytes: Uint8Array): string {
  const raw = unpackFrame(bytes);
  if (raw.type === 'hello' || raw.type === 'refusal') return raw.type;
  const frame = readPeerFrame(raw);
  return frame.type === 'raft' ? frame.message.type : frame.type;
}
