import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importTable, programs, type Row } from './support/import-table.ts';
import { importsOf } from './support/imports.ts';
import { sourceFiles } from './support/project.ts';

const edges = sourceFiles('agent', 'console', 'shared', 'src', 'test').flatMap((file) =>
  importsOf(file).map((found) => ({ from: file.path, ...found })),
);

function isUnder(path: string, part: string): boolean {
  return path === part || path.startsWith(`${part}/`);
}

/** The longest row that the path starts with. */
function rowOf(path: string): Row | undefined {
  return importTable
    .filter(({ part }) => isUnder(path, part))
    .toSorted((left, right) => right.part.length - left.part.length)[0];
}

test('every part and every edge of the table is there: what is gone leaves no right behind', () => {
  const paths = sourceFiles('agent', 'console', 'shared', 'src').map(({ path }) => path);
  const named = importTable.flatMap(({ part, of, types = [] }) => [part, ...of, ...types]);
  const gone = named.filter((part) => !paths.some((path) => isUnder(path, part)));
  assert.deepEqual(gone, []);
});

for (const room of ['shared', 'src', 'agent', 'console']) {
  test(`${room}: every part has a row in the table of imports`, () => {
    const without = sourceFiles(room).filter(
      ({ path }) => rowOf(path) === undefined && !path.endsWith('.d.ts'),
    );
    assert.deepEqual(
      without.map(({ path }) => path),
      [],
    );
  });

  test(`${room}: parts import what the table allows`, () => {
    const forbidden = edges.filter(({ from, target, onlyTypes }) => {
      const row = rowOf(from);
      if (!isUnder(from, room) || target === undefined || row === undefined) return false;
      const allowed = [row.part, ...row.of, ...(onlyTypes ? (row.types ?? []) : [])];
      return !allowed.some((part) => isUnder(target, part));
    });
    assert.deepEqual(
      forbidden.map(({ from, target }) => `${from} imports ${target}`),
      [],
    );
  });
}

test('a program is started, never imported', () => {
  const imported = edges.filter(({ target }) => target !== undefined && programs.includes(target));
  assert.deepEqual(
    imported.map(({ from, target }) => `${from} imports ${target}`),
    [],
  );
});

test('nothing but the agent and tests imports the request pipeline', () => {
  const wrong = edges.filter(
    ({ from, target }) =>
      target !== undefined &&
      isUnder(target, 'src/core') &&
      !['src/core', 'agent', 'test'].some((part) => isUnder(from, part)),
  );
  assert.deepEqual(
    wrong.map(({ from, target }) => `${from} imports ${target}`),
    [],
  );
});

test('the deterministic rooms load nothing at run time', () => {
  const dynamic = sourceFiles('shared', 'src').filter(({ text }) => /\bimport\(/.test(text));
  assert.deepEqual(
    dynamic.map(({ path }) => path),
    [],
    'a dynamic import hides from the compiler and the linter',
  );
});
