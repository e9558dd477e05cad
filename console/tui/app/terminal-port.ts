/** What effects need of the terminal; the React tree provides it once it is mounted. */
import type { ChildEnd, ChildProgram } from '../terminal/suspend.ts';

export interface TerminalPort {
  /** Gives the terminal away while `act` runs, and draws everything anew afterwards. */
  suspended<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Gives the terminal to a program, until it ends. */
  run(program: ChildProgram): Promise<ChildEnd>;
  /** Ctrl-Z: to the shell, until `fg`. */
  stopForShell(): Promise<void>;
  /** Writes what is on the screen to a file; resolves with its path. */
  dump(): Promise<string>;
  redraw(): void;
  /** An escape sequence that draws nothing, as OSC 52. */
  write(sequence: string): void;
  /** Ends the console. */
  exit(): void;
}
