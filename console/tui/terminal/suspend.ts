/**
 * Gives the terminal to somebody else for a while: the shell (Ctrl-Z), an editor, the wallboard,
 * the secret prompt. Ink takes it back and draws everything anew.
 */
import { spawn } from 'node:child_process';
import type { SuspendTerminal } from 'ink';
import { keepAliveIntervalMs } from '../../limits.ts';
import { resetSequence } from './restore.ts';

export interface ChildEnd {
  /** Undefined when the program could not be started; `reason` says why. */
  readonly code: number | null | undefined;
  readonly signal: NodeJS.Signals | null;
  readonly reason: string | undefined;
}

/** Until when each terminal is lent out: whoever has it draws on it. */
const lendings = new WeakMap<SuspendTerminal, Promise<void>>();

/** Runs `act` while the terminal is not Ink's. One who comes while it is lent has it after that. */
export async function whileSuspended<Result>(
  suspendTerminal: SuspendTerminal,
  act: () => Promise<Result>,
): Promise<Result> {
  const before = lendings.get(suspendTerminal);
  const now = (): Promise<Result> => lend(suspendTerminal, act);
  const lending = before === undefined ? now() : before.then(now);
  const end = lending.then(nothing, nothing);
  lendings.set(suspendTerminal, end);
  try {
    return await lending;
  } finally {
    if (lendings.get(suspendTerminal) === end) lendings.delete(suspendTerminal);
  }
}

/** A timer keeps the process: suspended, Ink holds nothing that does, and the loop would end. */
async function lend<Result>(
  suspendTerminal: SuspendTerminal,
  act: () => Promise<Result>,
): Promise<Result> {
  const keepAlive = setInterval(nothing, keepAliveIntervalMs);
  try {
    const suspension = await suspendTerminal();
    try {
      return await act();
    } finally {
      await suspension.resume();
    }
  } finally {
    clearInterval(keepAlive);
  }
}

function nothing(): void {}

/**
 * Draws the whole screen anew, in raw mode, whatever others have done to the terminal: lending it
 * out for no time at all makes Ink do that. Does nothing while somebody has it: it is drawn anew
 * when they give it back.
 */
export async function drawAnew(suspendTerminal: SuspendTerminal): Promise<void> {
  if (lendings.has(suspendTerminal)) return;
  await whileSuspended(suspendTerminal, () => Promise.resolve());
}

/**
 * Stops the whole process group, as the terminal does on Ctrl-Z: whatever started the console (npm,
 * a launcher) is part of the job that the shell waits for. Answers when `fg` has woken it.
 */
export function stopForShell(suspendTerminal: SuspendTerminal): Promise<void> {
  return whileSuspended(suspendTerminal, async () => {
    const woken = new Promise<void>((resolve) => process.once('SIGCONT', () => resolve()));
    process.kill(0, 'SIGTSTP');
    await woken;
  });
}

export interface ChildProgram {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Gives the terminal to a program and waits for its end. What it left switched on (a killed one
 * restores nothing) is switched off before Ink draws again.
 */
export function runInTerminal(
  suspendTerminal: SuspendTerminal,
  program: ChildProgram,
  write: (text: string) => unknown,
): Promise<ChildEnd> {
  return whileSuspended(suspendTerminal, async () => {
    const end = await runChild(program);
    write(resetSequence);
    return end;
  });
}

/** A console that ends takes its child along: an orphan would go on reading the terminal. */
function runChild({ file, arguments: words, environment }: ChildProgram): Promise<ChildEnd> {
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: 'inherit', env: environment ?? process.env });
    const endChild = (): void => void child.kill();
    process.once('exit', endChild);
    const ended = (end: ChildEnd): void => {
      process.off('exit', endChild);
      resolve(end);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? `there is no program ${file}` : error.message;
      ended({ code: undefined, signal: null, reason });
    });
    child.once('exit', (code, signal) => ended({ code, signal, reason: undefined }));
  });
}

/** `VISUAL`, else `EDITOR`, else `vi`; split at spaces, so `code --wait` works. */
export function editorProgram(
  environment: Readonly<Record<string, string | undefined>>,
  file: string,
): ChildProgram {
  const chosen = [environment['VISUAL'], environment['EDITOR']].map((each) => each?.trim() ?? '');
  const [program = 'vi', ...words] = (chosen.find((each) => each !== '') ?? 'vi').split(/\s+/);
  return { file: program, arguments: [...words, file] };
}
