/** What members, strangers and removed ones may say, and what is remembered of who was removed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkMessage } from '../../../src/link/message-codec.ts';
import { encodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { Entry as LogEntry } from '../../../src/raft/types.ts';
import { removedMembersMax } from '../../../src/replica/limits.ts';
import { encodeRecords, loadMachineState } from '../../../src/replica/machine-state.ts';
import { isStrangersWord } from '../../../src/replica/members.ts';
import { dialAs, plainHealth } from '../../simulation/support/raw-peer.ts';
import { settled } from './cluster-words.ts';
import { Machine } from './support.ts';

const stranger = 9;
const id = { term: 1, index: 1 };
function confChange(...changes: readonly ConfChangeSingle[]): LogEntry {
  const context = new Uint8Array();
  const data = encodeConfChange({ transition: 'joint-implicit', changes, context });
  return { term: 1, index: 0, type: 'conf-change', data };
}

const leave: LogEntry = {
  term: 1,
  index: 0,
  type: 'conf-change',
  data: encodeConfChange({ transition: 'auto', changes: [], context: new Uint8Array() }),
};

test('who was removed is remembered, also by who gets the state as a snapshot', () => {
  const machine = new Machine();
  machine.apply(confChange({ type: 'remove', id: 3 }, { type: 'add-voter', id: 4 }));
  assert.deepEqual(machine.state.removed, [], 'it votes until the joint configuration is left');
  const { write } = machine.apply(leave);
  assert.deepEqual(machine.state.removed, [3]);
  assert.ok(write.records.has('removed'));
  const records = encodeRecords(machine.state);
  const source = { record: (name: string) => records.get(name), recordNames: () => [] };
  assert.deepEqual(loadMachineState(source)?.removed, [3]);
});

test('so many removed ones are remembered, and of more the newest', () => {
  const machine = new Machine();
  const rounds = removedMembersMax / 128 + 1;
  for (let round = 0; round < rounds; round += 1) {
    const ids = Array.from({ length: 128 }, (_, position) => 10 + round * 128 + position);
    const joining = ids.map((member) => ({ type: 'add-learner', id: member }) as const);
    const leaving = ids.map((member) => ({ type: 'remove', id: member }) as const);
    machine.apply(confChange(...joining), leave, confChange(...leaving), leave);
  }
  const { removed } = machine.state;
  assert.equal(removed.length, removedMembersMax);
  assert.equal(removed[0], 10 + 128);
  assert.equal(removed.at(-1), 9 + rounds * 128);
});

test('of a stranger counts what a candidate or a leader says, and nothing else', () => {
  const head = { from: stranger, to: 1, term: 7 };
  const request = { index: 1, logTerm: 1, isTransfer: false, committed: id };
  const answer = { reject: false, committed: id };
  const raft = (message: LinkMessage): boolean =>
    isStrangersWord({ type: 'raft', health: plainHealth, message });
  const append = { index: 1, logTerm: 1, entries: [], commit: 1 };
  assert.ok(raft({ type: 'MsgVote', ...head, ...request }));
  assert.ok(raft({ type: 'MsgPreVote', ...head, ...request }));
  assert.ok(raft({ type: 'MsgApp', ...head, ...append }));
  assert.ok(!raft({ type: 'MsgVoteResp', ...head, ...answer }));
  assert.ok(!raft({ type: 'MsgPreVoteResp', ...head, ...answer }));
  assert.ok(!raft({ type: 'MsgTimeoutNow', ...head }));
  for (const type of ['proposals-refused', 'snapshot-want', 'transfer-refused'] as const) {
    assert.ok(!isStrangersWord({ type, transfer: 1, offset: 0, term: 7 }), type);
  }
});

test('a stranger is answered a request for its vote, and its proposals come to nothing', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const { send, told } = dialAs(cluster, { from: stranger, to: leader.id, channel: 'control' });
  assert.deepEqual(told, ['hello']);
  const before = leader.running.core.raft.log.lastIndex();
  send({ type: 'proposals', proposals: [new Uint8Array([1])] });
  cluster.scheduler.runFor(100);
  assert.deepEqual(told, ['hello'], 'not even a refusal');
  assert.equal(leader.running.core.raft.log.lastIndex(), before);
  // An old term: in a newer one a node that hears a leader, or leads, does not listen at all.
  const { term } = leader.running.core.raft;
  const message: LinkMessage = {
    type: 'MsgPreVote',
    from: stranger,
    to: leader.id,
    term: term - 1,
    index: 1,
    logTerm: 1,
    isTransfer: false,
    committed: id,
  };
  send({ type: 'raft', health: plainHealth, message });
  cluster.scheduler.runUntil(() => told.includes('MsgPreVoteResp'));
  assert.equal(leader.running.core.raft.term, term);
});

test('a removed node is refused at its hello', () => {
  const cluster = settled();
  const leader = cluster.awaitLeader();
  const context = new Uint8Array();
  const change = (changes: readonly ConfChangeSingle[]) =>
    leader.running.changeMembers({ transition: 'auto', changes, context });
  assert.equal(change([{ type: 'add-learner', id: stranger }]), undefined);
  cluster.scheduler.runUntil(() => leader.running.machine.conf.learners.includes(stranger));
  assert.equal(change([{ type: 'remove', id: stranger }]), undefined);
  cluster.scheduler.runUntil(() => leader.running.machine.removed.includes(stranger));
  const { told } = dialAs(cluster, { from: stranger, to: leader.id, channel: 'control' });
  cluster.scheduler.runUntil(() => told.includes('closed'));
  assert.deepEqual(told, ['refusal', 'closed']);
  assert.match(change([{ type: 'add-learner', id: stranger }])?.message ?? '', /never used again/);
});
