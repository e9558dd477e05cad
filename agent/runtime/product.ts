/** What the program knows of itself: its version and the folder that it was installed in. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from '../../shared/assert.ts';

const manifestName = 'package.json';

/** The project's folder: the first one above this file that has a package.json. */
export const productFolder: string = findProductFolder();

/** As in `0.1.0`. */
export const productVersion: string = readVersion();

/** RFC 3339; when this build was made. */
export function buildDate(): string {
  return new Date(Math.floor(statSync(fileURLToPath(import.meta.url)).mtimeMs)).toISOString();
}

function findProductFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, manifestName))) {
    const parent = dirname(folder);
    assert(parent !== folder, 'the program lies in a folder with its package.json');
    folder = parent;
  }
  return folder;
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(productFolder, manifestName), 'utf8'));
  assert(typeof manifest === 'object' && manifest !== null, 'package.json holds an object');
  const version = 'version' in manifest ? manifest.version : undefined;
  assert(typeof version === 'string', 'package.json has a version');
  return version;
}
