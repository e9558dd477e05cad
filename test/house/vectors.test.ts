import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from './support/project.ts';

const folder = join(root, 'test', 'vectors');
const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'README.md')
  .map((entry) => entry.name);

/** What is stored or sent, and must read the same in a year: each has a golden file. */
const goldenFormats = ['envelope', 'keyring', 'share', 'operator-key'];

test('every stored or sent format has a golden file', () => {
  for (const format of goldenFormats) {
    assert.ok(
      names.some((name) => name.startsWith(format)),
      format,
    );
  }
});

test('every vector file is read by a test', () => {
  const tests = sourceFiles('test').map(({ text }) => text);
  const unread = names.filter((name) => {
    const stem = basename(name).replace(/\.\w+$/, '');
    return !tests.some((text) => text.includes(name) || text.includes(stem));
  });
  assert.deepEqual(unread, []);
});

test('every vector file is described with its source', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const patterns = [...readme.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
  const undescribed = names.filter(
    (name) => !patterns.some((pattern) => posix.matchesGlob(name, pattern)),
  );
  assert.deepEqual(undescribed, []);
});
