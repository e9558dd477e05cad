/** Which files are tests: `*.test.ts` runs as it is, `*.test.tsx` from its compiled form. */
import { globSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** The test files at or under the paths (all of them without any), relative to the root, sorted. */
export function discover(root: string, paths: readonly string[]): readonly string[] {
  const all = globSync('test/**/*.test.{ts,tsx}', { cwd: root }).sort();
  if (paths.length === 0) return all;
  const wanted = paths.map((path) => relative(root, resolve(path)));
  return all.filter((file) => wanted.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** The paths that name nothing, so that a misspelt one is no passing run. */
export function missingPaths(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => statSync(path, { throwIfNoEntry: false }) === undefined);
}

/** What Node is given to run a test file. */
export function programOf(file: string): string {
  return file.endsWith('.tsx') ? `.build/${file.slice(0, -'.tsx'.length)}.js` : file;
}
