import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfChange, ConfObstacle } from '../../../src/raft/conf-change.ts';
import { decodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
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

const context = new Uint8Array();
const addFour: ConfChange = {
  transition: 'auto',
  changes: [{ type: 'add-voter', id: 4 }],
  context,
};
const leave: ConfChange = { transition: 'auto', changes: [], context };

function leader(...args: Parameters<typeof oneNode>): OneNode {
  const node = oneNode(...args);
  elect(node);
  acknowledge(node);
  workAll(node);
  return node;
}

test('a leader appends a proposal and sends it at once, before its own write', () => {
  const node = leader();
  acknowledge(node, 3);
  workAll(node);
  assert.equal(node.raw.propose(new Uint8Array([7])), undefined);
  const { messages } = node.raw.ready();
  const apps = only(messages, 'MsgApp');
  assert.deepEqual(
    apps.map(({ to, entries }) => [to, entries.map(({ index, data }) => [index, ...data])]),
    [
      [2, [[4, 7]]],
      [3, [[4, 7]]],
    ],
  );
});

test('proposals made together are taken together and travel in one message', () => {
  const node = leader(threeVoters, { uncommittedBytesMax: 10 });
  assert.equal(node.raw.propose(new Uint8Array(4), new Uint8Array(4)), undefined);
  assert.equal(node.raw.propose(new Uint8Array(2), new Uint8Array(1)), 'uncommitted-limit');
  const apps = only(node.raw.ready().messages, 'MsgApp').filter(({ to }) => to === 2);
  assert.deepEqual(
    apps.map(({ entries }) => entries.map(({ index }) => index)),
    [[4, 5]],
  );
});

test('without a leader a proposal is refused; with one it is forwarded, unless the driver does that', () => {
  const production = oneNode();
  assert.equal(production.raw.propose(new Uint8Array(1)), 'no-leader');
  const heartbeat = { type: 'MsgHeartbeat', from: 2, to: 1, term: 1 } as const;
  production.raw.step({ ...heartbeat, commit: 0, readPosition: 0 });
  assert.equal(production.raw.propose(new Uint8Array(1)), 'not-forwarded');

  const forwarding = oneNode(threeVoters, { disableProposalForwarding: false });
  forwarding.raw.step({ ...heartbeat, commit: 0, readPosition: 0 });
  assert.equal(forwarding.raw.propose(new Uint8Array([5])), undefined);
  const [forwarded] = only(workAll(forwarding), 'MsgProp');
  assert.deepEqual([forwarded?.to, forwarded?.term], [2, 0]);
  assert.ok(forwarded !== undefined);
  assert.equal(forwarding.raw.step({ ...forwarded, from: 3, to: 1 }), 'no-leader', 'but only once');
});

test('a candidate refuses proposals', () => {
  const node = oneNode();
  node.raw.campaign();
  assert.equal(node.raw.propose(new Uint8Array(1)), 'no-leader');
});

test('the uncommitted payload is limited; the first is taken whatever its size, and what is applied makes room', () => {
  const node = leader(threeVoters, { uncommittedBytesMax: 10 });
  assert.equal(node.raw.propose(new Uint8Array(50)), undefined);
  assert.equal(node.raw.propose(new Uint8Array(1)), 'uncommitted-limit');
  assert.equal(node.raw.propose(new Uint8Array()), undefined, 'an empty one is free');
  workAll(node);
  assert.equal(node.raw.propose(new Uint8Array(1)), 'uncommitted-limit');
  acknowledge(node);
  workAll(node);
  assert.equal(node.raw.propose(new Uint8Array(6)), undefined);
  assert.equal(node.raw.propose(new Uint8Array(4)), undefined, 'up to the limit');
  assert.equal(node.raw.propose(new Uint8Array(1)), 'uncommitted-limit');
});

test('what is applied in part makes room in part, and a new leadership begins with none taken', () => {
  const node = leader(threeVoters, { uncommittedBytesMax: 10 });
  node.raw.propose(new Uint8Array(6), new Uint8Array(4));
  workAll(node);
  acknowledge(node);
  const [apply] = only(node.raw.ready().messages, 'MsgStorageApply');
  const [response] = apply?.responses ?? [];
  assert.ok(response !== undefined);
  node.raw.step({ ...response, entries: response.entries.slice(0, 1) });
  assert.equal(node.raw.propose(new Uint8Array(7)), 'uncommitted-limit');
  assert.equal(node.raw.propose(new Uint8Array(6)), undefined);
  assert.equal(node.raw.propose(new Uint8Array(1)), 'uncommitted-limit');
  node.raw.stepDown();
  workAll(node);
  elect(node);
  assert.equal(node.raw.propose(new Uint8Array(9)), undefined);
});

test('a refused configuration change does not stand in the way of the next', () => {
  const node = leader(threeVoters, { uncommittedBytesMax: 10 });
  node.raw.propose(new Uint8Array(9));
  assert.equal(node.raw.proposeConfChange(addFour), 'uncommitted-limit');
  assert.equal(node.raw.obstacleTo(addFour), undefined);
});

test('a leader that is no member any more takes nothing', () => {
  const node = leader(threeVoters, { stepDownOnRemoval: false });
  node.raw.applyConfChange(9, { ...addFour, changes: [{ type: 'remove', id: 1 }] });
  assert.equal(node.raw.propose(new Uint8Array(1)), 'not-a-member');
});

/** A leader in a joint configuration. */
function jointLeader(): OneNode {
  return leader({ ...emptyConf, voters: [1, 2, 3], votersOutgoing: [1, 2] });
}

/** A leader whose change is in the log and not applied. */
function pendingLeader(): OneNode {
  const node = leader();
  node.raw.proposeConfChange(addFour);
  return node;
}

const removeAll: ConfChange = {
  transition: 'auto',
  changes: [1, 2, 3].map((id) => ({ type: 'remove', id })),
  context,
};

const obstacles: readonly (readonly [ConfObstacle | undefined, () => OneNode, ConfChange])[] = [
  [undefined, leader, addFour],
  ['pending', pendingLeader, addFour],
  ['joint', jointLeader, addFour],
  [undefined, jointLeader, leave],
  ['not-joint', leader, leave],
  ['impossible', leader, removeAll],
];

for (const [obstacle, make, change] of obstacles) {
  const size = change.changes.length;
  test(`a change of ${size} members: ${obstacle ?? 'nothing'} stands in the way (${make.name})`, () => {
    const node = make();
    assert.equal(node.raw.obstacleTo(change), obstacle);
    assert.equal(node.raw.proposeConfChange(change), undefined);
    const entry = node.raw.ready().entries.at(-1);
    assert.equal(entry?.type, obstacle === undefined ? 'conf-change' : 'normal');
    if (obstacle !== undefined) assert.equal(entry?.data.length, 0, 'an empty entry instead');
  });
}

test('the next change may come when the last is applied, not when it is committed', () => {
  const node = pendingLeader();
  workAll(node);
  acknowledge(node);
  assert.equal(node.raw.obstacleTo(addFour), 'pending');
  workAll(node);
  assert.equal(node.raw.obstacleTo(addFour), undefined);
});

test('a new leader takes no change before it has applied all that it found', () => {
  const node = oneNode();
  elect(node);
  assert.equal(node.raw.obstacleTo(addFour), undefined, 'nothing was found here');
  const entries = [{ term: 3, index: 4, type: 'normal', data: context }] as const;
  const at = { index: 3, logTerm: 2, commit: 2 };
  node.raw.step({ type: 'MsgApp', from: 2, to: 1, term: 3, ...at, entries });
  workAll(node);
  elect(node);
  assert.equal(node.raw.status().role, 'leader');
  assert.equal(node.raw.obstacleTo(addFour), 'pending');
});

test('a joint configuration that is to be left by itself is, and again where a transfer was in the way', () => {
  const node = leader({ ...emptyConf, voters: [1, 2, 3], votersOutgoing: [1, 2], autoLeave: true });
  const leaves = (): number =>
    (node.raw.raft.log.entries(3, Number.POSITIVE_INFINITY) ?? []).filter(
      ({ type, data }) => type === 'conf-change' && decodeConfChange(data).changes.length === 0,
    ).length;
  assert.equal(leaves(), 1, 'with the first entry that it applied');

  const busy = oneNode({
    ...emptyConf,
    voters: [1, 2, 3],
    votersOutgoing: [1, 2],
    autoLeave: true,
  });
  elect(busy);
  busy.raw.transferLeader(3);
  acknowledge(busy);
  work(busy);
  workAll(busy);
  assert.ok(busy.events.some(({ type }) => type === 'auto-leave-refused'));
});

test('an empty proposal of nothing at all is a fault', () => {
  const node = leader();
  assert.throws(
    () => node.raw.step({ type: 'MsgProp', from: 2, to: 1, term: 0, entries: [] }),
    /something is proposed/,
  );
});
