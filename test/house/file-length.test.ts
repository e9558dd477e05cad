import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles } from './support/project.ts';

const linesMax = 400;
const columnsMax = 100;

/**
 * Files that were longer when the rule came, and by how much. A ratchet: an entry may shrink and
 * must go when its file is short enough; no entry may be added.
 */
const longFiles: Readonly<Record<string, number>> = {};

const files = sourceFiles('agent', 'console', 'shared', 'src', 'test');

test(`a file has at most ${linesMax} lines: it holds one concept`, () => {
  const tooLong = files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > (longFiles[path] ?? linesMax));
  assert.deepEqual(tooLong, []);
});

test('the list of longer files holds none that is short enough now', () => {
  const lines = new Map(files.map(({ path, text }) => [path, text.split('\n').length - 1]));
  const obsolete = Object.entries(longFiles).filter(([path, allowed]) => {
    const now = lines.get(path);
    return now === undefined || now <= linesMax || now < allowed;
  });
  assert.deepEqual(obsolete, [], 'take the entry out, or write the smaller number');
});

test(`a line has at most ${columnsMax} columns, unless it is one long word or text`, () => {
  const tooWide = files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const isLiteral = /['"`/]/.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line);
      const isAddress = /https?:\/\/\S+/.test(line);
      if ([...line].length <= columnsMax || isLiteral || isAddress) return [];
      return [`${path}:${index + 1}`];
    }),
  );
  assert.deepEqual(tooWide, []);
});
