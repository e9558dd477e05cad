/**
 * Opens the wallboard: blessed draws in a child process, while the console's own screen is
 * suspended. The child gets the terminal, public figures over IPC and an environment without the
 * operator's token; it runs without the agent's flags, for blessed makes code from strings.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { wallboardEndMsMax, wallboardIntervalMs } from './limits.ts';
import type { WallboardUpdate } from './update.ts';

export interface WallboardSource {
  /** Tells the present state at once and every change; the returned function ends that. */
  subscribe(listener: (update: WallboardUpdate) => void): () => void;
}

export interface WallboardIo {
  /** The terminal, to put it right after a wallboard that could not. */
  readonly stdout: { write(text: string): unknown };
  /** Ends the wallboard. */
  readonly signal?: AbortSignal;
  /** The child's program, where it does not lie where it is built. */
  readonly program?: string;
}

/** `failed` says in a few words what the child died of; the console goes on in any case. */
export type WallboardEnd =
  | { readonly outcome: 'closed' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** What the terminal needs to be told after a full-screen program that was killed. */
const terminalReset =
  '\u001b[?1049l\u001b[?1l\u001b>\u001b[?1000l\u001b[?1002l\u001b[?1006l\u001b[?2004l' +
  '\u001b[0m\u001b[?25h';

/**
 * Lines are drawn in Unicode, as the curves are: switching to the terminal's second character set
 * for them leaves `lqqk` where none is known. The name is of ncurses, and blessed heeds it.
 */
const plainLines = { NCURSES_NO_UTF8_ACS: '1' };

/** No debugger by a signal; no word about what blessed is built on. */
const flags = ['--disable-sigusr1', '--disable-warning=DEP0005'];

/** All of the environment that a drawing program needs. */
const passedVariables = /^(?:TERM|COLORTERM|NO_COLOR|LANG|LC_[A-Z]+|PATH|TMUX|STY|COLUMNS|LINES)$/u;

/** Runs the wallboard to its end. The caller has suspended its own use of the terminal. */
export async function runWallboard(
  source: WallboardSource,
  io: WallboardIo,
): Promise<WallboardEnd> {
  const child = spawn(process.execPath, [...flags, io.program ?? ownProgram()], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environment(),
  });
  const ended = endOf(child);
  const stopFeeding = feed(child, source);
  const stopWatching = endOnAbort(child, io.signal);
  const end = await ended;
  stopFeeding();
  stopWatching();
  if (end.outcome === 'failed') io.stdout.write(terminalReset);
  return end;
}

/** Beside this file; the bundle of the console lies one folder away from it. */
function ownProgram(): string {
  const extension = extname(import.meta.filename);
  const folder = import.meta.dirname;
  if (extension === '.mjs') return join(folder, '..', 'dashboard', 'main.js');
  return join(folder, `main${extension}`);
}

function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => passedVariables.test(name));
  return { ...Object.fromEntries(entries), ...plainLines };
}

function endOf(child: ChildProcess): Promise<WallboardEnd> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => resolve({ outcome: 'failed', reason });
    child.once('error', () => fail('it could not be started'));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve({ outcome: 'closed' });
      else fail(signal === null ? `it ended with ${code}` : `it was ended by ${signal}`);
    });
  });
}

/** Passes on the newest state, at most so often, and never two at once: no queue can grow. */
function feed(child: ChildProcess, source: WallboardSource): () => void {
  let waiting: WallboardUpdate | undefined;
  let isBusy = false;
  const pass = (): void => {
    if (isBusy || waiting === undefined || !child.connected) return;
    isBusy = true;
    child.send(waiting, () => {
      isBusy = false;
    });
    waiting = undefined;
  };
  const leave = source.subscribe((update) => {
    waiting = update;
  });
  pass();
  const timer = setInterval(pass, wallboardIntervalMs);
  return () => {
    clearInterval(timer);
    leave();
  };
}

function endOnAbort(child: ChildProcess, signal: AbortSignal | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), wallboardEndMsMax);
  };
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  };
}
