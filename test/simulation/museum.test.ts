/** Five exhibits of the museum; `npm run museum` visits all of them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { coreExhibits } from './museum/core-exhibits.ts';
import { driverExhibits } from './museum/driver-exhibits.ts';
import { applyEdit } from './museum/exhibit.ts';
import { visit } from './museum/visit.ts';

const all = [...coreExhibits, ...driverExhibits];
const visited = [
  'double-vote',
  'prior-term-commit',
  'acknowledge-before-durable',
  'learner-counted',
  'two-changes-at-once',
];

for (const name of visited) {
  test(`the museum's ${name} is caught`, () => {
    const exhibit = all.find((candidate) => candidate.name === name);
    assert.ok(exhibit !== undefined, 'there is such an exhibit');
    const { isCaught, remark } = visit(exhibit);
    assert.ok(isCaught, `${exhibit.rule}: ${remark}`);
  });
}

test('every exhibit changes a text that is there exactly once', () => {
  const root = new URL('../../', import.meta.url);
  for (const exhibit of all) {
    const source = readFileSync(new URL(exhibit.file, root), 'utf8');
    assert.notEqual(applyEdit(source, exhibit), source, exhibit.name);
  }
});

test('an edit that does not apply fails', () => {
  const edit = { file: 'src/raft/raft.ts', find: 'b', replace: 'c' };
  assert.throws(() => applyEdit('a', edit), /there 0 times/);
  assert.throws(() => applyEdit('b b', edit), /there 2 times/);
});
