/**
 * What agents tell each other once they said hello: messages of the Raft core with news of the
 * sender's health, forwarded proposals, and the content of snapshots.
 */
import { assert } from '../../shared/assert.ts';
import type { MsgSnap } from '../raft/messages.ts';
import type { EntryId, NodeId } from '../raft/types.ts';
import { ByteReader, frameInvalid } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { beginFrame, endFrame, type FrameType, type RawFrame } from './frame.ts';
import { frameMembersMax, frameProposalsMax } from './limits.ts';
import {
  type LinkMessage,
  messageSizeHint,
  readId,
  readMessage,
  writeId,
  writeMessage,
} from './message-codec.ts';

export const hashBytes = 32;
/** About: with the acknowledged entries of few members. */
const healthBytesHint = 128;

/** A digest of the replicated state at an applied index. */
export interface Checkpoint {
  readonly index: number;
  readonly digest: Uint8Array;
}

/** News of the sender, which travel with its messages. */
export interface Health {
  /** It may lead and do duties: unsealed, disk and audit devices work, not quarantined. */
  readonly fit: boolean;
  /** How long its newest write to the log took, or the one outstanding takes already. */
  readonly appendLatencyMs: number;
  /** The newest index that it has a digest of; 0 without one. */
  readonly newestCheckpoint: number;
  /** Its digest at an index that the receiver can compare. */
  readonly checkpoint: Checkpoint | undefined;
  /** Of a leader: a quorum has this digest. */
  readonly confirmed: boolean;
  /**
   * Of a leader: committed entries that other members have said are durable with them. Whoever
   * knows it refuses a member that comes back without them, also when the leader is gone.
   */
  readonly acknowledged: readonly Acknowledged[];
}

export interface Acknowledged {
  readonly node: NodeId;
  readonly id: EntryId;
}

export type PeerFrame =
  | { readonly type: 'ping' }
  | { readonly type: 'raft'; readonly health: Health; readonly message: LinkMessage }
  /** A proposer's entries, for the leader to append. */
  | { readonly type: 'proposals'; readonly proposals: readonly Uint8Array[] }
  /** They were not appended, all of that frame: try again, elsewhere or later. */
  | { readonly type: 'proposals-refused' }
  /** A snapshot lies ready under this number; the receiver asks for it from an offset on. */
  | { readonly type: 'snapshot-offer'; readonly transfer: number; readonly message: MsgSnap }
  | { readonly type: 'snapshot-want'; readonly transfer: number; readonly offset: number }
  | SnapshotChunk
  /** The receiver of a hand-over is not fit to lead. */
  | { readonly type: 'transfer-refused'; readonly term: number };

/** `chain` is the hash of the chain before this chunk and its bytes: it vouches for all so far. */
export interface SnapshotChunk {
  readonly type: 'snapshot-chunk';
  readonly transfer: number;
  readonly offset: number;
  readonly last: boolean;
  readonly chain: Uint8Array;
  readonly bytes: Uint8Array;
}

export function packPeerFrame(frame: PeerFrame): Uint8Array<ArrayBuffer> {
  const writer = beginFrame(frame.type, sizeHint(frame));
  writeBody(writer, frame);
  return endFrame(writer);
}

/** About how many bytes the body takes, to write it without copies. */
function sizeHint(frame: PeerFrame): number {
  switch (frame.type) {
    case 'raft':
      return healthBytesHint + messageSizeHint(frame.message);
    case 'proposals':
      return frame.proposals.reduce((sum, { length }) => sum + length + 4, 4);
    case 'snapshot-chunk':
      return frame.bytes.length + 2 * hashBytes;
    default:
      return healthBytesHint;
  }
}

function writeBody(writer: ByteWriter, frame: PeerFrame): void {
  switch (frame.type) {
    case 'ping':
    case 'proposals-refused':
      break;
    case 'raft':
      writeHealth(writer, frame.health);
      writeMessage(writer, frame.message);
      break;
    case 'proposals':
      assert(frame.proposals.length <= frameProposalsMax, 'a frame holds few proposals');
      writer.u32(frame.proposals.length);
      for (const proposal of frame.proposals) writer.bytes(proposal);
      break;
    case 'snapshot-offer':
      writer.u53(frame.transfer);
      writeMessage(writer, frame.message);
      break;
    case 'snapshot-want':
      writer.u53(frame.transfer).u53(frame.offset);
      break;
    case 'snapshot-chunk':
      writeChunk(writer, frame);
      break;
    case 'transfer-refused':
      writer.u53(frame.term);
      break;
  }
}

