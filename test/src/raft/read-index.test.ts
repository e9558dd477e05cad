import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderReadsMax } from '../../../src/raft/limits.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ReadState } from '../../../src/raft/types.ts';
import {
  acknowledge,
  elect,
  oneNode,
  type OneNode,
  only,
  threeVoters,
  work,
  workAll,
} from './support/one-node.ts';

/** A leader that has committed in its term. */
function leader(...args: Parameters<typeof oneNode>): OneNode {
  const node = oneNode(...args);
  elect(node);
  acknowledge(node);
  workAll(node);
  return node;
}

function answerHeartbeat(node: OneNode, from: number, readPosition: number): void {
  const { term } = node.raw.status();
  node.raw.step({ type: 'MsgHeartbeatResp', from, to: 1, term, readPosition });
}

function readStates(node: OneNode): readonly ReadState[] {
  const states: ReadState[] = [];
  while (node.raw.hasReady) states.push(...work(node).ready.readStates);
  return states;
}

test('a read is answered when a quorum has confirmed the leader, and no earlier', () => {
  const node = leader();
  const { commit } = node.raw.status();
  assert.equal(node.raw.readIndex(7), undefined);
  const heartbeats = only(workAll(node), 'MsgHeartbeat');
  assert.deepEqual(
    heartbeats.map(({ to, readPosition }) => [to, readPosition]),
    [
      [2, 1],
      [3, 1],
    ],
  );
  answerHeartbeat(node, 2, 0);
  assert.deepEqual(readStates(node), [], 'an answer to another heartbeat confirms nothing');
  answerHeartbeat(node, 3, 1);
  assert.deepEqual(readStates(node), [{ index: commit, context: 7 }]);
});

test('reads that come during a round share the next one', () => {
  const node = leader();
  node.raw.readIndex(1);
  assert.equal(only(workAll(node), 'MsgHeartbeat').length, 2);
  for (const context of [2, 3, 4]) node.raw.readIndex(context);
  assert.deepEqual(workAll(node), [], 'nothing is sent for them yet');
  answerHeartbeat(node, 2, 1);
  const { ready, sent } = work(node);
  assert.deepEqual(
    ready.readStates.map(({ context }) => context),
    [1],
  );
  assert.deepEqual(
    only(sent, 'MsgHeartbeat').map(({ readPosition }) => readPosition),
    [4, 4],
  );
  answerHeartbeat(node, 3, 4);
  assert.deepEqual(
    readStates(node).map(({ context }) => context),
    [2, 3, 4],
  );
});

test('a round whose heartbeats are lost is asked again with the next heartbeats', () => {
  const node = leader();
  node.raw.readIndex(1);
  workAll(node);
  node.raw.readIndex(2);
  node.raw.tick();
  node.raw.tick();
  const [heartbeat] = only(workAll(node), 'MsgHeartbeat');
  assert.equal(heartbeat?.readPosition, 2, 'it covers the later read too');
  answerHeartbeat(node, 2, 2);
  assert.equal(readStates(node).length, 2);
});

test('a new leader holds reads until it has committed in its term', () => {
  const node = oneNode();
  elect(node);
  assert.equal(node.raw.readIndex(1), undefined);
  assert.deepEqual(only(workAll(node), 'MsgHeartbeat'), []);
  acknowledge(node);
  assert.equal(only(workAll(node), 'MsgHeartbeat').length, 2);
  answerHeartbeat(node, 2, 1);
  assert.deepEqual(readStates(node), [{ index: 3, context: 1 }]);
});

test('reads that were held are not answered by a later leadership', () => {
  const node = oneNode();
  elect(node);
  node.raw.readIndex(1);
  node.raw.stepDown();
  workAll(node);
  elect(node);
  acknowledge(node);
  assert.deepEqual(only(workAll(node), 'MsgHeartbeat'), [], 'nobody waits any more');
});

