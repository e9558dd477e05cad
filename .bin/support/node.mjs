// Which Node runs StrongBox. The launchers run on Node 20 and later; the product needs Node 24, and
// brings it as an npm package where there is one (Linux x64 and arm64).
import { existsSync, readFileSync } from 'node:fs';
import { arch, execPath, platform, versions } from 'node:process';
import { join } from 'node:path';
import { root } from './root.mjs';
import { Problem } from './say.mjs';

const nodeVersionMin = [24, 14, 1];

/** The Node for the product as `{path, version, bundled}`; undefined when there is none. */
export function findNode() {
  if (isRecent(versions.node)) return { path: execPath, version: versions.node, bundled: false };
  const folder = join(root, 'node_modules', `node-${platform}-${arch}`);
  const path = join(folder, 'bin', 'node');
  if (!existsSync(path)) return undefined;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { path, version, bundled: true };
}

/** The same; throws a Problem that says what to do when there is none. */
export function chooseNode() {
  const node = findNode();
  if (node !== undefined) return node;
  const cure = isBundledHere()
    ? 'npm brings Node 24 along, but was told to leave optional packages out: install them'
    : `npm brings no Node 24 for ${platform} ${arch}: install it from nodejs.org`;
  throw new Problem(
    `needs Node ${nodeVersionMin.join('.')} or later; this is ${versions.node}. ${cure}`,
  );
}

/** Whether some Node for the product is here, or will be once the dependencies are installed. */
export function canHaveNode() {
  return isRecent(versions.node) || isBundledHere();
}

function isBundledHere() {
  return platform === 'linux' && (arch === 'x64' || arch === 'arm64');
}

function isRecent(version) {
  const parts = version.split('.').map(Number);
  for (const [index, least] of nodeVersionMin.entries()) {
    if (parts[index] !== least) return parts[index] > least;
  }
  return true;
}
