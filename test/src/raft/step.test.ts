/** The term rule, and messages that have no place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, PeerMessage } from '../../../src/raft/messages.ts';
import { acknowledge, elect, oneNode, only, threeVoters, workAll } from './support/one-node.ts';

const none = new Uint8Array();

function appendOf(term: number, entryTerm = term, index = 2, logTerm = 1): PeerMessage {
  const entries = [{ term: entryTerm, index: index + 1, type: 'normal', data: none }] as const;
  return { type: 'MsgApp', from: 2, to: 1, term, index, logTerm, entries, commit: 2 };
}

const laterTerms: readonly (readonly [message: PeerMessage, lead: number])[] = [
  [appendOf(5), 2],
  [{ type: 'MsgHeartbeat', from: 2, to: 1, term: 5, commit: 0, readPosition: 0 }, 2],
  [{ type: 'MsgHeartbeatResp', from: 2, to: 1, term: 5, readPosition: 0 }, 0],
  [
    {
      type: 'MsgAppResp',
      from: 2,
      to: 1,
      term: 5,
      index: 0,
      reject: false,
      rejectHint: 0,
      logTerm: 0,
    },
    0,
  ],
];

for (const [message, lead] of laterTerms) {
  test(`${message.type} of a later term makes a follower of a leader`, () => {
    const node = oneNode();
    elect(node);
    node.raw.step(message);
    const status = node.raw.status();
    assert.deepEqual(
      [status.role, status.term, status.vote, status.lead],
      ['follower', 5, 0, lead],
    );
  });
}

test('a leader of an earlier term is told the later one, and changes nothing', () => {
  const node = oneNode(threeVoters, {}, { term: 7, vote: 0, commit: 2 });
  node.raw.step(appendOf(3));
  const [answer] = only(workAll(node), 'MsgAppResp');
  assert.deepEqual([answer?.term, answer?.index], [7, 0]);
  assert.equal(node.raw.raft.log.lastIndex(), 2);
});

test('an answer of an earlier term counts for nothing', () => {
  const node = oneNode();
  elect(node);
  const last = node.raw.raft.log.lastIndex();
  const accepted = { index: last, reject: false, rejectHint: 0, logTerm: 0 };
  node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 1, ...accepted });
  assert.equal(node.raw.status().commit, 2);
});

test('an answer of a node that is no member is refused', () => {
  const node = oneNode();
  elect(node);
  const accepted = { index: 3, reject: false, rejectHint: 0, logTerm: 0 };
  assert.equal(
    node.raw.step({ type: 'MsgAppResp', from: 9, to: 1, term: 2, ...accepted }),
    'unknown-peer',
  );
});

test('an entry of an earlier term is committed only by one of the leader’s own', () => {
  const node = oneNode();
  node.raw.step(appendOf(2));
  workAll(node);
  // Elected in term 3 with entry 3 of term 2, and 4 as its own.
  elect(node);
  assert.equal(node.raw.status().term, 3);
  const acknowledged = (index: number): void => {
    const accepted = { index, reject: false, rejectHint: 0, logTerm: 0 };
    node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 3, ...accepted });
  };
  acknowledged(3);
  assert.equal(node.raw.status().commit, 2, 'two of three have it, and it may still be replaced');
  acknowledged(4);
  assert.equal(node.raw.status().commit, 4);
});

test('a second leader of one term is a fault', () => {
  const node = oneNode();
  elect(node);
  assert.throws(() => node.raw.step(appendOf(2)), /there is one leader a term/);
  const follower = oneNode();
  follower.raw.step({ type: 'MsgHeartbeat', from: 2, to: 1, term: 4, commit: 0, readPosition: 0 });
  assert.throws(
    () =>
      follower.raw.step({
        type: 'MsgHeartbeat',
        from: 3,
        to: 1,
        term: 4,
        commit: 0,
        readPosition: 0,
      }),
    /there is one leader a term/,
  );
});

const broken: readonly (readonly [name: string, message: PeerMessage])[] = [
  ['a gap', { ...(appendOf(2) as Extract<PeerMessage, { type: 'MsgApp' }>), index: 1 }],
  ['terms that fall', appendOf(5, 1, 2, 3)],
  ['an entry newer than its leader', appendOf(2, 3)],
  [
    'a commit that is no number',
    {
      type: 'MsgApp',
      from: 2,
      to: 1,
      term: 2,
      index: 2,
      logTerm: 1,
      entries: [],
      commit: Number.NaN,
    },
  ],
  ['a term beyond whole numbers', { type: 'MsgTimeoutNow', from: 2, to: 1, term: 2 ** 53 }],
];

for (const [name, message] of broken) {
  test(`a message with ${name} is a fault`, () => {
    const node = oneNode();
    assert.throws(() => node.raw.step(message), /assertion failed/);
  });
}

test('an acknowledgement of what was never sent is a fault', () => {
  const node = oneNode();
  elect(node);
  const accepted = { index: 99, reject: false, rejectHint: 0, logTerm: 0 };
  assert.throws(
    () => node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 2, ...accepted }),
    /acknowledges what it was sent/,
  );
});

test('the response of a write of an earlier term does not make entries stable', () => {
  const node = oneNode();
  node.raw.step(appendOf(2));
  const [first] = only(node.raw.ready().messages, 'MsgStorageAppend');
  node.raw.step(appendOf(3));
  const done = first?.responses.filter(({ type }) => type === 'MsgStorageAppendResp') ?? [];
  assert.equal(done.length, 1);
  for (const response of done) node.raw.step(response);
  assert.equal(node.raw.raft.log.unstable.entryCount, 1);
  workAll(node);
  assert.equal(node.raw.raft.log.unstable.entryCount, 0, 'its own write does');
});

test('work for storage is not stepped', () => {
  const node = oneNode();
  node.raw.step(appendOf(2));
  const [append] = only(node.raw.ready().messages, 'MsgStorageAppend');
  assert.ok(append !== undefined);
  const message: Message = { ...append, term: 0 };
  assert.throws(() => node.raw.step(message), /work for storage/);
});

test('an append before what is committed is answered with what is committed', () => {
  const node = oneNode();
  const three = [3, 4, 5].map((index) => ({ term: 2, index, type: 'normal', data: none }) as const);
  const app = { type: 'MsgApp', from: 2, to: 1, term: 2, logTerm: 1 } as const;
  node.raw.step({ ...app, index: 2, entries: three, commit: 4 });
  workAll(node);
  node.raw.step({ ...app, index: 2, entries: [], commit: 5 });
  const [answer] = only(workAll(node), 'MsgAppResp');
  assert.deepEqual([answer?.index, answer?.reject], [4, false]);
});

test('a follower that is probed is trusted again by an answer up to its match, not by an older one', () => {
  const node = oneNode();
  elect(node);
  acknowledge(node);
  workAll(node);
  node.raw.reportUnreachable(2);
  const stateOf2 = (): string | undefined => node.raw.status().progress.get(2)?.state;
  assert.equal(stateOf2(), 'probe');
  const old = { index: 2, reject: false, rejectHint: 0, logTerm: 0 };
  node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 2, ...old });
  assert.equal(stateOf2(), 'probe');
  acknowledge(node);
  assert.equal(stateOf2(), 'replicate');
});

test('a leader pauses at its window, and an answer to a heartbeat lets one empty append through', () => {
  const node = oneNode(threeVoters, { inflightMessagesMax: 2, messageBytesMax: 1 });
  elect(node);
  acknowledge(node);
  workAll(node);
  for (let proposal = 0; proposal < 5; proposal += 1) node.raw.propose(none);
  const toTwo = (messages: readonly Message[]): readonly number[] =>
    only(messages, 'MsgApp')
      .filter(({ to }) => to === 2)
      .map(({ entries }) => entries.length);
  assert.deepEqual(toTwo(workAll(node)), [1, 1]);
  const heartbeat = { type: 'MsgHeartbeatResp', from: 2, to: 1, term: 2, readPosition: 0 } as const;
  node.raw.step(heartbeat);
  assert.deepEqual(toTwo(workAll(node)), [0]);
  node.raw.step(heartbeat);
  assert.deepEqual(toTwo(workAll(node)), [0]);
});
