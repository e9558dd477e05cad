/**
 * Gives the terminal back as it was, however the process ends: by itself, by a throw, a rejection
 * nobody handles, or a signal. Nothing can be done about SIGKILL: the user types `reset`.
 *
 * The sequence is written synchronously to the descriptor: streams are not flushed by a dying
 * process. It only switches off what the console switches on, so writing it twice does no harm.
 */
import { writeSync } from 'node:fs';

/**
 * Leave the alternate screen (1047: the cursor stays, where 1049 would put it back over what was
 * printed since), application cursor keys and keypad off, mouse and focus
 * reports and bracketed paste off, attributes off, cursor on, synchronised output off.
 */
export const resetSequence: string = [
  '\u001b[?2026l',
  '\u001b[?1047l',
  '\u001b[?1l',
  '\u001b>',
  '\u001b[?1000l',
  '\u001b[?1002l',
  '\u001b[?1004l',
  '\u001b[?1006l',
  '\u001b[?2004l',
  '\u001b[<u',
  '\u001b[0m',
  '\u001b[?25h',
].join('');

export interface TerminalEnds {
  /** Descriptor that the reset is written to. */
  readonly descriptor: number;
  /** `process.stdin`; its raw mode goes off. */
  readonly stdin: { setRawMode?(on: boolean): unknown };
}

/** Exit status of a process that ended by this signal, as shells count. */
export const signalExits = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;
export type EndingSignal = keyof typeof signalExits;

export interface Guard {
  /**
   * Ink's `unmount`, which runs before the reset from now on. Afterwards it would wipe the shell's
   * screen instead of its own, and the reason of the end with it.
   */
  unmountFirst(unmount: () => void): void;
  /** The terminal is in order again; nothing more is to be done at exit. */
  release(): void;
}

/**
 * Watches over the terminal from now on. `describe` says what is printed about an error that ends
 * the process; it must show no secret.
 */
export function guardTerminal(ends: TerminalEnds, describe: (error: unknown) => string): Guard {
  let unmount = (): void => undefined;
  const restore = (): void => {
    unmount();
    unmount = () => undefined;
    restoreTerminal(ends);
  };
  const onError = (error: unknown): void => {
    restore();
    writeAll(ends.descriptor, `${describe(error)}\n`);
    process.exit(1);
  };
  const release = watchProcess({
    exit: restore,
    error: onError,
    signal: (signal) => {
      restore();
      process.exit(signalExits[signal]);
    },
  });
  return {
    release,
    unmountFirst: (given) => {
      unmount = given;
    },
  };
}

interface Ends {
  readonly exit: () => void;
  readonly error: (error: unknown) => void;
  readonly signal: (signal: EndingSignal) => void;
}

/** Hears of every end but SIGKILL; the answer stops listening. */
function watchProcess({ exit, error, signal: onSignal }: Ends): () => void {
  const signals = (Object.keys(signalExits) as readonly EndingSignal[]).map((signal) => ({
    signal,
    act: () => onSignal(signal),
  }));
  process.on('exit', exit);
  process.on('uncaughtException', error);
  process.on('unhandledRejection', error);
  for (const { signal, act } of signals) process.on(signal, act);
  // Without a listener the runtime opens a debugger, to which every user of the host may connect.
  process.on('SIGUSR1', deaf);
  return () => {
    process.off('exit', exit);
    process.off('uncaughtException', error);
    process.off('unhandledRejection', error);
    for (const { signal, act } of signals) process.off(signal, act);
    // SIGUSR1 stays unheard: the token is still in memory until the process has ended.
  };
}

function deaf(): void {}

/** Puts the terminal in order now. */
function restoreTerminal({ descriptor, stdin }: TerminalEnds): void {
  try {
    stdin.setRawMode?.(false);
  } catch {
    // The terminal is gone, as after SIGHUP: there is nothing to put in order.
  }
  writeAll(descriptor, resetSequence);
}

/** Nobody reads a terminal that is gone or full, and nobody may wait for it at exit. */
function writeAll(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // EIO, EBADF, EAGAIN: see above.
  }
}
