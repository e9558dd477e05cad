import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ConfChange,
  type ConfChangeSingle,
  type ConfResult,
  changeConf,
  enterJoint,
  leaveJoint,
  leaveJointChange,
  restoreConf,
  simple,
} from '../../../src/raft/conf-change.ts';
import { voteResult } from '../../../src/raft/quorum.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { ConfState, NodeId } from '../../../src/raft/types.ts';

const nodes = [1, 2, 3, 4, 5, 6];
const anySingle: fc.Arbitrary<ConfChangeSingle> = fc.record(
  {
    type: fc.constantFrom('add-voter', 'add-learner', 'remove', 'update'),
    id: fc.constantFrom(...nodes),
  },
  { noNullPrototype: true },
);
const anyChanges = fc.array(anySingle, { maxLength: 5 });

/** Configurations as they come about: by changes, from one voter on. */
const anyConf: fc.Arbitrary<ConfState> = fc.array(anySingle, { maxLength: 8 }).map((changes) =>
  changes.reduce(
    (conf, change) => {
      const result = simple(conf, [change]);
      return result.ok ? result.conf : conf;
    },
    { ...emptyConf, voters: [1] } as ConfState,
  ),
);

function confOf(result: ConfResult): ConfState {
  assert.ok(result.ok, result.ok ? '' : result.refusal);
  return result.conf;
}

/** Every set of nodes that decides, as a list of lists. */
function quorums(conf: ConfState): readonly (readonly NodeId[])[] {
  const sets = Array.from({ length: 2 ** nodes.length }, (_, bits) =>
    nodes.filter((_id, position) => (bits >> position) % 2 === 1),
  );
  return sets.filter((set) => voteResult(conf, (id) => set.includes(id)) === 'won');
}

function overlap(left: ConfState, right: ConfState): boolean {
  const others = quorums(right);
  return quorums(left).every((set) =>
    others.every((other) => set.some((id) => other.includes(id))),
  );
}

test('a simple change leaves no two quorums, old and new, without a node in common', () => {
  fc.assert(
    fc.property(anyConf, anyChanges, (conf, changes) => {
      const result = simple(conf, changes);
      if (result.ok) assert.ok(overlap(conf, result.conf));
    }),
    { numRuns: 200 },
  );
});

test('a joint configuration overlaps with what was before and with what comes after', () => {
  fc.assert(
    fc.property(anyConf, anyChanges, (conf, changes) => {
      const joint = enterJoint(conf, changes, true);
      if (!joint.ok) return;
      assert.ok(overlap(conf, joint.conf));
      assert.ok(overlap(joint.conf, confOf(leaveJoint(joint.conf))));
    }),
    { numRuns: 200 },
  );
});

test('entering and leaving a joint configuration comes to the same as one change after the other', () => {
  fc.assert(
    fc.property(anyConf, anyChanges, (conf, changes) => {
      const joint = enterJoint(conf, changes, false);
      if (!joint.ok) return;
      // The last word on each node counts; between, the last voter may be taken out and come back.
      const last = new Map(
        changes.filter(({ type }) => type !== 'update').map((one) => [one.id, one]),
      );
      const additionsFirst = [...last.values()].sort(
        (left, right) => Number(left.type !== 'add-voter') - Number(right.type !== 'add-voter'),
      );
      const stepByStep = additionsFirst.reduce(
        (before, change) => confOf(simple(before, [change])),
        conf,
      );
      assert.deepEqual(confOf(leaveJoint(joint.conf)), stepByStep);
    }),
  );
});

test('nodes have one role, and lists are sorted', () => {
  fc.assert(
    fc.property(anyConf, anyChanges, fc.boolean(), (conf, changes, autoLeave) => {
      for (const result of [simple(conf, changes), enterJoint(conf, changes, autoLeave)]) {
        if (!result.ok) continue;
        const { voters, votersOutgoing, learners, learnersNext } = result.conf;
        for (const list of [voters, votersOutgoing, learners, learnersNext]) {
          assert.deepEqual(list, [...new Set(list)].sort());
        }
        const isVoter = (id: NodeId): boolean => voters.includes(id) || votersOutgoing.includes(id);
        assert.ok(!learners.some(isVoter) && voters.length > 0);
        assert.ok(learnersNext.every((id) => votersOutgoing.includes(id) && !voters.includes(id)));
        assert.deepEqual(restoreConf(result.conf), result.conf);
      }
    }),
  );
});

const context = new Uint8Array();
const three: ConfState = { ...emptyConf, voters: [1, 2, 3] };
const joint = confOf(enterJoint(three, [{ type: 'remove', id: 3 }], true));

const ways: readonly (readonly [name: string, change: ConfChange, conf: ConfState])[] = [
  [
    'one change takes the simple way',
    { transition: 'auto', changes: [{ type: 'add-voter', id: 4 }], context },
    { ...emptyConf, voters: [1, 2, 3, 4] },
  ],
  [
    'two changes take the joint way, which is left by itself',
    {
      transition: 'auto',
      changes: [
        { type: 'add-voter', id: 4 },
        { type: 'remove', id: 1 },
      ],
      context,
    },
    { ...emptyConf, voters: [2, 3, 4], votersOutgoing: [1, 2, 3], autoLeave: true },
  ],
  [
    'one change takes the joint way where it is asked for',
    { transition: 'joint-explicit', changes: [{ type: 'add-learner', id: 3 }], context },
    { ...emptyConf, voters: [1, 2], votersOutgoing: [1, 2, 3], learnersNext: [3] },
  ],
];

for (const [name, change, expected] of ways) {
  test(name, () => {
    assert.deepEqual(confOf(changeConf(three, change)), expected);
  });
}

const refusals: readonly (readonly [refusal: string, result: ConfResult])[] = [
  ['config is already joint', enterJoint(joint, [], true)],
  ["can't make a zero-voter config joint", enterJoint(emptyConf, [], true)],
  ["can't leave a non-joint config", changeConf(three, leaveJointChange)],
  [
    "can't apply simple config change in joint config",
    simple(joint, [{ type: 'add-voter', id: 4 }]),
  ],
  ['removed all voters', simple({ ...emptyConf, voters: [1] }, [{ type: 'remove', id: 1 }])],
  [
    'more than one voter changed without entering joint config',
    simple(three, [
      { type: 'remove', id: 1 },
      { type: 'remove', id: 2 },
    ]),
  ],
];

for (const [refusal, result] of refusals) {
  test(`refused: ${refusal}`, () => {
    assert.deepEqual(result, { ok: false, refusal });
  });
}

test('a configuration from outside that breaks a rule is a fault', () => {
  const broken: readonly ConfState[] = [
    { ...emptyConf, voters: [1], learners: [1] },
    { ...emptyConf, voters: [1], votersOutgoing: [2], learners: [2] },
    { ...emptyConf, voters: [1], learnersNext: [2] },
    { ...emptyConf, voters: [1, 2], votersOutgoing: [2], learnersNext: [2] },
    { ...emptyConf, voters: [1], autoLeave: true },
  ];
  for (const conf of broken) assert.throws(() => restoreConf(conf), /assertion failed/);
});
