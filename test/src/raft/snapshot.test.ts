import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SnapshotReport } from '../../../src/raft/leader.ts';
import type { MsgSnap } from '../../../src/raft/messages.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry } from '../../../src/raft/types.ts';
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

const fourVoters = { ...emptyConf, voters: [1, 2, 3, 4] };

function snapshotAt(index: number, term: number, confState = fourVoters): MsgSnap {
  return { type: 'MsgSnap', from: 2, to: 1, term: 3, snapshot: { index, term, confState } };
}

function entryAt(index: number, term: number): Entry {
  return { index, term, type: 'normal', data: new Uint8Array() };
}

/** A follower of node 2 in term 3, with entries 3 to 5. */
function follower(commit: number): OneNode {
  const node = oneNode();
  const entries = [entryAt(3, 2), entryAt(4, 2), entryAt(5, 3)];
  const at = { index: 2, logTerm: 1 };
  node.raw.step({ type: 'MsgApp', from: 2, to: 1, term: 3, ...at, entries, commit });
  workAll(node);
  return node;
}

test('a newer snapshot takes the place of log and configuration, and is acknowledged when installed', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(9, 3));
  const { ready, sent } = work(node);
  assert.equal(ready.snapshot?.index, 9);
  assert.deepEqual(
    only(sent, 'MsgAppResp').map(({ index }) => index),
    [9],
  );
  const { commit, applied, conf } = node.raw.status();
  assert.deepEqual([commit, applied, conf], [9, 9, fourVoters]);
});

test('the work that holds a snapshot must be synced', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(9, 3));
  const [append] = only(node.raw.ready().messages, 'MsgStorageAppend');
  assert.equal(append?.mustSync, true);
});

test('an old snapshot changes nothing; the answer says what is committed', () => {
  const node = follower(4);
  node.raw.step(snapshotAt(4, 2));
  const [answer] = only(workAll(node), 'MsgAppResp');
  assert.equal(answer?.index, 4, 'not what is merely in the log');
  assert.deepEqual(node.raw.status().conf, threeVoters);
  assert.equal(node.raw.raft.log.lastIndex(), 5);
});

test('a snapshot that the log holds only commits: nothing after it is thrown away', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(4, 2));
  assert.equal(node.raw.raft.log.unstable.snapshot, undefined);
  assert.equal(node.raw.status().commit, 4);
  assert.equal(node.raw.raft.log.lastIndex(), 5);
  assert.deepEqual(node.raw.status().conf, threeVoters, 'the change is still to be applied');
});

test('a snapshot that conflicts with the log at its own index replaces all of it', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(5, 2));
  workAll(node);
  assert.deepEqual([node.raw.raft.log.firstIndex(), node.raw.raft.log.lastIndex()], [6, 5]);
});

test('a snapshot of a configuration without this node is refused', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(9, 3, { ...emptyConf, voters: [2, 3] }));
  assert.equal(node.raw.raft.log.unstable.snapshot, undefined);
  assert.ok(node.events.some(({ type }) => type === 'snapshot-foreign'));
  assert.equal(only(workAll(node), 'MsgAppResp')[0]?.index, 3, 'what is committed, and no more');
});

test('a snapshot is held while entries are being applied', () => {
  const node = follower(3);
  node.raw.step({
    type: 'MsgApp',
    from: 2,
    to: 1,
    term: 3,
    index: 5,
    logTerm: 3,
    entries: [],
    commit: 5,
  });
  const [apply] = only(node.raw.ready().messages, 'MsgStorageApply');
  node.raw.step(snapshotAt(9, 3));
  assert.equal(node.raw.raft.log.unstable.snapshot, undefined);
  assert.deepEqual(node.raw.status().conf, threeVoters);
  for (const response of apply?.responses ?? []) node.raw.step(response);
  assert.equal(node.raw.ready().snapshot?.index, 9);
});

test('a configuration change at or below what is in force is ignored', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(9, 3));
  workAll(node);
  const change = { transition: 'auto', context: new Uint8Array() } as const;
  const changes = [{ type: 'remove', id: 4 }] as const;
  assert.deepEqual(node.raw.applyConfChange(9, { ...change, changes }), fourVoters);
  assert.deepEqual(node.raw.applyConfChange(10, { ...change, changes }), threeVoters);
  const back = [{ type: 'add-voter', id: 4 }] as const;
  assert.deepEqual(node.raw.applyConfChange(10, { ...change, changes: back }), threeVoters);
});

test('who waits for a snapshot does not campaign', () => {
  const node = follower(3);
  node.raw.step(snapshotAt(9, 3));
  node.raw.campaign();
  assert.equal(node.raw.status().role, 'follower');
});

/** A leader whose follower 3 needs a snapshot, which is on its way. */
function leaderWithPending(): OneNode {
  const node = oneNode(threeVoters, { pendingSnapshotTicksMax: 20 });
  elect(node);
  acknowledge(node);
  workAll(node);
  node.stable.compact(3);
  node.raw.step({
    type: 'MsgAppResp',
    from: 3,
    to: 1,
    term: 2,
    index: 2,
    reject: true,
    rejectHint: 0,
    logTerm: 0,
  });
  assert.equal(only(workAll(node), 'MsgSnap').length, 1);
  return node;
}

function progressOf3(node: OneNode): unknown {
  const progress = node.raw.status().progress.get(3);
  return [progress?.state, progress?.next];
}

const reports: readonly (readonly [report: SnapshotReport, progress: readonly unknown[]])[] = [
  ['success', ['probe', 4]],
  ['failure', ['probe', 1]],
  ['progress', ['snapshot', 4]],
];

for (const [report, expected] of reports) {
  test(`a snapshot on its way: ${report}`, () => {
    const node = leaderWithPending();
    node.raw.reportSnapshot(3, report);
    assert.deepEqual(progressOf3(node), expected);
  });
}

test('a snapshot that is not heard of for too long has failed, one that makes progress has not', () => {
  const node = leaderWithPending();
  const tick = (ticks: number): void => {
    for (let passed = 0; passed < ticks; passed += 1) {
      for (const from of [2, 3]) {
        node.raw.step({ type: 'MsgHeartbeatResp', from, to: 1, term: 2, readPosition: 0 });
      }
      node.raw.tick();
    }
  };
  tick(19);
  node.raw.reportSnapshot(3, 'progress');
  tick(19);
  assert.deepEqual(progressOf3(node), ['snapshot', 4]);
  tick(1);
  assert.deepEqual(progressOf3(node), ['probe', 1]);
  workAll(node);
  tick(1);
  assert.equal(only(workAll(node), 'MsgSnap').length, 1, 'and is sent again');
  tick(18);
  assert.deepEqual(progressOf3(node), ['snapshot', 4], 'with the whole time before it');
});

test('after a snapshot, nothing is sent before the follower has said a word', () => {
  const node = leaderWithPending();
  node.raw.reportSnapshot(3, 'success');
  node.raw.propose(new Uint8Array());
  const toThree = (): number => only(workAll(node), 'MsgApp').filter(({ to }) => to === 3).length;
  assert.equal(toThree(), 0);
  node.raw.step({ type: 'MsgHeartbeatResp', from: 3, to: 1, term: 2, readPosition: 0 });
  assert.equal(toThree(), 1);
});

test('an acknowledgement that reaches the log ends the snapshot, whatever brought it about', () => {
  const node = leaderWithPending();
  acknowledge(node, 3);
  assert.deepEqual(progressOf3(node), ['replicate', 4]);
});
