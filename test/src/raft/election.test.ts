import assert from 'node:assert/strict';
import { test } from 'node:test';
import { productionSizes } from '../../../src/raft/options.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry } from '../../../src/raft/types.ts';
import {
  acknowledge,
  elect,
  oneNode,
  type OneNode,
  only,
  threeVoters,
  workAll,
} from './support/one-node.ts';

const { electionTicks } = productionSizes;
const committed = { term: 1, index: 2 };

function tick(node: OneNode, ticks: number): void {
  for (let passed = 0; passed < ticks; passed += 1) node.raw.tick();
}

function hearLeader(node: OneNode, from = 2, term = 1): void {
  node.raw.step({ type: 'MsgHeartbeat', from, to: 1, term, commit: 0, readPosition: 0 });
}

function entryAt(index: number, term: number, type: Entry['type'] = 'normal'): Entry {
  return { index, term, type, data: new Uint8Array() };
}

function append(node: OneNode, entries: readonly Entry[], commit: number, term = 2): void {
  const at = { index: 2, logTerm: 1 };
  node.raw.step({ type: 'MsgApp', from: 2, to: 1, term, ...at, entries, commit });
}

function answerVote(
  node: OneNode,
  type: 'MsgVoteResp' | 'MsgPreVoteResp',
  from: number,
  reject: boolean,
): void {
  const { term } = node.raw.status();
  const of = type === 'MsgPreVoteResp' && !reject ? term + 1 : term;
  node.raw.step({ type, from, to: 1, term: of, reject, committed });
}

test('a follower asks for pre-votes after an election time-out without a leader, in no new term', () => {
  const node = oneNode();
  tick(node, electionTicks - 1);
  assert.equal(node.raw.hasReady, false);
  tick(node, 1);
  const requests = only(workAll(node), 'MsgPreVote');
  assert.deepEqual(
    requests.map(({ to, term }) => [to, term]),
    [
      [2, 2],
      [3, 2],
    ],
  );
  assert.deepEqual([node.raw.status().term, node.raw.status().vote], [1, 0]);
});

test('a follower that hears its leader does not campaign', () => {
  const node = oneNode();
  for (let heard = 0; heard < 5; heard += 1) {
    tick(node, electionTicks - 1);
    hearLeader(node);
  }
  assert.deepEqual(only(workAll(node), 'MsgPreVote'), []);
});

test('pre-votes lead to a candidacy, votes to leadership with an empty entry of the new term', () => {
  const node = oneNode();
  node.raw.campaign();
  workAll(node);
  answerVote(node, 'MsgPreVoteResp', 3, false);
  assert.equal(node.raw.status().role, 'candidate');
  assert.equal(only(workAll(node), 'MsgVote').length, 2);
  answerVote(node, 'MsgVoteResp', 2, false);
  assert.equal(node.raw.status().role, 'leader');
  const [app] = only(workAll(node), 'MsgApp');
  assert.deepEqual(app?.entries, [entryAt(3, 2)]);
});

test('a candidate that is not elected asks for pre-votes again before it raises its term once more', () => {
  const node = oneNode();
  node.raw.campaign();
  workAll(node);
  answerVote(node, 'MsgPreVoteResp', 3, false);
  workAll(node);
  tick(node, electionTicks);
  assert.equal(node.raw.status().role, 'pre-candidate');
  assert.equal(node.raw.status().term, 2);
});

test('a candidate that is refused by a quorum gives up; one refusal alone decides nothing', () => {
  const node = oneNode();
  node.raw.campaign();
  workAll(node);
  answerVote(node, 'MsgPreVoteResp', 2, true);
  assert.equal(node.raw.status().role, 'pre-candidate');
  answerVote(node, 'MsgPreVoteResp', 2, false);
  assert.equal(node.raw.status().role, 'pre-candidate', 'the first answer of a node counts');
  answerVote(node, 'MsgPreVoteResp', 3, true);
  assert.equal(node.raw.status().role, 'follower');
});

test('answers to the pre-vote do not count for the vote', () => {
  const node = oneNode({ ...emptyConf, voters: [1, 2, 3, 4, 5] });
  node.raw.campaign();
  workAll(node);
  answerVote(node, 'MsgPreVoteResp', 2, false);
  answerVote(node, 'MsgPreVoteResp', 3, false);
  workAll(node);
  assert.equal(node.raw.status().role, 'candidate');
  node.raw.step({ type: 'MsgPreVoteResp', from: 4, to: 1, term: 2, reject: false, committed });
  answerVote(node, 'MsgVoteResp', 2, false);
  assert.equal(node.raw.status().role, 'candidate');
});

