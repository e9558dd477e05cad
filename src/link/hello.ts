/**
 * The first frame of a connection, in both directions. It says who speaks, which versions it
 * understands, and where it stands, so that an agent of another cluster, of a release too far away,
 * or with a lost disk is refused before any other word of it counts.
 *
 *   version min u8, max u8 | channel u8 | cluster id text | node u53 | incarnation 16 bytes |
 *   start counter u53 | start nonce u53 | term u53 | last entry: term u53, index u53 |
 *   tick ms u16, heartbeat ticks u16, election ticks u16 | earlier starts: count u8, nonce u53 each
 */
import { assert } from '../../shared/assert.ts';
import { failure, type StrongBoxError } from '../../shared/errors/failure.ts';
import type { LinkChannel } from '../ports/peer-link.ts';
import type { EntryId, NodeId } from '../raft/types.ts';
import { ByteReader, frameInvalid } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { frameVersion, frameVersionMin } from './frame.ts';
import { earlierStartsMax } from './limits.ts';
import { readId, writeId } from './message-codec.ts';

export const incarnationBytes = 16;

/** Timings are the cluster's: a node that differs would disturb its elections. */
export interface Timings {
  readonly tickMs: number;
  readonly heartbeatTicks: number;
  readonly electionTicks: number;
}

/** Which start of a data folder it is. The folder keeps it, durably, before anything is sent. */
export interface StartRecord {
  /** One more with each start. */
  readonly startCounter: number;
  /** By chance at each start, never 0: two starts of one image of a disk have one counter. */
  readonly startNonce: number;
  /**
   * Of the starts before it, the newest first. So a peer can tell that it comes from a start that
   * the peer knows: what an image is counted up to by being started often, others have been, too.
   */
  readonly earlierNonces: readonly number[];
}

/** What stays the same from one start of a node to its end. */
export interface LinkIdentity extends StartRecord {
  readonly clusterId: string;
  readonly node: NodeId;
  /** Random, made once with the data folder: a node with an empty disk is another one. */
  readonly incarnation: Uint8Array;
  readonly timings: Timings;
}

export interface Hello extends LinkIdentity {
  readonly versionMin: number;
  readonly versionMax: number;
  readonly channel: LinkChannel;
  /** Where the sender's durable log stands. */
  readonly term: number;
  readonly last: EntryId;
}

const channels: readonly LinkChannel[] = ['control', 'bulk'];

export function writeHello(hello: Hello): Uint8Array {
  const writer = new ByteWriter();
  assert(hello.incarnation.length === incarnationBytes, 'an incarnation has 16 bytes');
  writer.u8(hello.versionMin).u8(hello.versionMax).u8(channels.indexOf(hello.channel));
  writer.text(hello.clusterId).u53(hello.node).raw(hello.incarnation);
  writer.u53(hello.startCounter).u53(hello.startNonce).u53(hello.term);
  writeId(writer, hello.last);
  const { tickMs, heartbeatTicks, electionTicks } = hello.timings;
  writer.u16(tickMs).u16(heartbeatTicks).u16(electionTicks);
  assert(hello.earlierNonces.length <= earlierStartsMax, 'a hello tells of few starts');
  writer.u8(hello.earlierNonces.length);
  for (const nonce of hello.earlierNonces) writer.u53(nonce);
  return writer.finish();
}

/** Throws `link.frame-invalid`. Bytes of a later version may follow and are ignored. */
export function readHello(body: Uint8Array): Hello {
  const reader = new ByteReader(body);
  const [versionMin, versionMax] = [reader.u8(), reader.u8()];
  if (versionMin > versionMax) throw frameInvalid('its range of versions is empty');
  const channel = channels[reader.u8()];
  if (channel === undefined) throw frameInvalid('its channel is unknown');
  const [clusterId, node] = [reader.text(), reader.u53()];
  const incarnation = reader.raw(incarnationBytes);
  const [startCounter, startNonce] = [reader.u53(), reader.u53()];
  const [term, last] = [reader.u53(), readId(reader)];
  const [tickMs, heartbeatTicks, electionTicks] = [reader.u16(), reader.u16(), reader.u16()];
  const timings = { tickMs, heartbeatTicks, electionTicks };
  const earlierNonces = readNonces(reader);
  const start = { startCounter, startNonce, earlierNonces };
  const identity = { clusterId, node, incarnation, ...start, timings };
  return { versionMin, versionMax, channel, term, last, ...identity };
}

function readNonces(reader: ByteReader): readonly number[] {
  const count = reader.u8();
  if (count > earlierStartsMax) throw frameInvalid('it tells of too many starts');
  const nonces: number[] = [];
  while (nonces.length < count) nonces.push(reader.u53());
  return nonces;
}

/** What both can agree on; why they cannot work together, otherwise. */
export function helloObstacle(
  own: LinkIdentity,
  hello: Hello,
  peer: NodeId,
): StrongBoxError | undefined {
  if (hello.clusterId !== own.clusterId) return failure('link.cluster-differs', { peer });
  if (hello.node !== peer) return frameInvalid('its node is not the one that was authenticated');
  if (commonVersion(hello) === undefined) {
    const theirs = `${hello.versionMin} to ${hello.versionMax}`;
    const ours = `${frameVersionMin} to ${frameVersion}`;
    return failure('link.version-unsupported', { peer, theirs, ours });
  }
  const { timings } = hello;
  const isSame =
    timings.tickMs === own.timings.tickMs &&
    timings.heartbeatTicks === own.timings.heartbeatTicks &&
    timings.electionTicks === own.timings.electionTicks;
  return isSame ? undefined : failure('link.timings-differ', { peer });
}

/** The newest version that both speak. */
export function commonVersion(
  theirs: Pick<Hello, 'versionMin' | 'versionMax'>,
  ours = { versionMin: frameVersionMin, versionMax: frameVersion },
): number | undefined {
  const newest = Math.min(theirs.versionMax, ours.versionMax);
  return newest >= Math.max(theirs.versionMin, ours.versionMin) ? newest : undefined;
}

/** The start after it, the first one of a new folder without. To be kept before it is used. */
export function nextStart(
  before: StartRecord | undefined,
  draw: (bound: number) => number,
): StartRecord {
  const startNonce = drawNonce(draw);
  if (before === undefined) return { startCounter: 1, startNonce, earlierNonces: [] };
  const nonces = [before.startNonce, ...before.earlierNonces];
  const earlierNonces = nonces.slice(0, earlierStartsMax);
  return { startCounter: before.startCounter + 1, startNonce, earlierNonces };
}

/** 48 bits by chance, and not 0. */
function drawNonce(draw: (bound: number) => number): number {
  const part = 0x1_0000;
  return 1 + (draw(part) * part + draw(part)) * part + draw(part);
}
