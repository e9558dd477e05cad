/**
 * Frames: what travels between agents, one unit of a connection each, big-endian:
 *
 *   version u8 | type u8 | body length u32 | body
 *
 * The length repeats what the connection says: a frame that was cut or glued is refused. `hello` is
 * always sent in version 1 and says which versions its sender speaks; all other frames are in the
 * version that both agreed on.
 */
import { assert } from '../../shared/assert.ts';
import { ByteReader, frameInvalid } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { frameBytesMax } from './limits.ts';

const frameHeadBytes = 6;
const lengthAt = 2;

/** The version of the frames that this build writes, and the oldest that it reads. */
export const frameVersion = 1;
export const frameVersionMin = 1;

/** A type's place is its number in the format, from 1 on: types may be added at the end only. */
export const frameTypes = [
  'hello',
  'refusal',
  'ping',
  'raft',
  'proposals',
  'proposals-refused',
  'snapshot-offer',
  'snapshot-want',
  'snapshot-chunk',
  'transfer-refused',
] as const;

export type FrameType = (typeof frameTypes)[number];

export interface RawFrame {
  readonly version: number;
  readonly type: FrameType;
  readonly body: Uint8Array;
}

/** A frame whose body is written next, and then ended. */
export function beginFrame(type: FrameType, bodyBytesHint: number): ByteWriter {
  const writer = new ByteWriter(frameHeadBytes + bodyBytesHint);
  return writer
    .u8(frameVersion)
    .u8(frameTypes.indexOf(type) + 1)
    .u32(0);
}

export function endFrame(writer: ByteWriter): Uint8Array<ArrayBuffer> {
  assert(writer.length <= frameBytesMax, 'no frame is larger than a peer takes');
  return writer.replaceU32(lengthAt, writer.length - frameHeadBytes).finish();
}

export function packFrame(type: FrameType, body: Uint8Array): Uint8Array<ArrayBuffer> {
  return endFrame(beginFrame(type, body.length).raw(body));
}

/** The body is a view of the frame. Throws `link.frame-invalid`. */
export function unpackFrame(frame: Uint8Array): RawFrame {
  if (frame.length > frameBytesMax) throw frameInvalid('it is larger than a frame can be');
  const reader = new ByteReader(frame);
  const version = reader.u8();
  const type = frameTypes[reader.u8() - 1];
  if (type === undefined) throw frameInvalid('its type is unknown');
  if (version < frameVersionMin || version > frameVersion) {
    throw frameInvalid(`its version ${version} is not spoken here`);
  }
  const body = reader.view(reader.u32());
  reader.end();
  return { version, type, body };
}
