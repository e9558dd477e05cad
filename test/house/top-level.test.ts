import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { root } from './support/project.ts';

const rooms = ['agent', 'console', 'shared', 'src', 'test'];
const files = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

test('the top level holds the five rooms and the project files, nothing else', () => {
  const isExpected = (name: string): boolean =>
    name === 'node_modules' || rooms.includes(name) || files.includes(name);
  const names = readdirSync(root).filter((name) => !name.startsWith('.'));
  const strangers = names.filter((name) => !isExpected(name));
  assert.deepEqual(strangers, [], 'documents live in the room they explain');
  assert.deepEqual(
    [...rooms, ...files].filter((name) => !names.includes(name)),
    [],
  );
});
