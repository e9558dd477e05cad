// A fingerprint of everything the compiler reads, and of how it is bundled: which files there are,
// how long, changed when. Contents are not read, so that a second `npm start` costs milliseconds.
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

const rooms = ['agent', 'console', 'shared', 'src', 'test'];
const others = ['package-lock.json', 'tsconfig.json', '.bin/support/bundle.mjs'];
const compiled = /\.(ts|tsx|json)$/;

/** A digest that changes when a source file is added, removed, renamed or written. */
export function sourceFingerprint() {
  const hash = createHash('sha256');
  for (const path of others) addFile(hash, path);
  for (const room of rooms) addFolder(hash, room);
  return hash.digest('hex');
}

function addFolder(hash, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else if (compiled.test(entry.name)) addFile(hash, path);
  }
}

function addFile(hash, path) {
  const { mtimeMs, size } = statSync(join(root, path));
  hash.update(`${path}\0${mtimeMs}\0${size}\n`);
}
