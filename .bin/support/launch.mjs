// Hands this process over to another program. Where Node can (execve), the process becomes the
// program: same process id, no one in between. Node 20 cannot; there a thin parent stays, passes
// signals on and ends as its child ended.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { env, platform } from 'node:process';

/** Signals a person or a service manager sends to a daemon. */
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'];
/** Those a terminal sends to the whole group: the child already has them. */
const terminalSignals = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP']);
/** Variables by which an environment could put code or flags into the program. */
const strippedVariables = ['NODE_OPTIONS', 'NODE_PATH'];

/**
 * Runs `node.path` with the arguments in place of this process, or as its only child. `defaults`:
 * variables that it gets where this environment does not have them.
 */
export async function launch(node, args, defaults = {}) {
  const environment = childEnvironment(defaults);
  if (typeof process.execve === 'function') {
    process.execve(node.path, [node.path, ...args], environment);
  }
  const { command, first } = boundToThisProcess(node.path);
  const child = spawn(command, [...first, ...args], { stdio: 'inherit', env: environment });
  const hasTerminal = [0, 1, 2].some((fd) => isTerminal(fd));
  for (const signal of signals) {
    process.on(signal, () => {
      if (!(hasTerminal && terminalSignals.has(signal))) child.kill(signal);
    });
  }
  const { code, signal } = await ended(child);
  process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
}

/** This environment without what could put code or flags into the program. */
export function childEnvironment(defaults = {}) {
  const environment = { ...defaults, ...env };
  for (const name of strippedVariables) delete environment[name];
  return environment;
}

/** A parent that is killed cannot pass that on; on Linux the kernel does it, if asked. */
export function boundToThisProcess(nodePath) {
  const setpriv = '/usr/bin/setpriv';
  if (platform !== 'linux' || !existsSync(setpriv)) return { command: nodePath, first: [] };
  return { command: setpriv, first: ['--pdeathsig', 'TERM', nodePath] };
}

function isTerminal(fd) {
  return [process.stdin, process.stdout, process.stderr][fd].isTTY === true;
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
}