test('a single voter, too, answers no read before it has committed in its term', () => {
  const node = oneNode({ ...emptyConf, voters: [1] }, { preVote: false });
  node.raw.campaign();
  work(node);
  assert.equal(node.raw.status().role, 'leader');
  node.raw.readIndex(1);
  assert.deepEqual(readStates(node), [{ index: 3, context: 1 }]);
});

test('a leader that is no voter any more does not answer for the one that is left', () => {
  const node = leader(threeVoters, { stepDownOnRemoval: false });
  const context = new Uint8Array();
  const removals = [3, 1].map((id) => ({ type: 'remove', id }) as const);
  node.raw.applyConfChange(50, { transition: 'joint-explicit', changes: removals, context });
  node.raw.applyConfChange(51, { transition: 'auto', changes: [], context });
  assert.deepEqual(node.raw.status().conf.voters, [2]);
  node.raw.readIndex(1);
  assert.deepEqual(readStates(node), []);
  answerHeartbeat(node, 2, 1);
  assert.equal(readStates(node).length, 1);
});

test('a deposed leader answers no read, not even to answers that come late', () => {
  const node = leader();
  node.raw.readIndex(1);
  workAll(node);
  node.raw.step({ type: 'MsgHeartbeat', from: 3, to: 1, term: 3, commit: 0, readPosition: 0 });
  node.raw.step({ type: 'MsgHeartbeatResp', from: 2, to: 1, term: 2, readPosition: 1 });
  assert.deepEqual(readStates(node), []);
});

test("a follower's read goes to the leader and comes back", () => {
  const node = oneNode();
  assert.equal(node.raw.readIndex(1), 'no-leader');
  node.raw.step({ type: 'MsgHeartbeat', from: 2, to: 1, term: 1, commit: 0, readPosition: 0 });
  assert.equal(node.raw.readIndex(2), undefined);
  const [request] = only(workAll(node), 'MsgReadIndex');
  assert.deepEqual([request?.to, request?.context], [2, 2]);
  node.raw.step({ type: 'MsgReadIndexResp', from: 2, to: 1, term: 1, index: 9, context: 2 });
  assert.deepEqual(readStates(node), [{ index: 9, context: 2 }]);
});

test("a peer's read is answered by the leader, and passed on by nobody", () => {
  const node = leader();
  node.raw.step({ type: 'MsgReadIndex', from: 3, to: 1, term: 0, context: 77 });
  workAll(node);
  answerHeartbeat(node, 2, 1);
  const [answer] = only(workAll(node), 'MsgReadIndexResp');
  assert.deepEqual([answer?.to, answer?.index, answer?.context], [3, 3, 77]);
  const follower = oneNode();
  follower.raw.step({ type: 'MsgHeartbeat', from: 2, to: 1, term: 1, commit: 0, readPosition: 0 });
  const refusal = follower.raw.step({ type: 'MsgReadIndex', from: 3, to: 1, term: 0, context: 1 });
  assert.equal(refusal, 'no-leader');
  assert.deepEqual(only(workAll(follower), 'MsgReadIndex'), []);
});

test('no more reads wait than there may be, held or under way', () => {
  for (const node of [leader(), electedOnly()]) {
    for (let context = 1; context <= leaderReadsMax; context += 1) {
      assert.equal(node.raw.readIndex(context), undefined);
    }
    assert.equal(node.raw.readIndex(leaderReadsMax + 1), 'reads-limit');
  }
});

function electedOnly(): OneNode {
  const node = oneNode();
  elect(node);
  return node;
}

test('a context that was used before is a fault', () => {
  const node = leader();
  node.raw.readIndex(5);
  assert.throws(() => node.raw.readIndex(5), /a context is used once/);
});

test('with a lease, a read is answered at once', () => {
  const node = leader(threeVoters, { readOnly: 'lease-based' });
  node.raw.readIndex(1);
  assert.deepEqual(readStates(node), [{ index: 3, context: 1 }]);
});
