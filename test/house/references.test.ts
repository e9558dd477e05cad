import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectFiles } from './support/project.ts';

const files = projectFiles();
const paths = files.map(({ path }) => path);

/** What is said of other projects' files, and of what was. */
const ofOthers = new Set(['agent/supply-chain.md', 'CHANGELOG.md']);

/** A name as `store.ts`, `store/apply.ts` or `src/store/apply.ts`. */
const fileName =
  /(?<![\w./<>*{}-])(?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.(?:ts|tsx|mjs|md)\b(?![\w/*])/g;
const comment = /\/\*\*?.*?\*\/|(?<=^|\s)\/\/.*?$/gms;

/** Whether a file has this name: all of its path, or the end of it. */
function isThere(name: string): boolean {
  return paths.some((path) => path === name || path.endsWith(`/${name}`));
}

/** What is said in words: documents whole, comments of code. */
function words({ path, text }: (typeof files)[number]): string {
  if (path.endsWith('.md')) return text;
  return /\.(?:ts|tsx|mjs)$/.test(path) ? (text.match(comment) ?? []).join('\n') : '';
}

test('a file that a document or a comment names is there', () => {
  const gone = files
    .filter(({ path }) => !ofOthers.has(path))
    .flatMap((file) => {
      const names = new Set(words(file).match(fileName) ?? []);
      return [...names].filter((name) => !isThere(name)).map((name) => `${file.path}: ${name}`);
    });
  assert.deepEqual(gone, [], 'it was moved or removed: say where it is now');
});
