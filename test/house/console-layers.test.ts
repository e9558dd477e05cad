import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf } from './support/imports.ts';
import { sourceFiles, type ProjectFile } from './support/project.ts';

const files = sourceFiles('console');

function filesOf(...parts: readonly string[]): readonly ProjectFile[] {
  const found = files.filter(({ path }) => parts.some((part) => path.startsWith(`${part}/`)));
  assert.notDeepEqual(found, [], 'the parts exist');
  return found;
}

/** The text without comments and without the words of strings. */
function code(text: string): string {
  return text
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/'[^'\n]*'/g, "''");
}

test('what the console means is decided without React: keys and model import none of it', () => {
  const wrong = filesOf('console/tui/keys', 'console/tui/model').flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => /^(?:ink|react)(?:\/|$)/.test(specifier))
      .map(({ specifier }) => `${file.path} imports ${specifier}`),
  );
  assert.deepEqual(wrong, []);
});

test('components and screens read nothing of the process, the clock or the file system', () => {
  const platform = /\bprocess\s*[.[]|\bDate\s*[.(]|\bperformance\s*\./;
  const wrong = filesOf('console/tui/components', 'console/tui/screens').filter(
    (file) =>
      platform.test(code(file.text)) ||
      importsOf(file).some(({ specifier }) => specifier.startsWith('node:')),
  );
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
    'sizes, times and streams come in as properties',
  );
});

test('components keep no state of their own and start nothing', () => {
  const wrong = filesOf('console/tui/components').filter(({ text }) =>
    /\buse(?:State|Reducer|Effect|LayoutEffect|Input|Animation)\b|\bset(?:Timeout|Interval)\b/.test(
      code(text),
    ),
  );
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
    'what they show is in the model, so that two terminals show the same',
  );
});
