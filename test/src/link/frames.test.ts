import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { packFrame, unpackFrame } from '../../../src/link/frame.ts';
import { type Hello, readHello, writeHello } from '../../../src/link/hello.ts';
import { frameBytesMax, frameProposalsMax } from '../../../src/link/limits.ts';
import type { LinkMessage } from '../../../src/link/message-codec.ts';
import { anyFrames, damagedFrames, writtenMessages } from '../../fuzz/targets/link.ts';
import { packPeerFrame, type PeerFrame, readPeerFrame } from '../../../src/link/peer-frame.ts';

interface Vector {
  readonly name: string;
  readonly frame: { readonly type: string; readonly hello?: Record<string, unknown> };
  readonly bytes: string;
}

const file = join(import.meta.dirname, '../../vectors/link-frames.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** Bytes stand as hexadecimal text in the file. */
const bytesNames = ['data', 'digest', 'chain', 'bytes', 'incarnation'];
function withBytes(value: unknown, name = ''): unknown {
  if (typeof value === 'string' && bytesNames.includes(name)) return fromHex(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      name === 'proposals' ? fromHex(item as string) : withBytes(item),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withBytes(item, key)]),
  );
}

/** What the file leaves out: indexes that follow, and a checkpoint that is not there. */
function complete(plain: unknown): PeerFrame {
  const frame = withBytes(plain) as PeerFrame;
  if (frame.type !== 'raft') return frame;
  const { message, health } = frame;
  const whole = { ...health, checkpoint: health.checkpoint };
  if (message.type !== 'MsgApp') return { ...frame, health: whole };
  const entries = message.entries.map((entry, position) => {
    return { ...entry, index: message.index + 1 + position };
  });
  return { ...frame, health: whole, message: { ...message, entries } };
}

for (const { name, frame, bytes } of vectors) {
  test(`golden frame: ${name}`, () => {
    if (frame.type === 'hello') {
      const hello = withBytes(frame.hello) as Hello;
      assert.deepEqual(packFrame('hello', writeHello(hello)), fromHex(bytes));
      assert.deepEqual(readHello(unpackFrame(fromHex(bytes)).body), hello);
    } else {
      assert.deepEqual(packPeerFrame(complete(frame)), fromHex(bytes));
      assert.deepEqual(readPeerFrame(unpackFrame(fromHex(bytes))), complete(frame));
    }
  });
}

test('a message reads as it was written', () => {
  fc.assert(writtenMessages, { numRuns: 300 });
});

test('any bytes are read or refused, and nothing else happens', () => {
  fc.assert(anyFrames, { numRuns: 2_000 });
});

test('a good frame with one byte changed, cut or added is read or refused', () => {
  fc.assert(damagedFrames, { numRuns: 500 });
});

function refusal(bytes: Uint8Array): string {
  try {
    readPeerFrame(unpackFrame(bytes));
  } catch (error) {
    if (isFailure(error, 'link.frame-invalid')) return error.message;
    throw error;
  }
  return 'none';
}

/** A frame around a body, whatever it is. */
const framed = (type: PeerFrame['type'], ...body: readonly number[]): Uint8Array =>
  packFrame(type, new Uint8Array(body));

test('CVE-2026-87106: a count of items that the bytes cannot hold is refused before anything is made', () => {
  assert.match(refusal(framed('proposals', 0xff, 0xff, 0xff, 0xff)), /ends before its last item/);
});

test('a frame is not larger than a peer takes', () => {
  assert.match(refusal(new Uint8Array(frameBytesMax + 1)), /larger than a frame/);
  assert.throws(() => packFrame('proposals', new Uint8Array(frameBytesMax)), /assertion failed/);
});

test('a frame does not hold more proposals than its limit', () => {
  const count32 = new DataView(new ArrayBuffer(4));
  count32.setUint32(0, frameProposalsMax + 1);
  const body = new Uint8Array(4 + 4 * (frameProposalsMax + 1));
  body.set(new Uint8Array(count32.buffer));
  assert.match(refusal(packFrame('proposals', body)), /too many proposals/);
});

test('what is no frame of this version says what it is', () => {
  const good = packPeerFrame({ type: 'ping' });
  const withByte = (at: number, byte: number): Uint8Array => {
    const changed = good.slice();
    changed[at] = byte;
    return changed;
  };
  assert.match(refusal(withByte(0, 2)), /version 2/);
  assert.match(refusal(withByte(0, 0)), /version 0/);
  assert.match(refusal(withByte(1, 99)), /type is unknown/);
  assert.match(refusal(packFrame('hello', new Uint8Array())), /wrong time/);
  assert.match(refusal(framed('snapshot-want', 0xff, 0, 0, 0, 0, 0, 0, 0)), /53 bits/);
});

const rejection: LinkMessage = {
  type: 'MsgVoteResp',
  from: 1,
  to: 2,
  term: 3,
  reject: true,
  committed: { term: 1, index: 1 },
};
const told = {
  fit: true,
  appendLatencyMs: 0,
  newestCheckpoint: 0,
  checkpoint: undefined,
  confirmed: false,
  acknowledged: [],
};

/** The frame of a message with the byte at a place behind its head changed. */
function changedAt(place: number, byte: number, said: LinkMessage = rejection): Uint8Array {
  const bytes = packPeerFrame({ type: 'raft', health: told, message: said });
  bytes[place] = byte;
  return bytes;
}

test('a message that no build writes is refused by name', () => {
  const healthAt = 6;
  const typeAt = healthAt + 14;
  assert.match(refusal(changedAt(healthAt, 8)), /flag of its health/);
  assert.match(refusal(changedAt(typeAt, 0)), /message type/);
  assert.match(refusal(changedAt(typeAt + 25, 2)), /neither 0 nor 1/);
});

test('an append that would stop the core is refused at the link', () => {
  const entry = { term: 2, index: 10, type: 'normal', data: new Uint8Array() } as const;
  const base = { type: 'MsgApp', from: 1, to: 2, index: 9, logTerm: 3, commit: 0 } as const;
  const frame = (said: LinkMessage): Uint8Array =>
    packPeerFrame({ type: 'raft', health: told, message: said });
  assert.match(refusal(frame({ ...base, term: 3, entries: [entry] })), /terms of its entries fall/);
  const newer = { ...entry, term: 5 };
  assert.match(refusal(frame({ ...base, term: 4, entries: [newer] })), /newer than its leader/);
  const entryTypeAt = 6 + 14 + 1 + 24 + 24 + 4 + 8;
  const strange = changedAt(entryTypeAt, 9, { ...base, term: 5, entries: [newer] });
  assert.match(refusal(strange), /type of an entry/);
});
