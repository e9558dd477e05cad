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

const count = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());
const data = fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes));
const plain = { noNullPrototype: true };
const id = fc.record({ term: count, index: count }, plain);
const ids = fc.array(count, { maxLength: 5 });
const head = { from: count, to: count };

const append: fc.Arbitrary<LinkMessage> = fc
  .tuple(
    fc.record({ ...head, logTerm: fc.nat(50), index: fc.nat(1_000), commit: count }, plain),
    fc.array(
      fc.record({ rise: fc.nat(2), type: fc.constantFrom('normal', 'conf-change'), data }, plain),
      { maxLength: 6 },
    ),
  )
  .map(([fields, parts]) => {
    let term = fields.logTerm;
    const entries = parts.map(({ rise, ...part }, position) => {
      term += rise;
      return { term, index: fields.index + 1 + position, ...part };
    });
    return { type: 'MsgApp', ...fields, entries, term };
  });

const vote = { term: count, index: count, logTerm: count, isTransfer: fc.boolean(), committed: id };

const message: fc.Arbitrary<LinkMessage> = fc.oneof(
  append,
  fc.record({ type: fc.constant('MsgVote' as const), ...head, ...vote }, plain),
  fc.record({ type: fc.constant('MsgPreVote' as const), ...head, ...vote }, plain),
  fc.record(
    {
      type: fc.constant('MsgAppResp' as const),
      ...head,
      term: count,
      index: count,
      reject: fc.boolean(),
      rejectHint: count,
      logTerm: count,
    },
    plain,
  ),
  fc
    .tuple(
      fc.record({ ...head, term: count }, plain),
      id,
      fc.record(
        {
          voters: ids,
          votersOutgoing: ids,
          learners: ids,
          learnersNext: ids,
          autoLeave: fc.boolean(),
        },
        plain,
      ),
    )
    .map(([fields, at, confState]): LinkMessage => {
      return { type: 'MsgSnap', ...fields, snapshot: { ...at, confState } };
    }),
);

const health = fc.record(
  {
    fit: fc.boolean(),
    appendLatencyMs: fc.nat(0xffff_ffff),
    newestCheckpoint: count,
    checkpoint: fc.option(
      fc.record({ index: count, digest: fc.constant(new Uint8Array(32).fill(7)) }, plain),
      { nil: undefined },
    ),
    confirmed: fc.boolean(),
  },
  plain,
);

test('a message reads as it was written', () => {
  fc.assert(
    fc.property(health, message, (told, said) => {
      const frame: PeerFrame = { type: 'raft', health: told, message: said };
      assert.deepEqual(readPeerFrame(unpackFrame(packPeerFrame(frame))), frame);
    }),
    { numRuns: 300 },
  );
});

function readOrRefuse(bytes: Uint8Array): PeerFrame | Hello | undefined {
  try {
    const frame = unpackFrame(bytes);
    if (frame.type === 'hello') return readHello(frame.body);
    return frame.type === 'refusal' ? undefined : readPeerFrame(frame);
  } catch (error) {
    assert.ok(isFailure(error, 'link.frame-invalid'), String(error));
    return undefined;
  }
}

test('any bytes are read or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), data, (type, body) => {
      const bytes = new Uint8Array(6 + body.length);
      bytes.set([1, type]);
      new DataView(bytes.buffer).setUint32(2, body.length);
      bytes.set(body, 6);
      readOrRefuse(bytes);
      readOrRefuse(body);
    }),
    { numRuns: 2_000 },
  );
});

test('a good frame with one byte changed, cut or added is read or refused', () => {
  fc.assert(
    fc.property(health, message, fc.nat(), fc.nat(255), (told, said, place, byte) => {
      const bytes = packPeerFrame({ type: 'raft', health: told, message: said });
      const changed = bytes.slice();
      changed[place % bytes.length] = byte;
      readOrRefuse(changed);
      const cut = bytes.slice(0, place % bytes.length);
      assert.equal(readOrRefuse(cut), undefined, 'a cut frame is never read');
      assert.equal(readOrRefuse(new Uint8Array([...bytes, byte])), undefined);
    }),
    { numRuns: 500 },
  );
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

test('a count of items that the bytes cannot hold is refused before anything is made', () => {
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
};

/** The frame of a message with the byte at a place behind its head changed. */
function changedAt(place: number, byte: number, said: LinkMessage = rejection): Uint8Array {
  const bytes = packPeerFrame({ type: 'raft', health: told, message: said });
  bytes[place] = byte;
  return bytes;
}

test('a message that no build writes is refused by name', () => {
  const healthAt = 6;
  const typeAt = healthAt + 13;
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
  const entryTypeAt = 6 + 13 + 1 + 24 + 24 + 4 + 8;
  const strange = changedAt(entryTypeAt, 9, { ...base, term: 5, entries: [newer] });
  assert.match(refusal(strange), /type of an entry/);
});
