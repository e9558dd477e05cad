/** Starting from what is stored. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  productionSizes,
  productionSwitches,
  type RaftOptions,
} from '../../../src/raft/options.ts';
import { RawNode } from '../../../src/raft/raw-node.ts';
import { MemoryLog } from '../../conformance/raft/memory-log.ts';
import { threeVoters } from './support/one-node.ts';

/** A log with a snapshot at 2 and entries 3 to 6. */
function storedLog(): MemoryLog {
  const stable = new MemoryLog();
  stable.install({ index: 2, term: 1, confState: threeVoters });
  stable.append(
    [3, 4, 5, 6].map((index) => ({ index, term: 2, type: 'normal', data: new Uint8Array() })),
  );
  stable.setHardState({ term: 3, vote: 2, commit: 4 });
  return stable;
}

function start(stable: MemoryLog, change: Partial<RaftOptions> = {}): RawNode {
  return new RawNode({
    ...productionSizes,
    ...productionSwitches,
    id: 1,
    stableLog: stable,
    applied: 2,
    draw: () => 0,
    emit: () => {},
    ...change,
  });
}

test('term, vote and commit are what was stored, and applying goes on where it stopped', () => {
  const node = start(storedLog(), { applied: 3 });
  const { term, vote, commit, applied, role, lead } = node.status();
  assert.deepEqual(
    { term, vote, commit, applied, role, lead },
    { term: 3, vote: 2, commit: 4, applied: 3, role: 'follower', lead: 0 },
  );
  assert.deepEqual(
    node.ready().committedEntries.map(({ index }) => index),
    [4],
  );
});

test('a commit that was stored before what is applied is raised to it', () => {
  const node = start(storedLog(), { applied: 6 });
  assert.equal(node.status().commit, 6);
});

test('state and log must meet', () => {
  const stable = storedLog();
  assert.throws(() => start(stable, { applied: 7 }), /the state is not ahead of the log/);
  assert.throws(() => start(stable, { applied: 1 }), /the log reaches back to the state/);
  stable.setHardState({ term: 3, vote: 0, commit: 9 });
  assert.throws(() => start(stable), /was it damaged or lost/);
  stable.setHardState({ term: 1, vote: 0, commit: 4 });
  assert.throws(() => start(stable), /a term is stored before its entries/);
});

const wrong: readonly (readonly [name: string, change: Partial<RaftOptions>])[] = [
  ['no id', { id: 0 }],
  ['no heartbeats', { heartbeatTicks: 0 }],
  ['elections as fast as heartbeats', { electionTicks: 2, heartbeatTicks: 2 }],
  ['a window smaller than a message', { inflightBytesMax: 1 }],
  ['a lease without a check of the quorum', { readOnly: 'lease-based', checkQuorum: false }],
  ['a window of no messages', { inflightMessagesMax: 0 }],
  ['nothing to be applied', { applyingBytesMax: 0 }],
];

for (const [name, change] of wrong) {
  test(`options with ${name} are a fault`, () => {
    assert.throws(() => start(storedLog(), change), /assertion failed/);
  });
}
