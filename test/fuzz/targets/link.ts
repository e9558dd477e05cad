/** Frames between agents, Raft messages in them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../shared/errors/failure.ts';
import { unpackFrame } from '../../../src/link/frame.ts';
import { type Hello, readHello } from '../../../src/link/hello.ts';
import type { LinkMessage } from '../../../src/link/message-codec.ts';
import { packPeerFrame, type PeerFrame, readPeerFrame } from '../../../src/link/peer-frame.ts';
import type { Target } from '../target.ts';

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

const appendResponse = {
  type: fc.constant('MsgAppResp' as const),
  ...head,
  term: count,
  index: count,
  reject: fc.boolean(),
  rejectHint: count,
  logTerm: count,
};

const confState = {
  voters: ids,
  votersOutgoing: ids,
  learners: ids,
  learnersNext: ids,
  autoLeave: fc.boolean(),
};

const snapshot: fc.Arbitrary<LinkMessage> = fc
  .tuple(fc.record({ ...head, term: count }, plain), id, fc.record(confState, plain))
  .map(([fields, at, state]): LinkMessage => {
    return { type: 'MsgSnap', ...fields, snapshot: { ...at, confState: state } };
  });

const message: fc.Arbitrary<LinkMessage> = fc.oneof(
  append,
  fc.record({ type: fc.constant('MsgVote' as const), ...head, ...vote }, plain),
  fc.record({ type: fc.constant('MsgPreVote' as const), ...head, ...vote }, plain),
  fc.record(appendResponse, plain),
  snapshot,
);

const checkpoint = fc.record(
  { index: count, digest: fc.constant(new Uint8Array(32).fill(7)) },
  plain,
);

const health = fc.record(
  {
    fit: fc.boolean(),
    appendLatencyMs: fc.nat(0xffff_ffff),
    newestCheckpoint: count,
    checkpoint: fc.option(checkpoint, { nil: undefined }),
    confirmed: fc.boolean(),
    acknowledged: fc.array(fc.record({ node: count, id }, plain), { maxLength: 4 }),
  },
  plain,
);

export const writtenMessages = fc.property(health, message, (told, said) => {
  const frame: PeerFrame = { type: 'raft', health: told, message: said };
  assert.deepEqual(readPeerFrame(unpackFrame(packPeerFrame(frame))), frame);
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

export const anyFrames = fc.property(fc.integer({ min: 0, max: 12 }), data, (type, body) => {
  const bytes = new Uint8Array(6 + body.length);
  bytes.set([1, type]);
  new DataView(bytes.buffer).setUint32(2, body.length);
  bytes.set(body, 6);
  readOrRefuse(bytes);
  readOrRefuse(body);
});

export const damagedFrames = fc.property(
  health,
  message,
  fc.nat(),
  fc.nat(255),
  (told, said, place, byte) => {
    const bytes = packPeerFrame({ type: 'raft', health: told, message: said });
    const changed = bytes.slice();
    changed[place % bytes.length] = byte;
    readOrRefuse(changed);
    const cut = bytes.slice(0, place % bytes.length);
    assert.equal(readOrRefuse(cut), undefined, 'a cut frame is never read');
    assert.equal(readOrRefuse(new Uint8Array([...bytes, byte])), undefined);
  },
);

export const linkTargets: readonly Target[] = [
  {
    name: 'link/written',
    claim: 'a message reads as it was written',
    testRuns: 300,
    prepare: () => writtenMessages,
  },
  {
    name: 'link/any-bytes',
    claim: 'any bytes are a frame or refused as none',
    testRuns: 1_000,
    prepare: () => anyFrames,
  },
  {
    name: 'link/damaged',
    claim: 'a frame with a byte changed is read or refused, one cut or longer never read',
    testRuns: 500,
    prepare: () => damagedFrames,
  },
];
