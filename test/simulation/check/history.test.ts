/** The judges of histories are judged: by histories that are known to be right or wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome, WriteRequest } from '../hosts/host.ts';
import { checkByRevision, type Operation } from './history.ts';
import { judge } from './linearizable.ts';

const key = 1;

interface Times {
  readonly began: number;
  readonly ended: number;
}

function operation({ began, ended }: Times, write: WriteRequest | undefined, outcome: Outcome) {
  return { client: 1, key, write, began, ended, outcome } satisfies Operation;
}

function wrote(times: Times, value: number, revision: number): Operation {
  const answer = { kind: 'done', revision, value, keyRevision: revision, succeeded: true } as const;
  return operation(times, { key, value, ifRevision: undefined }, answer);
}

function read(times: Times, value: number, keyRevision: number, revision = keyRevision): Operation {
  const answer = { kind: 'done', revision, value, keyRevision, succeeded: true } as const;
  return operation(times, undefined, answer);
}

function lost(began: number, value: number): Operation {
  const times = { began, ended: Number.POSITIVE_INFINITY };
  return operation(times, { key, value, ifRevision: undefined }, { kind: 'unknown' });
}

function refused(times: Times, value: number): Operation {
  return operation(times, { key, value, ifRevision: undefined }, { kind: 'refused' });
}

interface Case {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly isRight: boolean;
}

const cases: readonly Case[] = [
  { name: 'nothing', operations: [], isRight: true },
  {
    name: 'one after the other',
    operations: [
      wrote({ began: 1, ended: 2 }, 7, 1),
      read({ began: 3, ended: 4 }, 7, 1),
      wrote({ began: 5, ended: 6 }, 8, 2),
      read({ began: 7, ended: 8 }, 8, 2),
    ],
    isRight: true,
  },
  {
    name: 'a stale read',
    operations: [
      wrote({ began: 1, ended: 2 }, 7, 1),
      wrote({ began: 3, ended: 4 }, 8, 2),
      read({ began: 5, ended: 6 }, 7, 1),
    ],
    isRight: false,
  },
  {
    name: 'a read that overlaps a write sees either',
    operations: [
      wrote({ began: 1, ended: 2 }, 7, 1),
      wrote({ began: 3, ended: 8 }, 8, 2),
      read({ began: 4, ended: 5 }, 7, 1),
      read({ began: 6, ended: 7 }, 8, 2),
    ],
    isRight: true,
  },
  {
    name: 'reads that go back',
    operations: [
      wrote({ began: 1, ended: 2 }, 7, 1),
      wrote({ began: 3, ended: 8 }, 8, 2),
      read({ began: 4, ended: 5 }, 8, 2),
      read({ began: 6, ended: 7 }, 7, 1),
    ],
    isRight: false,
  },
  {
    name: 'a write that nobody was told of may be seen, or not',
    operations: [
      lost(1, 7),
      read({ began: 2, ended: 3 }, 0, 0, 0),
      read({ began: 4, ended: 5 }, 7, 1),
    ],
    isRight: true,
  },
  {
    name: 'a write that was seen does not vanish',
    operations: [
      lost(1, 7),
      read({ began: 2, ended: 3 }, 7, 1),
      read({ began: 4, ended: 5 }, 0, 0, 1),
    ],
    isRight: false,
  },
  {
    name: 'a value that was refused',
    operations: [refused({ began: 1, ended: 2 }, 7), read({ began: 3, ended: 4 }, 7, 1)],
    isRight: false,
  },
  {
    name: 'a value that nobody wrote',
    operations: [read({ began: 1, ended: 2 }, 9, 1)],
    isRight: false,
  },
];

for (const { name, operations, isRight } of cases) {
  test(`both judges: ${name}`, () => {
    assert.equal(judge(operations), isRight ? 'linearizable' : 'not-linearizable');
    if (isRight) checkByRevision(operations);
    else assert.throws(() => checkByRevision(operations));
  });
}

test('a conditional write succeeds only on what it names', () => {
  const first = wrote({ began: 1, ended: 2 }, 7, 1);
  const second = wrote({ began: 3, ended: 4 }, 8, 2);
  const write = { key, value: 9, ifRevision: 1 };
  const outcome = { kind: 'done', revision: 3, value: 9, keyRevision: 3, succeeded: true } as const;
  const third = operation({ began: 5, ended: 6 }, write, outcome);
  checkByRevision([first, third]);
  assert.throws(() => checkByRevision([first, second, third]), /a write if 1/);
});

/** What one machine that does one thing after the other answers, however the clients overlap. */
const honestHistory = fc
  .array(fc.record({ isWrite: fc.boolean(), spread: fc.nat(6) }), { maxLength: 20 })
  .map((steps) => {
    let [value, keyRevision, revision] = [0, 0, 0];
    return steps.map(({ isWrite, spread }, position): Operation => {
      // It takes effect at 10 * position, somewhere between its begin and its end.
      const times = { began: 10 * position - spread, ended: 10 * position + 3 * spread };
      if (!isWrite) return read(times, value, keyRevision, revision);
      revision += 1;
      value = position + 1;
      keyRevision = revision;
      return wrote(times, value, revision);
    });
  });

test('what a single machine answered is right for both judges', () => {
  fc.assert(
    fc.property(honestHistory, (operations) => {
      checkByRevision(operations);
      assert.notEqual(judge(operations), 'not-linearizable');
    }),
  );
});
