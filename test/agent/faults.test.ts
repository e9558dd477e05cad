/** The table of faults is true: every test that it names is there and carries the number. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from '../house/support/project.ts';

const table = readFileSync(join(root, 'test/agent/faults.md'), 'utf8');

const rows = table
  .split('\n')
  .filter((line) => /^\| F-\d\d /.test(line))
  .map((line) => {
    const [id = '', , tests = '', more = ''] = line.slice(2, -1).split(' | ').map(trimmed);
    return { id, tests: tests.split(', '), more };
  });

function trimmed(text: string): string {
  return text.trim();
}

test('every fault has tests that are there and carry its number', () => {
  assert.ok(rows.length > 20, `${rows.length} rows were read`);
  for (const { id, tests } of rows) {
    for (const path of tests) {
      assert.ok(existsSync(join(root, path)), `${id}: there is no ${path}`);
      assert.ok(readFileSync(join(root, path), 'utf8').includes(id), `${path} does not name ${id}`);
    }
  }
});

test('no fault stands twice, and they stand in order', () => {
  const ids = rows.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)].toSorted());
});

test('a variable that runs more points is one that a test reads', () => {
  const tests = sourceFiles('test')
    .map(({ text }) => text)
    .join('\n');
  for (const [name] of table.matchAll(/STRONGBOX_TEST_\w+/g)) {
    assert.ok(tests.includes(`process.env['${name}']`), `no test reads ${name}`);
  }
});
