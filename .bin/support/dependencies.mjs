// Dependencies, exactly as the lock file names them. npm itself leaves a list of what it installed
// (node_modules/.package-lock.json, written last), so nothing of ours can drift from the truth.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, env, execPath, platform } from 'node:process';
import { join } from 'node:path';
import { root } from './root.mjs';
import { Problem, say } from './say.mjs';

const wantedPath = join(root, 'package-lock.json');
const installedPath = join(root, 'node_modules', '.package-lock.json');

/** Installs what the lock file names, unless it is all there. */
export function installDependencies() {
  if (isInstalled()) return;
  say('installing dependencies');
  const result = runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {});
  if (result.status !== 0) {
    process.stderr.write(result.output);
    throw new Problem('the dependencies could not be installed; what npm said is above');
  }
}

function isInstalled() {
  if (!existsSync(installedPath)) return false;
  const wanted = JSON.parse(readFileSync(wantedPath, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedPath, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForHere(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * Whether an optional package is meant for this machine: it names a system or processor, and this
 * one. (Those that name none only serve other optional ones.)
 */
function isForHere(entry) {
  if (entry.os === undefined && entry.cpu === undefined) return false;
  return allows(entry.os, platform) && allows(entry.cpu, arch) && allows(entry.libc, libc());
}

/** npm's lists: names that are wanted, or names with `!` that are not. */
function allows(list, value) {
  if (list === undefined) return true;
  const names = [list].flat();
  if (names.includes(`!${value}`)) return false;
  return names.includes(value) || names.every((name) => name.startsWith('!'));
}

function libc() {
  if (platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** Runs npm in the project's folder; `{status, output}` with both streams in one text. */
export function runNpm(args, extraEnv) {
  const script = env.npm_execpath;
  const [command, first] = script?.endsWith('.js') ? [execPath, [script]] : ['npm', []];
  const result = spawnSync(command, [...first, ...args], {
    cwd: root,
    env: { ...env, ...extraEnv },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    encoding: 'utf8',
  });
  if (result.error?.code === 'ENOENT') throw new Problem('needs npm, which is not on PATH');
  return { status: result.status, output: `${result.stdout}${result.stderr}` };
}
