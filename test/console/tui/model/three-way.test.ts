import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { merged, mergeLines, threeWay } from '../../../../console/tui/model/three-way.ts';

function text(...lines: readonly string[]): string {
  return lines.join('\n');
}

const base = text('a', 'b', 'c', 'd', 'e', 'f');

test('changes of different lines are both taken', () => {
  const regions = threeWay({
    base,
    mine: text('a', 'B', 'c', 'd', 'e', 'f'),
    theirs: text('a', 'b', 'c', 'd', 'f', 'g'),
  });
  assert.equal(merged(regions), text('a', 'B', 'c', 'd', 'f', 'g'));
});

test('changes of the same line are a conflict, the same change of it is none', () => {
  const mine = text('a', 'mine', 'c', 'd', 'e', 'f');
  const theirs = text('a', 'theirs', 'c', 'd', 'e', 'f');
  const regions = threeWay({ base, mine, theirs });
  assert.equal(merged(regions), undefined);
  assert.deepEqual(
    regions.map(({ kind }) => kind),
    ['same', 'conflict', 'same'],
  );
  assert.equal(merged(threeWay({ base, mine, theirs: mine })), mine);
});

test('it is read as who changed what, with the lines around it', () => {
  const regions = threeWay({
    base: text('a', 'b', 'c', 'd', 'd', 'e', 'f'),
    mine: text('a', 'mine', 'c', 'd', 'd', 'e', 'f'),
    theirs: text('a', 'theirs', 'c', 'd', 'd', 'e'),
  });
  const shown = mergeLines(regions, 1).map((line) =>
    line === undefined ? '⋮' : `${line.who} ${line.sign} ${line.text}`,
  );
  assert.deepEqual(shown, [
    'all   a',
    'base - b',
    'theirs + theirs',
    'mine + mine',
    'all   c',
    '⋮',
    'all   e',
    'theirs - f',
  ]);
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

test('every text is in the regions whole, and one change alone is taken as it is', () => {
  fc.assert(
    fc.property(lines, lines, lines, (one, two, three) => {
      const versions = { base: text(...one), mine: text(...two), theirs: text(...three) };
      const regions = threeWay(versions);
      for (const name of ['base', 'mine', 'theirs'] as const) {
        const whole = regions.flatMap((region) => region[name]).join('\n');
        assert.equal(whole, versions[name]);
      }
      const alone = { ...versions, theirs: versions.base };
      assert.equal(merged(threeWay(alone)), versions.mine);
      assert.equal(merged(threeWay({ ...versions, mine: versions.base })), versions.theirs);
    }),
    { numRuns: 500 },
  );
});
