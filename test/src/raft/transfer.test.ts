import assert from 'node:assert/strict';
import { test } from 'node:test';
import { productionSizes } from '../../../src/raft/options.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import { acknowledge, elect, oneNode, type OneNode, only, workAll } from './support/one-node.ts';

const withLearner = { ...emptyConf, voters: [1, 2, 3], learners: [4] };

function leader(): OneNode {
  const node = oneNode(withLearner);
  elect(node);
  acknowledge(node);
  workAll(node);
  return node;
}

function tick(node: OneNode, ticks: number): void {
  // The followers are there: the check of the quorum is not what is tried here.
  for (let passed = 0; passed < ticks; passed += 1) {
    const { term } = node.raw.status();
    node.raw.step({ type: 'MsgHeartbeatResp', from: 2, to: 1, term, readPosition: 0 });
    node.raw.tick();
  }
}

test('a target that is up to date is told to campaign at once', () => {
  const node = leader();
  node.raw.transferLeader(2);
  assert.deepEqual(
    only(workAll(node), 'MsgTimeoutNow').map(({ to }) => to),
    [2],
  );
});

test('a target that lags behind is told when it has caught up, and not before', () => {
  const node = leader();
  node.raw.transferLeader(3);
  assert.deepEqual(only(workAll(node), 'MsgTimeoutNow'), []);
  acknowledge(node, 3);
  assert.equal(only(workAll(node), 'MsgTimeoutNow').length, 1);
});

test('no proposal is taken while leadership is handed over', () => {
  const node = leader();
  node.raw.transferLeader(3);
  assert.equal(node.raw.propose(new Uint8Array(1)), 'transfer-in-progress');
  assert.equal(node.raw.status().leadTransferee, 3);
});

test('a transfer ends after an election time-out, and proposals are taken again', () => {
  const node = leader();
  node.raw.transferLeader(3);
  tick(node, productionSizes.electionTicks);
  assert.equal(node.raw.status().role, 'leader');
  assert.equal(node.raw.status().leadTransferee, 0);
  assert.equal(node.raw.propose(new Uint8Array(1)), undefined);
});

test('reads do not keep a dead transfer alive', () => {
  const node = leader();
  node.raw.transferLeader(3);
  for (let context = 1; context <= productionSizes.electionTicks; context += 1) {
    node.raw.readIndex(context);
    tick(node, 1);
  }
  assert.equal(node.raw.status().leadTransferee, 0);
});

test('a transfer ends with a step-down, and does not come back with the next election', () => {
  const node = leader();
  node.raw.transferLeader(3);
  node.raw.stepDown();
  assert.equal(node.raw.status().leadTransferee, 0);
  workAll(node);
  elect(node);
  assert.equal(node.raw.status().role, 'leader');
  assert.equal(node.raw.propose(new Uint8Array(1)), undefined);
});

for (const type of ['add-learner', 'remove'] as const) {
  test(`a transfer ends when its target is no voter any more: ${type}`, () => {
    const node = leader();
    node.raw.transferLeader(3);
    const changes = [{ type, id: 3 }];
    node.raw.applyConfChange(9, { transition: 'auto', changes, context: new Uint8Array() });
    assert.equal(node.raw.status().leadTransferee, 0);
  });
}

test('a learner, a stranger and the leader itself are no targets', () => {
  const node = leader();
  for (const target of [4, 9, 1]) {
    node.raw.transferLeader(target);
    assert.equal(node.raw.status().leadTransferee, 0);
  }
  assert.deepEqual(only(workAll(node), 'MsgTimeoutNow'), []);
});

test('a second request for the same target changes nothing, one for another takes its place', () => {
  const node = leader();
  node.raw.transferLeader(3);
  tick(node, productionSizes.electionTicks - 1);
  node.raw.transferLeader(3);
  tick(node, 1);
  assert.equal(node.raw.status().leadTransferee, 0, 'the time of the first request counts');
  node.raw.transferLeader(3);
  node.raw.transferLeader(2);
  assert.equal(node.raw.status().leadTransferee, 2);
});

test('a follower passes the request on to its leader', () => {
  const node = oneNode();
  node.raw.transferLeader(3);
  assert.deepEqual(workAll(node), []);
  node.raw.step({ type: 'MsgHeartbeat', from: 2, to: 1, term: 1, commit: 0, readPosition: 0 });
  node.raw.transferLeader(3);
  const [request] = only(workAll(node), 'MsgTransferLeader');
  assert.deepEqual([request?.to, request?.transferee], [2, 3]);
});

test('the target campaigns at once, without a pre-vote, and voters ignore their lease', () => {
  const node = oneNode();
  node.raw.step({ type: 'MsgHeartbeat', from: 2, to: 1, term: 1, commit: 0, readPosition: 0 });
  node.raw.step({ type: 'MsgTimeoutNow', from: 2, to: 1, term: 1 });
  const [request] = only(workAll(node), 'MsgVote');
  assert.deepEqual([request?.term, request?.isTransfer], [2, true]);

  const voter = oneNode();
  voter.raw.step({ type: 'MsgHeartbeat', from: 3, to: 1, term: 1, commit: 0, readPosition: 0 });
  const position = { index: 2, logTerm: 1, committed: { term: 1, index: 2 } };
  const asked = { type: 'MsgVote', from: 2, to: 1, term: 2, ...position } as const;
  voter.raw.step({ ...asked, isTransfer: false });
  assert.deepEqual(only(workAll(voter), 'MsgVoteResp'), [], 'it still hears its leader');
  voter.raw.step({ ...asked, isTransfer: true });
  assert.equal(only(workAll(voter), 'MsgVoteResp')[0]?.reject, false);
});

test('a candidate campaigns already, and a leader leads: they are not told', () => {
  const node = oneNode();
  node.raw.campaign();
  node.raw.step({ type: 'MsgTimeoutNow', from: 2, to: 1, term: 1 });
  assert.equal(node.raw.status().role, 'pre-candidate');
  const ignored = (of: OneNode): number =>
    of.events.filter(({ type }) => type === 'timeout-now-ignored').length;
  assert.equal(ignored(node), 1);
  const leading = leader();
  leading.raw.step({ type: 'MsgTimeoutNow', from: 2, to: 1, term: 2 });
  assert.equal(leading.raw.status().role, 'leader');
  assert.equal(ignored(leading), 0);
});

test('who is no voter does not campaign, even if told to', () => {
  const node = oneNode({ ...emptyConf, voters: [2, 3], learners: [1] });
  node.raw.step({ type: 'MsgTimeoutNow', from: 2, to: 1, term: 1 });
  assert.equal(node.raw.status().role, 'follower');
});
