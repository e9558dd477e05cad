/** The real console, started as an operator starts it, on a terminal that tests can read. */
import { join } from 'node:path';
import { repositoryFolder } from './agent-process.ts';
import { PtyConsole, type PtyOptions } from './pty-console.ts';

const launcher = join(repositoryFolder, '.bin', 'strongbox.mjs');

export interface ConsoleOptions extends Omit<PtyOptions, 'file' | 'arguments'> {
  /** The agent's Unix socket. */
  readonly socket: string;
  /** Home of the operator, where tokens and key files lie; also the current folder. */
  readonly home: string;
  /** Further words of the command. */
  readonly words?: readonly string[];
}

export function openConsole({ socket, home, words = [], ...options }: ConsoleOptions): PtyConsole {
  return new PtyConsole({
    ...options,
    file: process.execPath,
    arguments: [launcher, 'console', '--address', `unix://${socket}`, ...words],
    folder: home,
    environment: { HOME: home, XDG_CONFIG_HOME: undefined, ...options.environment },
  });
}
