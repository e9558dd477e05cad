import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles } from './support/project.ts';

const firstDeclaration =
  /^(?:export )?(?:declare )?(?:async )?(?:abstract )?(?:function|class|interface|type|const|let)\b/m;

test('every module says what it is before its first declaration', () => {
  const silent = sourceFiles('agent', 'console', 'shared', 'src')
    .filter(({ path }) => !isTable(path))
    .filter(({ text }) => {
      const head = text.slice(0, firstDeclaration.exec(text)?.index ?? text.length);
      return !/^(?:\/\*\*|\/\/)/m.test(head);
    });
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  );
});

/** One area's errors: the file's name and the registry say it all. */
function isTable(path: string): boolean {
  return path.startsWith('shared/errors/');
}
