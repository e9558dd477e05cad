// Which Node runs StrongBox. The launchers run on Node 20 and later; the product needs Node 24, and
// brings it as an npm package where there is one (Linux x64 and arm64).
import { existsSync, readFileSync } from 'node:fs';
import { arch, execPath, platform, versions } from 'node:process';
import { join } from 'node:path';
import { root } from './root.mjs';
import { Problem } from './say.mjs';

const nodeVersionMin = [24, 14, 1];

/** The Node for the product as `{path, version, bundled}`; throws a Problem when there is none. */
export function chooseNode() {
  if (isRecent(versions.node)) return { path: execPath, version: versions.node, bundled: false };
  const folder = join(root, 'node_modules', `node-${platform}-${arch}`);
  const path = join(folder, 'bin', 'node');
  if (existsSync(path)) {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { path, version, bundled: true };
  }
  throw new Problem(
    `needs Node ${nodeVersionMin.join('.')} or later; this is ${versions.node}. ` +
      (isBundledHere()
        ? 'The bundled Node 24 is not installed: run `npm run build` in the project folder'
        : `There is no bundled Node 24 for ${platform} ${arch}: install it from nodejs.org`),
  );
}

/** Whether the dependencies bring a Node 24 for this machine. */
export function isBundledHere() {
  return platform === 'linux' && (arch === 'x64' || arch === 'arm64');
}

/** Whether this process itself can run the product. */
export function isThisNodeRecent() {
  return isRecent(versions.node);
}

function isRecent(version) {
  const parts = version.split('.').map(Number);
  for (const [index, least] of nodeVersionMin.entries()) {
    if (parts[index] !== least) return parts[index] > least;
  }
  return true;
}
