// Makes a clone ready to run: dependencies, native add-ons, build. Needs nothing but Node 20 and
// npm, and does nothing (in milliseconds) when everything is in place.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arch } from 'node:process';
import { prepareAddons } from './support/addons.mjs';
import { build, isBuilt } from './support/build.mjs';
import { installDependencies } from './support/dependencies.mjs';
import { withLock } from './support/lock.mjs';
import { canHaveNode, chooseNode, findNode } from './support/node.mjs';
import { root } from './support/root.mjs';

const lockPath = join(root, 'package-lock.json');
const installedPath = join(root, 'node_modules', '.package-lock.json');
const stampPath = join(root, 'node_modules', '.strongbox-stamp');

/** Installs what is missing; returns the Node to run the product with, as chooseNode() does. */
export function bootstrapDependencies() {
  if (!areDependenciesReady()) withLock(prepareDependencies);
  return chooseNode();
}

/** The same, and the build. */
export function bootstrap() {
  const node = bootstrapDependencies();
  if (!isBuilt()) withLock(() => build(node));
  return node;
}

function prepareDependencies() {
  if (areDependenciesReady()) return;
  // Asked first where no package can help, so that nobody waits for an install in vain.
  if (!canHaveNode()) chooseNode();
  installDependencies();
  const node = chooseNode();
  prepareAddons(node);
  writeFileSync(stampPath, stampOf(node));
}

function areDependenciesReady() {
  const node = findNode();
  if (node === undefined || !existsSync(stampPath) || !existsSync(installedPath)) return false;
  return readFileSync(stampPath, 'utf8') === stampOf(node);
}

/** What the add-ons were checked against: the lock file, the last install, the Node to load them. */
function stampOf(node) {
  const lock = createHash('sha256').update(readFileSync(lockPath)).digest('hex');
  return [lock, statSync(installedPath).mtimeMs, node.version, node.bundled, arch].join('\n');
}
