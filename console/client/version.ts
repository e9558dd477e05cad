import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assert } from '../../shared/assert.ts';

/** Folders between this file and the project's, in the build or not. */
const foldersUpMax = 4;

/** The version in the package that this program is part of. */
export function productVersion(): string {
  let folder = import.meta.dirname;
  for (let up = 0; up < foldersUpMax; up += 1) {
    const version = versionIn(join(folder, 'package.json'));
    if (version !== undefined) return version;
    folder = dirname(folder);
  }
  assert(false, 'the program lies in its package');
}

function versionIn(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // not in this folder
  }
  const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown };
  return name === 'strongbox' && typeof version === 'string' ? version : undefined;
}
