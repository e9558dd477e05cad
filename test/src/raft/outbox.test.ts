/** Answers wait for durability. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, PeerMessage } from '../../../src/raft/messages.ts';
import { Outbox } from '../../../src/raft/outbox.ts';
import { elect, oneNode, startOn, work, workAll } from './support/one-node.ts';

const head = { from: 1, to: 2, term: 3 };
const committed = { term: 1, index: 2 };
const answers: readonly PeerMessage[] = [
  { type: 'MsgAppResp', ...head, index: 4, reject: false, rejectHint: 0, logTerm: 0 },
  { type: 'MsgAppResp', ...head, index: 4, reject: true, rejectHint: 3, logTerm: 1 },
  { type: 'MsgVoteResp', ...head, reject: false, committed },
  { type: 'MsgVoteResp', ...head, reject: true, committed },
  { type: 'MsgPreVoteResp', ...head, reject: false, committed },
  { type: 'MsgPreVoteResp', ...head, reject: true, committed },
];
const others: readonly PeerMessage[] = [
  { type: 'MsgApp', ...head, index: 4, logTerm: 1, entries: [], commit: 0 },
  { type: 'MsgHeartbeat', ...head, commit: 0, readPosition: 0 },
  { type: 'MsgHeartbeatResp', ...head, readPosition: 0 },
  { type: 'MsgTimeoutNow', ...head },
];

test('votes and acknowledgements wait, granted or not; everything else leaves at once', () => {
  const outbox = new Outbox(1);
  for (const message of [...answers, ...others]) outbox.put(message);
  assert.deepEqual(outbox.takeImmediate(), others);
  assert.deepEqual(outbox.takeAfterAppend(), answers);
  assert.equal(outbox.isEmpty, true);
});

test('a message to the node itself is an answer, or a fault', () => {
  const outbox = new Outbox(1);
  for (const message of answers) outbox.put({ ...message, to: 1 });
  for (const message of others) {
    assert.throws(() => outbox.put({ ...message, to: 1 }), /assertion failed/);
  }
});

/** What a Ready lets out before its writes are done. */
function outsideOfStorage(messages: readonly Message[]): readonly string[] {
  return messages.filter(({ type }) => !type.startsWith('MsgStorage')).map(({ type }) => type);
}

test('a follower acknowledges an entry after the write, and not in the Ready that holds it', () => {
  const node = oneNode();
  const entries = [{ term: 2, index: 3, type: 'normal', data: new Uint8Array(5) }] as const;
  node.raw.step({
    type: 'MsgApp',
    ...head,
    from: 2,
    to: 1,
    term: 2,
    index: 2,
    logTerm: 1,
    entries,
    commit: 2,
  });
  const { ready, sent } = work(node);
  assert.deepEqual(outsideOfStorage(ready.messages), []);
  assert.equal(ready.mustSync, true);
  assert.deepEqual(
    sent.map(({ type }) => type),
    ['MsgAppResp'],
  );
});

test('a vote is given after the write', () => {
  const node = oneNode();
  const position = { index: 2, logTerm: 1, isTransfer: false, committed };
  node.raw.step({ type: 'MsgVote', from: 2, to: 1, term: 2, ...position });
  const { ready, sent } = work(node);
  assert.deepEqual(outsideOfStorage(ready.messages), []);
  assert.deepEqual(ready.hardState, { term: 2, vote: 2, commit: 2 });
  assert.deepEqual(
    sent.map(({ type }) => type),
    ['MsgVoteResp'],
  );
});

test('a vote that was given is not given again after a crash', () => {
  const node = oneNode();
  const position = { index: 2, logTerm: 1, isTransfer: false, committed };
  node.raw.step({ type: 'MsgVote', from: 2, to: 1, term: 2, ...position });
  workAll(node);
  const restarted = { ...startOn(node.stable), stable: node.stable };
  restarted.raw.step({ type: 'MsgVote', from: 3, to: 1, term: 2, ...position });
  const [answer] = workAll(restarted);
  assert.ok(answer?.type === 'MsgVoteResp' && answer.reject);
});

test("a candidate's own vote counts when it is durable", () => {
  const alone = {
    voters: [1],
    votersOutgoing: [],
    learners: [],
    learnersNext: [],
    autoLeave: false,
  };
  const node = oneNode(alone, { preVote: false });
  node.raw.campaign();
  assert.equal(node.raw.status().role, 'candidate');
  const { ready } = work(node);
  assert.deepEqual(ready.hardState, { term: 2, vote: 1, commit: 2 });
  assert.equal(node.raw.status().role, 'leader');
});

test("a leader's own entry counts for the commit when it is durable", () => {
  const node = oneNode();
  elect(node);
  node.raw.propose(new Uint8Array(1));
  const ready = node.raw.ready();
  const { lastIndex } = { lastIndex: ready.entries.at(-1)?.index ?? 0 };
  const ack = { index: lastIndex, reject: false, rejectHint: 0, logTerm: 0 };
  node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 2, ...ack });
  assert.ok(node.raw.status().commit < lastIndex, 'one follower alone is no quorum of three');
  const append = ready.messages.find((message) => message.type === 'MsgStorageAppend');
  assert.ok(append?.type === 'MsgStorageAppend');
  node.stable.append(append.entries);
  for (const response of append.responses) node.raw.step(response);
  assert.equal(node.raw.status().commit, lastIndex);
});

test('a write without a vote, a term or an entry need not be synced', () => {
  const node = oneNode();
  elect(node);
  const last = node.raw.raft.log.lastIndex();
  const ack = { index: last, reject: false, rejectHint: 0, logTerm: 0 };
  node.raw.step({ type: 'MsgAppResp', from: 2, to: 1, term: 2, ...ack });
  const { ready } = work(node);
  assert.equal(ready.hardState?.commit, last);
  assert.equal(ready.mustSync, false);
});