/** Throws `link.frame-invalid`. */
export function readPeerFrame({ type, body }: RawFrame): PeerFrame {
  const reader = new ByteReader(body);
  const frame = readBody(type, reader);
  reader.end();
  return frame;
}

function readBody(type: FrameType, reader: ByteReader): PeerFrame {
  switch (type) {
    case 'ping':
    case 'proposals-refused':
      return { type };
    case 'raft':
      return { type, health: readHealth(reader), message: readMessage(reader) };
    case 'proposals': {
      const proposals = reader.list(4, () => reader.bytes());
      if (proposals.length > frameProposalsMax) throw frameInvalid('it has too many proposals');
      return { type, proposals };
    }
    case 'snapshot-offer': {
      const transfer = reader.u53();
      const message = readMessage(reader);
      if (message.type !== 'MsgSnap') throw frameInvalid('an offer is of a snapshot');
      return { type, transfer, message };
    }
    case 'snapshot-want':
      return { type, transfer: reader.u53(), offset: reader.u53() };
    case 'snapshot-chunk':
      return readChunk(reader);
    case 'transfer-refused':
      return { type, term: reader.u53() };
    case 'hello':
    case 'refusal':
      throw frameInvalid('it comes at the wrong time');
  }
}

function writeChunk(writer: ByteWriter, chunk: SnapshotChunk): void {
  const { transfer, offset, last, chain, bytes } = chunk;
  assert(chain.length === hashBytes, 'the chain is a hash');
  writer.u53(transfer).u53(offset).u8(Number(last)).raw(chain).bytes(bytes);
}

function readChunk(reader: ByteReader): SnapshotChunk {
  const [transfer, offset, last] = [reader.u53(), reader.u53(), reader.flag()];
  const [chain, bytes] = [reader.raw(hashBytes), reader.bytes()];
  return { type: 'snapshot-chunk', transfer, offset, last, chain, bytes };
}

/**
 * flags u8 (1 fit, 2 confirmed, 4 checkpoint) | latency ms u32 | newest u53 | [index u53, digest] |
 * acknowledged: count u8, each: node u53, entry id
 */
function writeHealth(writer: ByteWriter, health: Health): void {
  const { fit, confirmed, checkpoint, acknowledged } = health;
  writer.u8(Number(fit) + 2 * Number(confirmed) + 4 * Number(checkpoint !== undefined));
  writer.u32(health.appendLatencyMs).u53(health.newestCheckpoint);
  if (checkpoint !== undefined) {
    assert(checkpoint.digest.length === hashBytes, 'a digest is a sum of hashes');
    writer.u53(checkpoint.index).raw(checkpoint.digest);
  }
  assert(acknowledged.length <= frameMembersMax, 'a cluster has few members');
  writer.u8(acknowledged.length);
  for (const { node, id } of acknowledged) writeId(writer.u53(node), id);
}

function readHealth(reader: ByteReader): Health {
  const flags = reader.u8();
  if (flags > 7) throw frameInvalid('a flag of its health is unknown');
  const [appendLatencyMs, newestCheckpoint] = [reader.u32(), reader.u53()];
  const hasCheckpoint = (flags & 4) !== 0;
  const checkpoint = hasCheckpoint
    ? { index: reader.u53(), digest: reader.raw(hashBytes) }
    : undefined;
  const acknowledged: Acknowledged[] = [];
  const count = reader.u8();
  while (acknowledged.length < count) {
    acknowledged.push({ node: reader.u53(), id: readId(reader) });
  }
  const [fit, confirmed] = [(flags & 1) !== 0, (flags & 2) !== 0];
  return { fit, confirmed, appendLatencyMs, newestCheckpoint, checkpoint, acknowledged };
}