const voters: readonly (readonly [
  name: string,
  last: { readonly index: number; readonly logTerm: number },
  granted: boolean,
])[] = [
  ['the same log', { index: 3, logTerm: 2 }, true],
  ['a longer log', { index: 9, logTerm: 2 }, true],
  ['a later last term', { index: 1, logTerm: 3 }, true],
  ['a shorter log', { index: 2, logTerm: 2 }, false],
  ['an earlier last term, however long', { index: 99, logTerm: 1 }, false],
];

for (const type of ['MsgVote', 'MsgPreVote'] as const) {
  for (const [name, last, granted] of voters) {
    test(`${type}: a candidate with ${name} is ${granted ? 'voted for' : 'refused'}`, () => {
      const node = oneNode();
      append(node, [entryAt(3, 2)], 2);
      workAll(node);
      tick(node, electionTicks);
      workAll(node);
      node.raw.step({ type, from: 3, to: 1, term: 4, ...last, isTransfer: false, committed });
      const [answer] = only(workAll(node), `${type}Resp`);
      assert.equal(answer?.reject, !granted);
    });
  }
}

test('a node votes once a term, and says the same again to the same candidate', () => {
  const node = oneNode();
  const request = { to: 1, term: 2, index: 2, logTerm: 1, isTransfer: false, committed } as const;
  const rejects = [2, 3, 2].map((from) => {
    node.raw.step({ type: 'MsgVote', from, ...request });
    return only(workAll(node), 'MsgVoteResp')[0]?.reject;
  });
  assert.deepEqual(rejects, [false, true, false]);
});

test('who has voted waits a whole time-out for the leader that may come of it', () => {
  const node = oneNode();
  tick(node, electionTicks - 1);
  const request = { index: 2, logTerm: 1, isTransfer: true, committed };
  node.raw.step({ type: 'MsgVote', from: 2, to: 1, term: 1, ...request });
  assert.equal(only(workAll(node), 'MsgVoteResp')[0]?.reject, false);
  tick(node, electionTicks - 1);
  assert.equal(node.raw.status().role, 'follower');
});

test('a pre-vote is no vote: it may be given to several, and to others than the vote', () => {
  const node = oneNode();
  const request = { to: 1, term: 2, index: 2, logTerm: 1, isTransfer: false, committed } as const;
  for (const from of [2, 3]) {
    node.raw.step({ type: 'MsgPreVote', from, ...request });
    assert.equal(only(workAll(node), 'MsgPreVoteResp')[0]?.reject, false);
  }
  assert.deepEqual([node.raw.status().term, node.raw.status().vote], [1, 0]);
});

test('while it hears a leader a node ignores candidates of later terms', () => {
  const node = oneNode();
  hearLeader(node);
  tick(node, electionTicks - 1);
  workAll(node);
  const request = { from: 3, to: 1, term: 9, index: 9, logTerm: 8, isTransfer: false, committed };
  node.raw.step({ type: 'MsgVote', ...request });
  node.raw.step({ type: 'MsgPreVote', ...request });
  assert.deepEqual(workAll(node), []);
  assert.equal(node.raw.status().term, 1);
  node.raw.forgetLeader();
  node.raw.step({ type: 'MsgPreVote', ...request });
  assert.equal(only(workAll(node), 'MsgPreVoteResp')[0]?.reject, false, 'once it is forgotten');
});

test('a pre-vote of an old term is refused in the later term, so that its sender catches up', () => {
  const node = oneNode(threeVoters, {}, { term: 7, vote: 0, commit: 2 });
  const request = { index: 2, logTerm: 1, isTransfer: false, committed };
  node.raw.step({ type: 'MsgPreVote', from: 2, to: 1, term: 3, ...request });
  const [answer] = only(workAll(node), 'MsgPreVoteResp');
  assert.deepEqual([answer?.reject, answer?.term], [true, 7]);
});

test('who refuses a vote tells what is committed, and who is refused believes it', () => {
  const node = oneNode({ ...emptyConf, voters: [1, 2] });
  append(node, [entryAt(3, 2, 'conf-change')], 2);
  workAll(node);
  node.raw.campaign();
  workAll(node);
  const known = { term: 2, index: 3 };
  const answer = { from: 2, to: 1, term: 2, reject: true } as const;
  node.raw.step({ type: 'MsgPreVoteResp', ...answer, committed: { term: 1, index: 3 } });
  assert.equal(node.raw.status().commit, 2, 'only if it is the entry of this log');
  node.raw.step({ type: 'MsgPreVoteResp', ...answer, committed: known });
  assert.equal(node.raw.status().commit, 3);
  assert.equal(node.raw.status().role, 'follower');
});

test('who refuses believes what the candidate knows to be committed, too', () => {
  const node = oneNode();
  append(node, [entryAt(3, 2), entryAt(4, 2)], 2);
  workAll(node);
  const known = { term: 2, index: 3 };
  const request = { index: 3, logTerm: 2, isTransfer: true, committed: known };
  node.raw.step({ type: 'MsgVote', from: 3, to: 1, term: 4, ...request });
  assert.equal(only(workAll(node), 'MsgVoteResp')[0]?.reject, true);
  assert.equal(node.raw.status().commit, 3);
});

