import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  allVoters,
  committedIndex,
  type VoteResult,
  voteResult,
} from '../../../src/raft/quorum.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ConfState, NodeId } from '../../../src/raft/types.ts';

/** Small sets that often overlap. */
const ids = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 5 });
const anyConf: fc.Arbitrary<ConfState> = fc
  .tuple(ids, ids)
  .map(([voters, votersOutgoing]) => ({ ...emptyConf, voters, votersOutgoing }));

function isQuorum(conf: ConfState, yes: (id: NodeId) => boolean): boolean {
  const isMajority = (voters: readonly NodeId[]): boolean =>
    voters.length === 0 || voters.filter(yes).length * 2 > voters.length;
  return isMajority(conf.voters) && isMajority(conf.votersOutgoing);
}

test('the committed index is the largest that a quorum has acknowledged', () => {
  const acks = fc.array(fc.option(fc.integer({ min: 0, max: 6 })), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(anyConf, acks, (conf, acked) => {
      const ackedBy = (id: NodeId): number | undefined => acked[id] ?? undefined;
      const held = [0, 1, 2, 3, 4, 5, 6].filter((index) =>
        isQuorum(conf, (id) => (ackedBy(id) ?? 0) >= index),
      );
      const isEmpty = allVoters(conf).length === 0;
      const expected = isEmpty ? Number.POSITIVE_INFINITY : Math.max(...held);
      assert.equal(committedIndex(conf, ackedBy), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('a vote is won or lost when no vote still missing can change it', () => {
  const votes = fc.array(fc.option(fc.boolean()), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(anyConf, votes, (conf, given) => {
      const voteOf = (id: NodeId): boolean | undefined => given[id] ?? undefined;
      const wins = (missing: boolean): boolean => isQuorum(conf, (id) => voteOf(id) ?? missing);
      let expected: VoteResult = 'pending';
      if (wins(false)) expected = 'won';
      else if (!wins(true)) expected = 'lost';
      assert.equal(voteResult(conf, voteOf), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('all voters are those of both halves, sorted, each once', () => {
  const conf = { ...emptyConf, voters: [2, 5, 9], votersOutgoing: [1, 5, 10] };
  assert.deepEqual(allVoters(conf), [1, 2, 5, 9, 10]);
});
