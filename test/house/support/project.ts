/**
 * The project's own files, for the house rules: what a clone holds, without what is built or
 * installed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProjectFile {
  /** Relative to the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

export const root: string = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** Folders that a clone does not hold. */
const absentFolders = new Set(['.git', '.build', '.strongbox', 'node_modules']);
const textFile =
  /(?:\.(?:ts|tsx|mjs|json|md|yaml|yml|service|hcl|txt|sh)|(?:^|\/)(?:run|LICENSE|\.[a-z]+))$/;

/** Every text file of the project, sorted by path. */
export function projectFiles(): readonly ProjectFile[] {
  return filesUnder('')
    .filter((path) => textFile.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** The TypeScript files of the rooms, declaration files included. */
export function sourceFiles(...rooms: readonly string[]): readonly ProjectFile[] {
  return projectFiles().filter(
    ({ path }) => /\.tsx?$/.test(path) && rooms.some((room) => path.startsWith(`${room}/`)),
  );
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return [path];
      return absentFolders.has(entry.name) ? [] : filesUnder(path);
    });
}
