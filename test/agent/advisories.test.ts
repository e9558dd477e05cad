/**
 * The ledger of advisories is true: every test that it names is there and carries the id, what has
 * no test says why, and an id that a test or a source names is in the ledger.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from '../house/support/project.ts';

interface Row {
  readonly ids: readonly string[];
  readonly tests: readonly string[];
  readonly note: string;
}

const ledger = readFileSync(join(root, 'test/agent/advisories.md'), 'utf8');
const published = /(?:CVE-\d{4}-\d{4,6}|GHSA(?:-[0-9a-z]{4}){3})/gu;

const rows: readonly Row[] = ledger
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (?:id|-+) *\|/u.test(line))
  .map((line) => {
    const [ids = '', tests = '', note = ''] = line.slice(2, -1).split(' | ').map(trimmed);
    return { ids: listed(ids), tests: tests === '–' ? [] : listed(tests), note };
  });

function trimmed(text: string): string {
  return text.trim();
}

function listed(text: string): string[] {
  return text.split(', ').map(trimmed);
}

test('every advisory has tests that are there and carry its id, or a reason', () => {
  assert.ok(rows.length > 80, `${rows.length} rows were read`);
  for (const { ids, tests, note } of rows) {
    const name = ids.join(', ');
    if (tests.length === 0) {
      assert.notEqual(note, '', `${name} has neither a test nor a reason`);
      continue;
    }
    const texts = tests.map((path) => {
      assert.match(path, /^test\/.*\.test\.tsx?$/u, name);
      assert.ok(existsSync(join(root, path)), `${name}: there is no ${path}`);
      return readFileSync(join(root, path), 'utf8');
    });
    const unnamed = ids.filter((id) => !texts.some((text) => text.includes(id)));
    assert.deepEqual(unnamed, [], 'ids that no test names');
    for (const [at, text] of texts.entries()) {
      assert.ok(
        ids.some((id) => text.includes(id)),
        `${tests[at]} does not name ${name}`,
      );
    }
  }
});

test('no id stands twice, and the groups A to M are all there', () => {
  const ids = rows.flatMap((row) => row.ids);
  const repeated = ids.filter((id, at) => ids.indexOf(id) !== at);
  assert.deepEqual(repeated, []);
  const groups = Array.from(ledger.matchAll(/^## ([A-M])/gmu), ([, group]) => group);
  assert.deepEqual(groups.join(''), 'ABCDEFGHIJM');
});

test('an advisory that a test or a source names is in the ledger', () => {
  const known = new Set(rows.flatMap((row) => row.ids));
  // Advisories of the packages that are used are another matter: test/house/supply.
  const files = sourceFiles('agent', 'console', 'shared', 'src', 'test').filter(
    ({ path }) => !path.startsWith('test/house/supply/'),
  );
  const unknown = files.flatMap((file) =>
    Array.from(file.text.matchAll(published), ([id]) => id)
      .filter((id) => !known.has(id))
      .map((id) => `${file.path}: ${id}`),
  );
  assert.deepEqual(unknown, []);
});
