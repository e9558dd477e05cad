/** The log against a plain array of terms, and its cursors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RaftEvent } from '../../../src/raft/events.ts';
import { RaftLog } from '../../../src/raft/raft-log.ts';
import { emptyConf } from '../../../src/raft/tracker.ts';
import type { Entry } from '../../../src/raft/types.ts';
import { MemoryLog } from '../../conformance/raft/memory-log.ts';

const noLimit = Number.POSITIVE_INFINITY;

function entriesFrom(first: number, terms: readonly number[]): readonly Entry[] {
  return terms.map((term, position) => ({
    term,
    index: first + position,
    type: 'normal',
    data: new Uint8Array(),
  }));
}

/** A log with these terms, of which the first few are stable and the rest are not. */
function logOf(terms: readonly number[], stableCount = terms.length, applyingBytesMax = noLimit) {
  const stable = new MemoryLog();
  const events: RaftEvent[] = [];
  stable.append(entriesFrom(1, terms.slice(0, stableCount)));
  const log = new RaftLog(stable, applyingBytesMax, (event) => events.push(event));
  log.append(entriesFrom(stableCount + 1, terms.slice(stableCount)));
  return { log, stable, events };
}

function termsOf(log: RaftLog): readonly (number | undefined)[] {
  const count = log.lastIndex() - log.firstIndex() + 1;
  return Array.from({ length: count }, (_, position) => log.term(log.firstIndex() + position));
}

/** What a disk still has to write. */
interface Work {
  readonly entries: readonly Entry[];
  readonly last: { readonly term: number; readonly index: number };
  readonly term: number;
}

const anyStep = fc.record({
  kind: fc.constantFrom('lead', 'follow', 'hand out', 'write', 'compact'),
  place: fc.nat(20),
  count: fc.integer({ min: 1, max: 4 }),
});

