import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { failure, isFailure, type StrongBoxError } from '../../../shared/errors/failure.ts';
import { waitingCommitsMax } from '../../../src/limits.ts';
import type { CommitAnswer } from '../../../src/ports/store.ts';
import { decodeProposal } from '../../../src/replica/entry-codec.ts';
import { Intake, isSoundProposal } from '../../../src/replica/intake.ts';
import {
  intakeBytesMax,
  intakeProposalsMax,
  proposalBatchBytesMax,
  proposalRetryTicks,
  waitingProposalBytesMax,
} from '../../../src/replica/limits.ts';
import { type ProposalResult, Proposer } from '../../../src/replica/proposer.ts';
import { bytes, Machine, proposal, put, transaction, writeOf } from './support.ts';

const failureOf = (): StrongBoxError => failure('store.disk-full');
const self = { node: 1, start: 1, nonce: 1 };
const forEver = Number.POSITIVE_INFINITY;
const answer: CommitAnswer = { succeeded: true, revision: 1, clusterTimeMs: 1, reads: [] };

/** A proposer whose outcomes are written down by the name of the key. */
class Bench {
  readonly proposer = new Proposer(self);
  readonly told = new Map<string, ProposalResult>();

  submit(name: string, limitTicks = forEver): void {
    this.proposer.submit(writeOf(put(name)), limitTicks, (result) => this.told.set(name, result));
  }

  resolve(sequence: number): void {
    const id = { ...self, sequence };
    this.proposer.resolve({ id, judgement: 'new', answer });
  }

  tick(count: number): void {
    for (let ticks = 0; ticks < count; ticks += 1) this.proposer.tick();
  }

  codeOf(name: string): string | undefined {
    const result = this.told.get(name);
    return result === undefined || result.ok ? undefined : result.error.code;
  }
}

const sequences = (batch: readonly Uint8Array[]): readonly number[] =>
  batch.map((each) => decodeProposal(each).sequence);

test('a proposal is sent once, and again with the same bytes when it may be lost', () => {
  const bench = new Bench();
  bench.submit('a');
  const first = bench.proposer.takeBatch();
  assert.equal(first.length, 1);
  assert.deepEqual(bench.proposer.takeBatch(), []);
  bench.proposer.resend();
  assert.deepEqual(bench.proposer.takeBatch(), first);
  bench.tick(proposalRetryTicks);
  assert.deepEqual(bench.proposer.takeBatch(), first);
});

test('after a refusal it is sent again, but not at once', () => {
  const bench = new Bench();
  bench.submit('a');
  bench.proposer.takeBatch();
  bench.proposer.refused();
  assert.deepEqual(bench.proposer.takeBatch(), []);
  bench.tick(4);
  assert.equal(bench.proposer.takeBatch().length, 1);
});

test('proposals name the lowest that is unanswered', () => {
  const bench = new Bench();
  for (const name of ['a', 'b', 'c']) bench.submit(name);
  bench.resolve(2);
  bench.submit('d');
  bench.resolve(1);
  bench.submit('e');
  const lowest = bench.proposer.takeBatch().map((each) => decodeProposal(each).lowest);
  assert.deepEqual(lowest, [1, 1, 3], 'c, d, e');
});

test('only its own start s outcomes count, each once', () => {
  const bench = new Bench();
  bench.submit('a');
  const { proposer } = bench;
  for (const other of [{ node: 2 }, { start: 9 }, { nonce: 9 }]) {
    const id = { ...self, ...other, sequence: 1 };
    proposer.resolve({ id, judgement: 'new', answer });
    proposer.resolve({ id, judgement: 'other-start', answer: undefined });
  }
  const id = { ...self, sequence: 1 };
  proposer.resolve({ id, judgement: 'repeated', answer: undefined });
  assert.equal(bench.told.size, 0);
  bench.resolve(1);
  assert.deepEqual(bench.told.get('a'), { ok: true, answer });
  bench.resolve(1);
  assert.equal(proposer.waitingCount, 0);
});

test('past its deadline what was never sent was not done; of the rest nobody can say', () => {
  const bench = new Bench();
  bench.submit('sent', 10);
  bench.proposer.takeBatch();
  bench.submit('kept', 10);
  bench.tick(9);
  assert.equal(bench.told.size, 0);
  bench.tick(1);
  assert.equal(bench.codeOf('sent'), 'replica.outcome-unknown');
  assert.equal(bench.codeOf('kept'), 'replica.no-leader');
  assert.deepEqual(bench.proposer.takeBatch(), []);
});

