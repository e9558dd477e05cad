import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Progress } from '../../../src/raft/progress.ts';

const window = { inflightMessagesMax: 3, inflightBytesMax: 1_000 };

function replicating(match: number): Progress {
  const progress = new Progress(match + 1, true, window);
  progress.match = match;
  progress.becomeReplicate();
  return progress;
}

test('probing pauses after one append with entries, until it is answered', () => {
  const progress = new Progress(5, true, window);
  progress.sentEntries(0, 0);
  assert.equal(progress.isPaused, false);
  progress.sentEntries(2, 10);
  assert.equal(progress.isPaused, true);
  assert.equal(progress.next, 5, 'probing is not optimistic');
  assert.equal(progress.maybeUpdate(6), true);
  assert.equal(progress.isPaused, false);
  assert.equal(progress.next, 7);
});

test('replicating runs ahead until the window is full', () => {
  const progress = replicating(4);
  for (const next of [7, 9, 11]) {
    assert.equal(progress.isPaused, false);
    progress.sentEntries(2, 10);
    assert.equal(progress.next, next);
  }
  assert.equal(progress.isPaused, true);
  progress.msgAppFlowPaused = false;
  progress.sentEntries(0, 0);
  assert.equal(progress.isPaused, true, 'an empty append through a full window pauses again');
  progress.inflights.freeTo(6);
  progress.maybeUpdate(6);
  assert.equal(progress.isPaused, false);
});

test('an old acknowledgement changes nothing', () => {
  const progress = replicating(4);
  assert.equal(progress.maybeUpdate(4), false);
  assert.equal(progress.maybeUpdate(3), false);
  assert.deepEqual([progress.match, progress.next], [4, 5]);
});

const rejections: readonly (readonly [
  name: string,
  progress: () => Progress,
  rejected: number,
  hint: number,
  next: number | undefined,
])[] = [
  ['replicating goes back to what matches', () => sentAhead(), 7, 3, 5],
  ['a rejection at what matches is old', () => sentAhead(), 4, 3, undefined],
  ['probing goes on after the hint', () => new Progress(9, true, window), 8, 3, 4],
  ['probing goes back at least by one', () => new Progress(9, true, window), 8, 20, 8],
  [
    'probing takes no answer to another append',
    () => new Progress(9, true, window),
    7,
    3,
    undefined,
  ],
  ['a pending snapshot is not gone back on', () => pending(), 8, 3, undefined],
];

function sentAhead(): Progress {
  const progress = replicating(4);
  progress.sentEntries(5, 10);
  return progress;
}

function pending(): Progress {
  const progress = new Progress(3, true, window);
  progress.becomeSnapshot(8);
  return progress;
}

for (const [name, make, rejected, hint, next] of rejections) {
  test(`rejected: ${name}`, () => {
    const progress = make();
    const before = progress.next;
    assert.equal(progress.maybeDecrTo(rejected, hint), next !== undefined);
    assert.equal(progress.next, next ?? before);
  });
}

test('a snapshot pauses; probing goes on after it, or from the match if it failed', () => {
  const succeeded = pending();
  assert.equal(succeeded.isPaused, true);
  assert.throws(() => succeeded.sentEntries(1, 1), /assertion failed/);
  succeeded.becomeProbe();
  assert.deepEqual([succeeded.next, succeeded.pendingSnapshot], [9, 0]);
  const failed = pending();
  failed.pendingSnapshot = 0;
  failed.becomeProbe();
  assert.equal(failed.next, 1);
});

test('a commit index is told early only where it can move the follower', () => {
  const progress = replicating(4);
  progress.sentEntries(2, 10);
  assert.equal(progress.canBumpCommit(3), true);
  progress.sentCommit(3);
  assert.equal(progress.canBumpCommit(3), false);
  assert.equal(progress.canBumpCommit(5), true);
  progress.sentCommit(6);
  assert.equal(progress.canBumpCommit(9), false, 'it would commit beyond what was sent');
});

test('a commit index that was sent with what is likely lost is told again', () => {
  const progress = replicating(4);
  progress.sentEntries(4, 10);
  progress.sentCommit(8);
  progress.becomeProbe();
  progress.maybeUpdate(8);
  assert.equal(progress.canBumpCommit(8), true);
});

test('whatever comes in, the next entry lies after what matches', () => {
  const anyStep = fc.tuple(fc.nat(5), fc.nat(12), fc.nat(12));
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const progress = new Progress(1, true, window);
      for (const [kind, first, second] of steps) {
        if (kind === 0) progress.maybeUpdate(first);
        if (kind === 1 && progress.maybeDecrTo(first, second)) progress.becomeProbe();
        if (kind === 2) progress.becomeProbe();
        if (kind === 3) progress.becomeReplicate();
        if (kind === 4 && first > progress.match) progress.becomeSnapshot(first);
        if (kind === 5 && !progress.isPaused) progress.sentEntries(first % 3, 10);
        assert.ok(progress.match < progress.next);
        assert.ok(progress.pendingSnapshot === 0 || progress.state === 'snapshot');
        assert.ok(progress.inflights.count <= window.inflightMessagesMax);
      }
    }),
  );
});