test('a candidate that learns of a configuration change stops, before it is elected by the old one', () => {
  const node = oneNode({ ...emptyConf, voters: [1, 2, 3, 4, 5] });
  append(node, [entryAt(3, 2, 'conf-change')], 2);
  workAll(node);
  node.raw.campaign();
  workAll(node);
  const known = { term: 2, index: 3 };
  const refused = { from: 2, to: 1, term: 2, reject: true } as const;
  node.raw.step({ type: 'MsgPreVoteResp', ...refused, committed: known });
  assert.equal(node.raw.status().role, 'follower');
});

test('a candidate that learns of any other commit goes on', () => {
  const node = oneNode({ ...emptyConf, voters: [1, 2, 3, 4, 5] });
  append(node, [entryAt(3, 2)], 2);
  workAll(node);
  node.raw.campaign();
  workAll(node);
  const refused = { from: 2, to: 1, term: 2, reject: true } as const;
  node.raw.step({ type: 'MsgPreVoteResp', ...refused, committed: { term: 2, index: 3 } });
  assert.equal(node.raw.status().commit, 3);
  assert.equal(node.raw.status().role, 'pre-candidate');
});

test('nobody campaigns while a committed configuration change waits to be applied', () => {
  const node = oneNode();
  append(node, [entryAt(3, 2), entryAt(4, 2, 'conf-change')], 4);
  node.raw.campaign();
  assert.equal(node.raw.status().role, 'follower');
  const event = node.events.at(-1);
  assert.ok(event?.type === 'campaign-ignored' && event.reason === 'unapplied-conf-change');
});

test('neither learners nor strangers to the configuration campaign', () => {
  for (const conf of [
    { ...emptyConf, voters: [2, 3], learners: [1] },
    { ...emptyConf, voters: [2] },
  ]) {
    const node = oneNode(conf);
    tick(node, 3 * electionTicks);
    assert.deepEqual(workAll(node), []);
  }
});

test('a learner votes: it may be a voter and not know it yet', () => {
  const node = oneNode({ ...emptyConf, voters: [2, 3], learners: [1] });
  const request = { index: 2, logTerm: 1, isTransfer: false, committed };
  node.raw.step({ type: 'MsgVote', from: 2, to: 1, term: 2, ...request });
  assert.equal(only(workAll(node), 'MsgVoteResp')[0]?.reject, false);
});

test('a leader that hears of no quorum steps down within two checks', () => {
  const node = oneNode();
  elect(node);
  tick(node, electionTicks);
  assert.equal(node.raw.status().role, 'follower', 'nobody has answered since the election');
});

test('a leader goes on while a quorum answers, its own node counted', () => {
  const node = oneNode();
  elect(node);
  for (let check = 0; check < 3; check += 1) {
    acknowledge(node, 3);
    tick(node, electionTicks);
    assert.equal(node.raw.status().role, 'leader');
  }
});

test('a leader that was told to step down follows nobody, in its own term', () => {
  const node = oneNode();
  elect(node);
  node.raw.stepDown();
  const { role, lead, term, vote } = node.raw.status();
  assert.deepEqual({ role, lead, term, vote }, { role: 'follower', lead: 0, term: 2, vote: 1 });
});

test('a node that is held back campaigns after so many ticks without a leader, refused or not', () => {
  const node = oneNode();
  node.raw.holdCampaign(3 * electionTicks);
  hearLeader(node);
  tick(node, 3 * electionTicks - 1);
  assert.deepEqual(only(workAll(node), 'MsgPreVote'), []);
  tick(node, 1);
  assert.equal(only(workAll(node), 'MsgPreVote').length, 2);
  for (const from of [2, 3]) answerVote(node, 'MsgPreVoteResp', from, true);
  assert.equal(node.raw.status().role, 'follower');
  tick(node, electionTicks);
  assert.equal(only(workAll(node), 'MsgPreVote').length, 2, 'the long wait is not begun anew');
  hearLeader(node, 3, 2);
  tick(node, 2 * electionTicks);
  assert.deepEqual(only(workAll(node), 'MsgPreVote'), [], 'but with a leader it is');
  node.raw.campaign();
  assert.equal(only(workAll(node), 'MsgPreVote').length, 2, 'it may still be told to');
});

test('a leader that steps down waits as long as it is held back', () => {
  const node = oneNode();
  tick(node, 5 * electionTicks);
  workAll(node);
  elect(node);
  node.raw.holdCampaign(3 * electionTicks);
  node.raw.stepDown();
  tick(node, 3 * electionTicks - 1);
  assert.deepEqual(only(workAll(node), 'MsgPreVote'), []);
});
