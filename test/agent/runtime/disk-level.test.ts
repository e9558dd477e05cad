import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DiskLevel, nextLevel, usedShare } from '../../../agent/runtime/disk-level.ts';

const levels = (...shares: readonly number[]): DiskLevel[] => {
  let level: DiskLevel = 'ample';
  return shares.map((share) => (level = nextLevel(level, share)));
};

test('a level begins at one share and ends at a lower one', () => {
  assert.deepEqual(levels(0.5, 0.899, 0.9, 0.86, 0.85, 0.849, 0.89), [
    'ample',
    'ample',
    'nearly-full',
    'nearly-full',
    'nearly-full',
    'ample',
    'ample',
  ]);
  assert.deepEqual(levels(0.98, 0.95, 0.949, 0.97, 1, 0.1), [
    'full',
    'full',
    'nearly-full',
    'nearly-full',
    'full',
    'ample',
  ]);
});

test('a share that wavers within a hand of an edge crosses it once', () => {
  const wavering = fc.array(fc.double({ min: 0.86, max: 0.94, noNaN: true }), { maxLength: 50 });
  fc.assert(
    fc.property(wavering, (shares) => {
      const all = levels(...shares);
      const crossings = all.filter((level, index) => level !== (all[index - 1] ?? 'ample'));
      assert.ok(crossings.length <= 1);
    }),
  );
});

test('the share is that of df: what is kept for root is neither used nor free', () => {
  assert.equal(usedShare({ blocks: 1_000, bfree: 150, bavail: 100, bsize: 1 }), 850 / 950);
  assert.equal(usedShare({ blocks: 1_000, bfree: 50, bavail: 0, bsize: 1 }), 1);
  assert.equal(usedShare({ blocks: 0, bfree: 0, bavail: 0, bsize: 1 }), 0);
});
