/** Bugs of other systems that need one core and exact messages (see bugs.md). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import { encodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { MsgHeartbeat } from '../../../src/raft/messages.ts';
import {
  acknowledge,
  elect,
  oneNode,
  type OneNode,
  only,
  threeVoters,
  work,
  workAll,
} from '../../src/raft/support/one-node.ts';

/** Node 1 leads, and has committed in its term. */
function leader(): OneNode {
  const node = oneNode();
  elect(node);
  acknowledge(node);
  workAll(node);
  return node;
}

/** Asks for a read; gives the heartbeats that it causes. */
function askRead(node: OneNode, context: number): readonly MsgHeartbeat[] {
  assert.equal(node.raw.readIndex(context), undefined);
  return only(workAll(node), 'MsgHeartbeat');
}

function answer(node: OneNode, from: number, heartbeat: MsgHeartbeat | undefined): void {
  assert.ok(heartbeat !== undefined, 'there is a question');
  const { term, readPosition } = heartbeat;
  node.raw.step({ type: 'MsgHeartbeatResp', from, to: 1, term, readPosition });
}

test('10: the late answer to an earlier question confirms no later read', () => {
  const node = leader();
  const first = askRead(node, 1);
  answer(node, 2, first[0]);
  assert.deepEqual(
    work(node).ready.readStates.map(({ context }) => context),
    [1],
  );
  askRead(node, 2);
  // It was on its way since before the second read was asked for.
  answer(node, 3, first[0]);
  const early = node.raw.hasReady ? work(node).ready.readStates : [];
  assert.deepEqual(early, []);
});

test('14: a snapshot from before the beginning of the log changes nothing and ends nobody', () => {
  const node = oneNode();
  const entries = [3, 4, 5, 6].map((index) => {
    return { index, term: 1, type: 'normal' as const, data: new Uint8Array() };
  });
  const from = { from: 2, to: 1, term: 1 };
  node.raw.step({ type: 'MsgApp', ...from, index: 2, logTerm: 1, entries, commit: 6 });
  workAll(node);
  node.stable.compact(5);
  node.raw.step({
    type: 'MsgSnap',
    ...from,
    snapshot: { index: 3, term: 1, confState: threeVoters },
  });
  const sent = workAll(node);
  const { commit, applied } = node.raw.status();
  assert.deepEqual([commit, applied], [6, 6]);
  assert.deepEqual(
    only(sent, 'MsgAppResp').map(({ index }) => index),
    [6],
  );
});

test('27: a transfer ends when its target becomes a learner', () => {
  const node = leader();
  const changes: readonly ConfChangeSingle[] = [{ type: 'add-learner', id: 3 }];
  const change = { transition: 'auto', changes, context: new Uint8Array() } as const;
  assert.equal(node.raw.proposeConfChange(change), undefined);
  // Node 3 lags behind, so that it is not told to campaign.
  node.raw.transferLeader(3);
  assert.equal(node.raw.propose(encodeConfChange(change)), 'transfer-in-progress');
  const { raw } = node;
  const index = raw.raft.log.lastIndex();
  acknowledge(node);
  workAll(node);
  raw.applyConfChange(index, change);
  assert.equal(raw.status().leadTransferee, 0);
  assert.equal(raw.propose(new Uint8Array([1])), undefined);
});
