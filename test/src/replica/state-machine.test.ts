import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256 } from '../../../src/crypto/sha256.ts';
import { encodeConfChange } from '../../../src/raft/conf-change-codec.ts';
import type { ConfChangeSingle } from '../../../src/raft/conf-change.ts';
import type { Entry as LogEntry } from '../../../src/raft/types.ts';
import { addHash, changeDigest, emptyDigest } from '../../../src/replica/digest.ts';
import { checkpointEntries, windowResultsMax } from '../../../src/replica/limits.ts';
import { encodeRecords, windowRecord } from '../../../src/replica/machine-state.ts';
import { Machine, proposal, put, writeOf } from './support.ts';

const noop = new Uint8Array();

function confChange(...changes: readonly ConfChangeSingle[]): LogEntry {
  const context = new Uint8Array();
  const data = encodeConfChange({ transition: 'auto', changes, context });
  return { term: 1, index: 0, type: 'conf-change', data };
}

const judgements = (result: ReturnType<Machine['apply']>): readonly string[] =>
  result.outcomes.map(({ judgement }) => judgement);

test('a proposal that is in the log twice is applied once, in one batch or in two', () => {
  const write = proposal({ sequence: 1 }, writeOf(put('a')));
  for (const batches of [[[write, write]], [[write], [write]]]) {
    const machine = new Machine();
    const results = batches.map((batch) => machine.apply(...batch));
    assert.deepEqual(results.flatMap(judgements), ['new', 'repeated']);
    assert.equal(machine.state.revision, 1);
    assert.equal(machine.entries.get('a')?.version, 1);
  }
});

test('what is below the lowest unanswered is void, and its results are gone', () => {
  const machine = new Machine();
  machine.apply(proposal({ sequence: 1 }, writeOf(put('a'))));
  machine.apply(proposal({ sequence: 3, lowest: 3 }, writeOf(put('b'))));
  assert.equal(machine.state.windows.get(1)?.size, 1);
  const late = machine.apply(proposal({ sequence: 2 }, writeOf(put('c'))));
  assert.deepEqual(judgements(late), ['answered']);
  assert.equal(machine.entries.has('c'), false);
});

test('after a newer start, what an older one proposed is void', () => {
  const machine = new Machine();
  machine.apply(proposal({ start: 2, sequence: 1 }, writeOf(put('new'))));
  const late = machine.apply(proposal({ start: 1, sequence: 9 }, writeOf(put('old'))));
  assert.deepEqual(judgements(late), ['older-start']);
  assert.equal(machine.entries.has('old'), false);
});

test('a window holds so many results, and nothing beyond it is applied', () => {
  const machine = new Machine();
  const at = (sequence: number): Uint8Array => proposal({ sequence }, writeOf(put('a')));
  const all = Array.from({ length: windowResultsMax }, (_, position) => at(position + 1));
  machine.apply(...all);
  const beyond = machine.apply(at(windowResultsMax + 1));
  assert.deepEqual(judgements(beyond), ['out-of-window']);
  assert.equal(machine.state.revision, windowResultsMax);
});

test('whoever is no member proposes nothing, and a removed one leaves no window', () => {
  const machine = new Machine();
  const foreign = machine.apply(proposal({ node: 9, sequence: 1 }, writeOf(put('a'))));
  assert.deepEqual(judgements(foreign), ['not-a-member']);
  machine.apply(proposal({ node: 3, sequence: 1 }, writeOf(put('b'))));
  const removal = machine.apply(
    proposal({ node: 3, sequence: 2 }, writeOf(put('c'))),
    confChange({ type: 'remove', id: 3 }),
    proposal({ node: 3, sequence: 3 }, writeOf(put('d'))),
  );
  assert.deepEqual(judgements(removal), ['new', 'not-a-member']);
  assert.deepEqual(machine.state.conf.voters, [1, 2]);
  assert.equal(machine.state.windows.has(3), false);
  assert.ok(removal.write.records.has(windowRecord(3)), 'it is dropped from the disk');
  assert.equal(removal.write.records.get(windowRecord(3)), undefined);
  assert.deepEqual(
    removal.confChanges.map(({ index }) => index),
    [4],
  );
});

test('cluster time is the newest stamp, and never goes back', () => {
  const machine = new Machine();
  const stamps = [2_000, 5_000, 3_000];
  const told = stamps.map((stampMs, position) => {
    machine.apply(proposal({ sequence: position + 1 }, writeOf(put('a')), stampMs));
    return machine.state.clusterTimeMs;
  });
  assert.deepEqual(told, [2_000, 5_000, 5_000]);
});

test('a stamp passes time also where its proposal is void', () => {
  const machine = new Machine();
  machine.apply(proposal({ node: 9, sequence: 1 }, writeOf(put('a')), 7_000));
  assert.equal(machine.state.clusterTimeMs, 7_000);
});

test('a data folder is taken down once; another one of the same node is told', () => {
  const machine = new Machine();
  const tell = (start: number, fill: number): boolean | undefined => {
    const body = { kind: 'start', incarnation: new Uint8Array(16).fill(fill) } as const;
    const result = machine.apply(proposal({ start, sequence: 1 }, body));
    return result.outcomes[0]?.answer?.succeeded;
  };
  assert.deepEqual([tell(1, 5), tell(2, 5), tell(3, 6)], [true, true, false]);
});