test('the log is what an array would be, however writes lag behind', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
      const stable = new MemoryLog();
      const log = new RaftLog(stable, noLimit, () => {});
      // model[i] is the term of entry i; 0 stands before the first.
      const model: number[] = [0];
      const works: Work[] = [];
      let term = 1;
      for (const { kind, place, count } of steps) {
        if (kind === 'lead') {
          const terms = Array.from({ length: count }, () => term);
          log.append(entriesFrom(model.length, terms));
          model.push(...terms);
        } else if (kind === 'follow') {
          // A new leader whose log is this one's up to some uncommitted place, and differs after.
          term += 1;
          const keep = Math.max(log.committed, model.length - 1 - (place % 4));
          const previous = { term: model[keep] ?? 0, index: keep };
          const terms = Array.from({ length: count }, () => term);
          const commit = keep + (place % 2);
          assert.equal(log.maybeAppend(previous, entriesFrom(keep + 1, terms), commit), true);
          model.length = keep + 1;
          model.push(...terms);
        } else if (kind === 'hand out' && log.unstable.entryCount > 0) {
          works.push({ entries: log.unstable.nextEntries(), last: log.lastEntryId(), term });
          log.unstable.acceptInProgress();
        } else if (kind === 'write') {
          const work = works.shift();
          if (work !== undefined) stable.append(work.entries);
          // As step.ts does: an answer counts in the term in which its work was handed out.
          if (work?.term === term) log.unstable.stableTo(work.last);
        } else if (kind === 'compact') {
          const stableEnd = Math.min(log.committed, log.unstable.offset - 1);
          const index = log.firstIndex() + (place % 3);
          if (index <= stableEnd) {
            log.appliedTo(index, 0);
            stable.compact(index);
          }
        }
        assert.equal(log.lastIndex(), model.length - 1);
        assert.deepEqual(termsOf(log), model.slice(log.firstIndex()));
        const all = log.entries(log.firstIndex(), noLimit) ?? [];
        assert.deepEqual(
          all.map((entry) => entry.term),
          model.slice(log.firstIndex()),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test('entries that are there already are not appended again', () => {
  const { log, events } = logOf([1, 1, 2]);
  assert.equal(log.maybeAppend({ term: 1, index: 1 }, entriesFrom(2, [1, 2]), 3), true);
  assert.equal(log.unstable.entryCount, 0);
  assert.equal(log.committed, 3);
  assert.deepEqual(events, []);
});

test('a conflict replaces the rest, and is told', () => {
  const { log, events } = logOf([1, 1, 2, 2]);
  assert.equal(log.maybeAppend({ term: 1, index: 2 }, entriesFrom(3, [3]), 0), true);
  assert.deepEqual(termsOf(log), [1, 1, 3]);
  assert.deepEqual(events, [
    { type: 'log-conflict', index: 3, ourTerm: 2, theirTerm: 3 },
    { type: 'unstable-replaced', from: 3 },
  ]);
});

test('a leader commits a follower no further than what it has just matched', () => {
  const { log } = logOf([1, 1, 1]);
  assert.equal(log.maybeAppend({ term: 1, index: 1 }, [], 3), true);
  assert.equal(log.committed, 1);
});

test('logs that do not match before the entries take none', () => {
  const { log } = logOf([1, 1]);
  assert.equal(log.maybeAppend({ term: 2, index: 2 }, entriesFrom(3, [2]), 3), false);
  assert.equal(log.maybeAppend({ term: 1, index: 3 }, entriesFrom(4, [1]), 4), false);
  assert.equal(log.lastIndex(), 2);
});

test('a committed entry is never replaced, whoever asks', () => {
  const { log } = logOf([1, 1, 1]);
  log.commitTo(2);
  assert.throws(() => log.maybeAppend({ term: 1, index: 1 }, entriesFrom(2, [2]), 0), {
    message: /no committed entry is ever replaced/,
  });
  assert.throws(() => log.append(entriesFrom(2, [2])), /no committed entry is ever replaced/);
  assert.throws(() => log.commitTo(4), /was it damaged or lost/);
});

test('the more up-to-date log has the later last term, or the higher last index', () => {
  const { log } = logOf([1, 2, 2]);
  const cases = [
    [1, 9, false],
    [2, 2, false],
    [2, 3, true],
    [2, 4, true],
    [3, 1, true],
  ] as const;
  for (const [term, index, expected] of cases) {
    assert.equal(log.isUpToDate({ term, index }), expected, `${term}/${index}`);
  }
});

test('the guess where two logs part is the last index with a term that both can have', () => {
  const { log, stable } = logOf([1, 3, 3, 5, 5]);
  const cases = [
    [5, 5, 5, 5],
    [5, 4, 3, 3],
    [3, 2, 1, 1],
    [5, 1, 1, 1],
    [2, 0, 0, 0],
  ] as const;
  for (const [index, term, expectedIndex, expectedTerm] of cases) {
    const found = log.findConflictByTerm(index, term);
    assert.deepEqual(found, { index: expectedIndex, term: expectedTerm }, `${term}/${index}`);
  }
  log.commitTo(4);
  log.appliedTo(4, 0);
  stable.compact(4);
  // What is compacted may match: only the follower knows.
  assert.deepEqual(log.findConflictByTerm(5, 2), { index: 3, term: 0 });
});

test('only what is stable is applied, unless unstable entries are allowed', () => {
  const { log } = logOf([1, 1, 1, 1], 2);
  log.commitTo(3);
  const indexes = (allowUnstable: boolean): readonly number[] =>
    log.nextCommittedEntries(allowUnstable).map(({ index }) => index);
  assert.deepEqual(indexes(false), [1, 2]);
  assert.deepEqual(indexes(true), [1, 2, 3]);
});

test('no more is handed out than may be applied at once, but always something', () => {
  const { log } = logOf([1, 1, 1], 3, 30);
  log.commitTo(3);
  const first = log.nextCommittedEntries(false);
  assert.equal(first.length, 1);
  log.acceptApplying(first, false);
  assert.equal(log.hasNextCommittedEntries(false), false, 'paused at the limit');
  assert.deepEqual(log.nextCommittedEntries(false), []);
  log.appliedTo(1, 24);
  assert.deepEqual(log.nextCommittedEntries(false)[0]?.index, 2);
});

test('what is being applied counts until it is applied, to the byte', () => {
  const exact = logOf([1, 1], 2, 24).log;
  exact.commitTo(2);
  exact.acceptApplying(exact.nextCommittedEntries(false), false);
  assert.deepEqual(exact.nextCommittedEntries(false), []);

  const { log } = logOf([1, 1, 1, 1], 4, 60);
  log.commitTo(4);
  const first = log.nextCommittedEntries(false);
  assert.equal(first.length, 2);
  log.acceptApplying(first, false);
  log.appliedTo(1, 24);
  assert.equal(log.nextCommittedEntries(false).length, 1, 'entry 2 is still being applied');
});

test('entries after a snapshot are handed out, whatever was being written before', () => {
  const { log } = logOf([1, 1, 1, 1, 1, 1, 1, 1], 0);
  log.unstable.acceptInProgress();
  log.restore({ index: 5, term: 4, confState: emptyConf });
  log.append(entriesFrom(6, [4]));
  assert.deepEqual(
    log.unstable.nextEntries().map(({ index }) => index),
    [6],
  );
});

test('a snapshot takes the place of the log, and is applied before anything after it', () => {
  const { log, events } = logOf([1, 1, 1]);
  log.restore({ index: 9, term: 4, confState: emptyConf });
  log.append(entriesFrom(10, [4]));
  assert.deepEqual([log.firstIndex(), log.lastIndex(), log.committed], [10, 10, 9]);
  assert.deepEqual([log.term(9), log.term(8)], [4, undefined]);
  log.commitTo(10);
  assert.equal(log.hasNextCommittedEntries(true), false);
  log.unstable.acceptInProgress();
  log.unstable.stableSnapshotTo(9);
  log.appliedTo(9, 0);
  assert.deepEqual(log.nextCommittedEntries(true)[0]?.index, 10);
  assert.equal(events[0]?.type, 'snapshot-restoring');
  const old = { index: 10, term: 4, confState: emptyConf };
  assert.throws(() => log.restore(old), /a snapshot never takes the log back/);
});

test('a second snapshot is not taken for the first when that is installed', () => {
  const { log } = logOf([1]);
  log.restore({ index: 5, term: 2, confState: emptyConf });
  log.unstable.acceptInProgress();
  log.restore({ index: 8, term: 2, confState: emptyConf });
  assert.equal(log.unstable.nextSnapshot()?.index, 8);
  log.unstable.stableSnapshotTo(5);
  log.appliedTo(5, 0);
  assert.equal(log.unstable.snapshot?.index, 8);
});

const stableCases = [
  ['missing', { term: 1, index: 9 }],
  ['mismatch', { term: 2, index: 3 }],
] as const;

for (const [reason, id] of stableCases) {
  test(`an entry said to be stable is ignored: ${reason}`, () => {
    const { log, events } = logOf([1, 1, 1], 1);
    log.unstable.acceptInProgress();
    log.unstable.stableTo(id);
    assert.equal(log.unstable.entryCount, 2);
    const [event] = events;
    assert.ok(event?.type === 'stable-ignored');
    assert.equal(event.reason, reason);
  });
}

test('a slice that is cut in its stable part does not go on with unstable entries', () => {
  const stable = new MemoryLog();
  const large = { term: 1, index: 2, type: 'normal', data: new Uint8Array(100) } as const;
  stable.append([...entriesFrom(1, [1]), large]);
  const log = new RaftLog(stable, noLimit, () => {});
  log.append(entriesFrom(3, [1]));
  assert.deepEqual(
    log.slice(1, 4, 60)?.map(({ index }) => index),
    [1],
  );
});

test('a slice that spans stable and unstable entries is cut as a whole', () => {
  const { log } = logOf([1, 1, 1, 1], 2);
  const count = (bytesMax: number): number | undefined => log.slice(1, 5, bytesMax)?.length;
  // An entry without data counts 24 bytes.
  assert.deepEqual([0, 24, 47, 48, 71, 72, 95, 96].map(count), [1, 1, 1, 2, 2, 3, 3, 4]);
});
