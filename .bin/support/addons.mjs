// Native add-ons. Installing runs no package's scripts; an add-on that does not load with the binary
// it ships is built here, one by one, so package.json's allowScripts lists what may run code.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { arch, env, platform } from 'node:process';
import { runNpm } from './dependencies.mjs';
import { root } from './root.mjs';
import { Problem, say } from './say.mjs';

const addons = ['sqlite3', 'argon2'];
/** What compiling needs; Debian's packages have the same names. */
const compilers = ['python3', 'make', 'g++'];

/** Makes every add-on loadable by the given Node. */
export function prepareAddons(node) {
  for (const addon of addons) {
    if (loads(addon, node)) continue;
    build(addon, node);
    if (!loads(addon, node)) throw new Problem(`${addon} was built but does not load`);
  }
}

function loads(addon, node) {
  const program = ['--input-type=commonjs', '--eval', `require('${addon}')`];
  return spawnSync(node.path, program, { cwd: root, stdio: 'ignore' }).status === 0;
}

function build(addon, node) {
  say(`preparing ${addon} for Node ${node.version} (compiling takes about a minute)`);
  const result = runNpm(['rebuild', addon, '--foreground-scripts'], buildEnvironment(node));
  if (result.status === 0) return;
  const missing = compilers.filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    throw new Problem(
      `${addon} has no binary for this system and must be compiled, which needs ` +
        `${missing.join(', ')}; on Debian: apt-get install ${missing.join(' ')}`,
    );
  }
  process.stderr.write(result.output);
  throw new Problem(`${addon} could not be compiled; what the compiler said is above`);
}

/**
 * Compiles against headers that are here and need no download: those beside the Node that will load
 * the add-on, or the bundled ones (add-ons use Node-API, which is the same in all of them).
 */
function buildEnvironment(node) {
  const bin = dirname(node.path);
  const bundled = join(root, 'node_modules', `node-${platform}-${arch}`);
  const headers = [dirname(bin), bundled].find((prefix) =>
    existsSync(join(prefix, 'include', 'node', 'node_api.h')),
  );
  return {
    PATH: `${bin}${delimiter}${env.PATH ?? ''}`,
    ...(headers === undefined ? {} : { npm_config_nodedir: headers }),
  };
}

function isOnPath(program) {
  const folders = (env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}