test('so many wait, by count and by bytes; the next is refused and nothing of it stays', () => {
  const byCount = new Bench();
  for (let count = 0; count < waitingCommitsMax; count += 1) byCount.submit(`k${count}`);
  assert.throws(
    () => byCount.submit('more'),
    (error) => isFailure(error, 'store.overloaded'),
  );
  byCount.resolve(1);
  byCount.submit('more');
  const byBytes = new Proposer(self);
  const large = transaction({ kind: 'put', key: 'a', value: new Uint8Array(1_500_000) });
  const submit = (): void =>
    byBytes.submit({ kind: 'transaction', transaction: large }, forEver, () => {});
  const fitting = Math.floor(waitingProposalBytesMax / 1_500_100);
  for (let count = 0; count < fitting; count += 1) submit();
  assert.throws(submit, (error) => isFailure(error, 'store.overloaded'));
});

test('an old proposal that waits does not let the window grow beyond its limit', () => {
  const bench = new Bench();
  bench.submit('stuck');
  for (let sequence = 2; sequence <= waitingCommitsMax; sequence += 1) {
    bench.submit('x');
    bench.resolve(sequence);
  }
  assert.throws(
    () => bench.submit('beyond'),
    (error) => isFailure(error, 'store.overloaded'),
  );
});

test('batches are cut to a size, and a large proposal goes alone', () => {
  const proposer = new Proposer(self);
  const sizes = [400_000, 400_000, 400_000, 1_500_000, 10];
  for (const size of sizes) {
    const value = new Uint8Array(size);
    proposer.submit(writeOf({ kind: 'put', key: 'a', value }), forEver, () => {});
  }
  const batches = Array.from({ length: 5 }, () => proposer.takeBatch());
  assert.deepEqual(batches.map(sequences), [[1, 2], [3], [4], [5], []]);
  assert.ok(proposalBatchBytesMax < 1_200_000);
});

test('a snapshot holds the outcome of what was applied elsewhere, without what it read', () => {
  const machine = new Machine();
  const reading = { kind: 'get', key: 'a' } as const;
  const bench = new Bench();
  bench.submit('a');
  bench.proposer.submit(writeOf(put('b'), reading), forEver, (result) =>
    bench.told.set('reading', result),
  );
  bench.submit('not applied');
  machine.apply(
    proposal({ sequence: 1 }, writeOf(put('a'))),
    proposal({ sequence: 2 }, writeOf(put('b'), reading)),
  );
  bench.proposer.resolveFromWindow(machine.state.windows.get(1));
  assert.equal(bench.told.get('a')?.ok, true);
  assert.equal(bench.codeOf('reading'), 'replica.outcome-unknown');
  assert.equal(bench.told.has('not applied'), false);
  bench.proposer.resolveFromWindow(undefined);
});

test('a snapshot answers a transaction that read nothing on the way that it took', () => {
  const machine = new Machine();
  const bench = new Bench();
  const absent = [{ key: 'a', modRevision: 0 }];
  const transactionOf = { then: [put('a')], else: [{ kind: 'get', key: 'a' }] } as const;
  const body = {
    kind: 'transaction',
    transaction: { compare: absent, ...transactionOf },
  } as const;
  for (const name of ['first', 'second']) {
    bench.proposer.submit(body, forEver, (result) => bench.told.set(name, result));
  }
  machine.apply(proposal({ sequence: 1 }, body), proposal({ sequence: 2 }, body));
  bench.proposer.resolveFromWindow(machine.state.windows.get(1));
  const first = bench.told.get('first');
  assert.ok(first?.ok === true && first.answer.succeeded);
  assert.equal(bench.codeOf('second'), 'replica.outcome-unknown', 'what was there is not known');
});

test('a node that is no member any more, or not the one that it was, says so', () => {
  for (const judgement of ['not-a-member', 'other-start'] as const) {
    const bench = new Bench();
    bench.submit('a');
    const id = { ...self, sequence: 1 };
    bench.proposer.resolve({ id, judgement, answer: undefined });
    assert.equal(bench.codeOf('a'), 'replica.not-member');
  }
});

test('a snapshot that holds the results of another start with this counter answers nothing', () => {
  const machine = new Machine();
  const bench = new Bench();
  bench.submit('a');
  machine.apply(proposal({ nonce: 2, sequence: 1 }, writeOf(put('b'))));
  bench.proposer.resolveFromWindow(machine.state.windows.get(1));
  assert.equal(bench.told.size, 0);
});

test('at the end what waits is told, by whether it was sent', () => {
  const bench = new Bench();
  bench.submit('sent');
  bench.proposer.takeBatch();
  bench.submit('kept');
  const unsent = new Bench();
  unsent.submit('kept');
  unsent.proposer.failUnsent(failureOf());
  assert.equal(unsent.codeOf('kept'), 'store.disk-full');
  bench.proposer.failUnsent(failureOf());
  assert.equal(bench.codeOf('kept'), 'store.disk-full');
  assert.equal(bench.told.has('sent'), false);
  bench.proposer.failAll(failureOf);
  assert.equal(bench.codeOf('sent'), 'store.disk-full');
});

/**
 * One proposer, a log that takes any copy of what was ever sent in any order, leaders that come and
 * go: whatever happens, each proposal is applied once at most, and each answer is the log's.
 */
