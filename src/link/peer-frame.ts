/**
 * What agents tell each other once they said hello: messages of the Raft core with news of the
 * sender's health, forwarded proposals, and the content of snapshots.
 */
import { assert } from '../../shared/assert.ts';
import type { MsgSnap } from '../raft/messages.ts';
import { ByteReader, frameInvalid } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type FrameType, packFrame, type RawFrame } from './frame.ts';
import { frameProposalsMax } from './limits.ts';
import { type LinkMessage, messageSizeHint, readMessage, writeMessage } from './message-codec.ts';

export const hashBytes = 32;

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
  return packFrame(frame.type, writeBody(frame));
}

function writeBody(frame: PeerFrame): Uint8Array {
  switch (frame.type) {
    case 'ping':
    case 'proposals-refused':
      return new Uint8Array();
    case 'raft': {
      const writer = new ByteWriter(messageSizeHint(frame.message) + hashBytes);
      writeHealth(writer, frame.health);
      writeMessage(writer, frame.message);
      return writer.finish();
    }
    case 'proposals': {
      assert(frame.proposals.length <= frameProposalsMax, 'a frame holds few proposals');
      const writer = new ByteWriter().u32(frame.proposals.length);
      for (const proposal of frame.proposals) writer.bytes(proposal);
      return writer.finish();
    }
    case 'snapshot-offer': {
      const writer = new ByteWriter().u53(frame.transfer);
      writeMessage(writer, frame.message);
      return writer.finish();
    }
    case 'snapshot-want':
      return new ByteWriter().u53(frame.transfer).u53(frame.offset).finish();
    case 'snapshot-chunk':
      return writeChunk(frame);
    case 'transfer-refused':
      return new ByteWriter().u53(frame.term).finish();
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

function writeChunk({ transfer, offset, last, chain, bytes }: SnapshotChunk): Uint8Array {
  assert(chain.length === hashBytes, 'the chain is a hash');
  const writer = new ByteWriter(bytes.length + 2 * hashBytes);
  return writer.u53(transfer).u53(offset).u8(Number(last)).raw(chain).bytes(bytes).finish();
}

function readChunk(reader: ByteReader): SnapshotChunk {
  const [transfer, offset, last] = [reader.u53(), reader.u53(), reader.flag()];
  const [chain, bytes] = [reader.raw(hashBytes), reader.bytes()];
  return { type: 'snapshot-chunk', transfer, offset, last, chain, bytes };
}

/** flags u8 (1 fit, 2 confirmed, 4 checkpoint) | latency ms u32 | newest u53 | index u53, digest */
function writeHealth(writer: ByteWriter, health: Health): void {
  const { fit, confirmed, checkpoint } = health;
  writer.u8(Number(fit) + 2 * Number(confirmed) + 4 * Number(checkpoint !== undefined));
  writer.u32(health.appendLatencyMs).u53(health.newestCheckpoint);
  if (checkpoint === undefined) return;
  assert(checkpoint.digest.length === hashBytes, 'a digest is a sum of hashes');
  writer.u53(checkpoint.index).raw(checkpoint.digest);
}

function readHealth(reader: ByteReader): Health {
  const flags = reader.u8();
  if (flags > 7) throw frameInvalid('a flag of its health is unknown');
  const [appendLatencyMs, newestCheckpoint] = [reader.u32(), reader.u53()];
  const hasCheckpoint = (flags & 4) !== 0;
  return {
    fit: (flags & 1) !== 0,
    confirmed: (flags & 2) !== 0,
    appendLatencyMs,
    newestCheckpoint,
    checkpoint: hasCheckpoint ? { index: reader.u53(), digest: reader.raw(hashBytes) } : undefined,
  };
}