test('of two starts with one counter the first counts, and of the other nothing', () => {
  const machine = new Machine();
  const tell = (nonce: number, start: number, sequence: number): readonly string[] =>
    judgements(machine.apply(proposal({ nonce, start, sequence }, writeOf(put('a')))));
  assert.deepEqual([tell(5, 1, 1), tell(6, 1, 1), tell(6, 1, 2)].flat(), [
    'new',
    'other-start',
    'other-start',
  ]);
  assert.equal(machine.state.revision, 1);
  // Whoever starts once more is told by its counter.
  assert.deepEqual([tell(6, 2, 1), tell(5, 1, 2), tell(6, 2, 2)].flat(), [
    'new',
    'older-start',
    'new',
  ]);
});

test('a failed transaction has its result in the window too', () => {
  const machine = new Machine();
  const compare = [{ key: 'a', modRevision: 7 }];
  const body = { kind: 'transaction', transaction: { compare, then: [], else: [] } } as const;
  machine.apply(proposal({ sequence: 1 }, body));
  assert.equal(
    machine.state.windows.get(1)?.resultOf({ start: 1, nonce: 1, sequence: 1 })?.succeeded,
    false,
  );
});

test('a batch that is not written leaves the state before it as it was', () => {
  const machine = new Machine();
  machine.apply(proposal({ sequence: 1 }, writeOf(put('a'))));
  const before = machine.state;
  const image = encodeRecords(before);
  machine.apply(proposal({ sequence: 2, lowest: 2 }, writeOf(put('b'))), noop);
  assert.deepEqual(encodeRecords(before), image);
});

test('the digest is that of the entries there are, whatever way led to them', () => {
  const machine = new Machine();
  const operations = [put('a', '1'), put('b', '2')];
  machine.apply(proposal({ sequence: 1 }, writeOf(...operations)));
  machine.apply(proposal({ sequence: 2 }, writeOf(put('a', '3'), { kind: 'delete', key: 'b' })));
  machine.apply(proposal({ sequence: 3 }, writeOf(put('c', '4'))));
  let expected: Uint8Array = emptyDigest();
  for (const entry of machine.entries.values()) {
    expected = changeDigest(sha256, expected, undefined, entry);
  }
  assert.deepEqual(machine.state.digest, expected);
  assert.notDeepEqual(machine.state.digest, emptyDigest());
});

test('sums carry over all 256 bits, and what is added can be taken off', () => {
  const ones = new Uint8Array(32).fill(0xff);
  const one = new Uint8Array(32);
  one[31] = 1;
  assert.deepEqual(addHash(ones, one), emptyDigest());
  assert.deepEqual(addHash(new Uint8Array(32).fill(0x80), ones).at(-1), 0x7f);
});

test('a checkpoint lies at every so many indexes, wherever batches end', () => {
  const steps = [1, checkpointEntries - 2, 3, 2 * checkpointEntries, 5];
  const machines = [new Machine(), new Machine()];
  const [one, other] = machines;
  assert.ok(one !== undefined && other !== undefined);
  let sequence = 0;
  for (const step of steps) {
    const batch = Array.from({ length: step }, () => {
      sequence += 1;
      return proposal({ sequence, lowest: sequence }, writeOf(put(`k${sequence % 7}`)));
    });
    one.apply(...batch);
    for (const payload of batch) other.apply(payload);
  }
  assert.deepEqual(
    one.state.checkpoints.map(({ index }) => index / checkpointEntries),
    [1, 2, 3],
  );
  assert.deepEqual(one.state.checkpoints, other.state.checkpoints);
  assert.deepEqual(encodeRecords(one.state), encodeRecords(other.state));
});

interface Copy {
  readonly sequence: number;
  readonly start: number;
}

/** Copies of proposals of two starts, in any order and number: what links and leaders may do. */
const copies: fc.Arbitrary<readonly Copy[]> = fc.array(
  fc.record({ sequence: fc.integer({ min: 1, max: 12 }), start: fc.integer({ min: 1, max: 2 }) }),
  { maxLength: 60 },
);

test('whatever is repeated or reordered, each proposal counts at most once', () => {
  fc.assert(
    fc.property(
      copies,
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
      (log, cuts) => {
        const machine = new Machine();
        const applied = new Map<string, number>();
        let at = 0;
        for (let cut = 0; at < log.length; cut += 1) {
          const batch = log.slice(at, at + (cuts[cut] ?? 3));
          at += batch.length;
          const result = machine.apply(
            ...batch.map(({ start, sequence }) =>
              // The proposer moves its lowest on as it is answered: here, far behind.
              proposal(
                { start, sequence, lowest: Math.max(1, sequence - 4) },
                writeOf(put(`${start}/${sequence}`)),
              ),
            ),
          );
          for (const { id, answer } of result.outcomes) {
            if (answer === undefined) continue;
            const name = `${id.start}/${id.sequence}`;
            applied.set(name, (applied.get(name) ?? 0) + 1);
          }
        }
        assert.ok([...applied.values()].every((times) => times === 1));
        assert.ok([...machine.entries.values()].every(({ version }) => version === 1));
        assert.equal(machine.state.revision, applied.size);
      },
    ),
    { numRuns: 200 },
  );
});

test('two nodes that cut the same log into other batches have the same state', () => {
  fc.assert(
    fc.property(copies, fc.integer({ min: 1, max: 8 }), (log, size) => {
      const payloads = log.map(({ start, sequence }) =>
        proposal({ start, sequence }, writeOf(put(`${sequence % 3}`, `${start}`))),
      );
      const [one, other] = [new Machine(), new Machine()];
      for (const payload of payloads) one.apply(payload);
      for (let at = 0; at < payloads.length; at += size) {
        other.apply(...payloads.slice(at, at + size));
      }
      assert.deepEqual(encodeRecords(one.state), encodeRecords(other.state));
      assert.deepEqual(one.entries, other.entries);
    }),
    { numRuns: 100 },
  );
});