test('forwarded proposals that are lost, doubled and reordered count once each', () => {
  const step = fc.oneof(
    fc.constant({ kind: 'submit' as const, at: 0 }),
    fc.constant({ kind: 'resend' as const, at: 0 }),
    fc.record({ kind: fc.constant('apply' as const), at: fc.nat(1_000) }),
    fc.record({ kind: fc.constant('lose' as const), at: fc.nat(1_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const bench = new Bench();
      const machine = new Machine();
      const flying: Uint8Array[] = [];
      let submitted = 0;
      const apply = (payload: Uint8Array): void => {
        for (const outcome of machine.apply(payload).outcomes) bench.proposer.resolve(outcome);
      };
      for (const { kind, at } of steps) {
        if (kind === 'submit') {
          submitted += 1;
          bench.submit(`k${submitted}`);
        }
        if (kind === 'resend') bench.proposer.resend();
        flying.push(...bench.proposer.takeBatch());
        const payload = flying[at % Math.max(flying.length, 1)];
        if (kind === 'apply' && payload !== undefined) apply(payload);
        if (kind === 'lose') flying.splice(at % Math.max(flying.length, 1), 1);
      }
      bench.proposer.resend();
      for (const payload of [...bench.proposer.takeBatch(), ...flying]) apply(payload);
      assert.equal(bench.told.size, submitted);
      assert.ok([...bench.told.values()].every(({ ok }) => ok));
      assert.ok([...machine.entries.values()].every(({ version }) => version === 1));
      assert.equal(machine.entries.size, submitted);
    }),
    { numRuns: 200 },
  );
});

test('a leader takes a batch with its stamps, in order, and gives up what it cannot take', () => {
  const intake = new Intake();
  const own = proposal({ sequence: 1 }, writeOf(put('a')), 0);
  assert.ok(intake.add(1, [own]));
  assert.ok(intake.add(2, [proposal({ node: 2, sequence: 1 }, writeOf(put('b')), 0)]));
  let stampMs = 10;
  const batch = intake.nextBatch(() => {
    stampMs += 1;
    return stampMs;
  });
  const stamps = batch.map(({ data }) => decodeProposal(data).stampMs);
  assert.deepEqual(stamps, [11, 12]);
  assert.equal(decodeProposal(own).stampMs, 0, 'what was forwarded is not changed');
  intake.taken(1);
  assert.equal(intake.waitingCount, 1);
  assert.deepEqual(intake.giveUp(), [2]);
  assert.deepEqual(
    intake.nextBatch(() => 1),
    [],
  );
});

test('a leader s intake has its limits, and takes all of a frame or nothing', () => {
  const intake = new Intake();
  const of = (sequence: number, value = ''): Uint8Array =>
    proposal({ sequence }, writeOf(put('a', value)));
  const most = Array.from({ length: intakeProposalsMax - 1 }, (_, at) => of(at + 1));
  assert.ok(intake.add(1, most));
  const [one, other] = [of(intakeProposalsMax), of(intakeProposalsMax + 1)];
  assert.equal(intake.add(2, [one, other]), false);
  assert.ok(intake.add(2, [one]));
  const byBytes = new Intake();
  const value = 'v'.repeat(1_400_000);
  const fitting = Math.floor(intakeBytesMax / 1_400_100);
  for (let at = 1; at <= fitting; at += 1) assert.ok(byBytes.add(1, [of(at, value)]));
  assert.equal(byBytes.add(1, [of(fitting + 1, value)]), false);
});

test('what waits already does not wait twice, and may come again when it was taken', () => {
  const intake = new Intake();
  const one = proposal({ sequence: 1 }, writeOf(put('a')));
  assert.ok(intake.add(1, [one]));
  assert.ok(intake.add(1, [one]));
  assert.equal(intake.waitingCount, 1);
  intake.taken(1);
  assert.ok(intake.add(1, [one]));
  assert.equal(intake.waitingCount, 1);
});

test('a forwarded proposal must be sound, and of the node that forwards it', () => {
  const good = proposal({ node: 2, sequence: 1 }, writeOf(put('a')));
  assert.equal(isSoundProposal(good, 2), true);
  assert.equal(isSoundProposal(good, 3), false);
  assert.equal(isSoundProposal(bytes('noise'), 2), false);
  assert.equal(isSoundProposal(new Uint8Array(), 2), false);
  assert.equal(isSoundProposal(proposal({ node: 2, sequence: 1 }, writeOf(put(''))), 2), false);
  const tooMany = writeOf(...Array.from({ length: 129 }, (_, index) => put(`k${index}`)));
  assert.equal(isSoundProposal(proposal({ node: 2, sequence: 1 }, tooMany), 2), false);
  const noStart = proposal({ node: 2, start: 0, sequence: 1 }, writeOf(put('a')));
  assert.equal(isSoundProposal(noStart, 2), false);
});
