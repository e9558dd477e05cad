import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines, hunks, type DiffLine } from '../../../../console/tui/components/diff.ts';

function shown(lines: readonly (DiffLine | undefined)[]): string {
  const signs = { same: ' ', added: '+', removed: '-' };
  return lines.map((line) => (line === undefined ? '…' : signs[line.kind] + line.text)).join('\n');
}

test('a diff names what went and what came, in the order of reading', () => {
  assert.equal(shown(diffLines('a\nb\nc', 'a\nB\nc')), ' a\n-b\n+B\n c');
  assert.equal(shown(diffLines('a\nc', 'a\nb\nc')), ' a\n+b\n c');
  assert.equal(shown(diffLines('a\nb\nc', 'a\nc')), ' a\n-b\n c');
  assert.equal(shown(diffLines('a', 'a')), ' a');
});

test('far lines that did not change are left out', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng';
  const lines = hunks(diffLines(before, before.replace('d', 'D')), 1);
  assert.equal(shown(lines), '…\n c\n-d\n+D\n e\n…');
  assert.equal(shown(hunks(diffLines(before, before), 1)), '…');
});

test('texts that differ too much are shown as replaced', () => {
  const numbers = (from: number): string =>
    Array.from({ length: 2_000 }, (_, index) => String(from + index)).join('\n');
  const lines = diffLines(numbers(0), numbers(10_000));
  assert.equal(lines.length, 4_000);
  assert.equal(lines[0]?.kind, 'removed');
});

/** Length of the longest common subsequence, by the table of the textbook. */
function commonLines(left: readonly string[], right: readonly string[]): number {
  let row = right.map(() => 0);
  for (const line of left) {
    const next: number[] = [];
    for (const [index, other] of right.entries()) {
      const diagonal = (row[index - 1] ?? 0) + 1;
      next.push(line === other ? diagonal : Math.max(row[index] ?? 0, next[index - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

test('a diff gives back both texts with their line numbers, and is as short as can be', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before.join('\n'), after.join('\n'));
      const old = lines.filter(({ kind }) => kind !== 'added');
      const fresh = lines.filter(({ kind }) => kind !== 'removed');
      assert.deepEqual(
        old.map((line) => line.text),
        before,
      );
      assert.deepEqual(
        fresh.map((line) => line.text),
        after,
      );
      assert.deepEqual(
        old.map(({ oldNumber }) => oldNumber),
        before.map((_, index) => index + 1),
      );
      assert.deepEqual(
        fresh.map(({ newNumber }) => newNumber),
        after.map((_, index) => index + 1),
      );
      const same = lines.filter(({ kind }) => kind === 'same').length;
      assert.equal(same, commonLines(before, after));
    }),
    { numRuns: 500 },
  );
});
