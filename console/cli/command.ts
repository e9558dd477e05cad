import type { Context } from './context.ts';
import type { FlagSpecs, FlagValues } from './flag-specs.ts';

/**
 * A command as data: what it takes, what it shows as examples, and what it does. The parser, the
 * help and the completion are made from it, so that none of them can be stale.
 */
export interface Command<Specs extends FlagSpecs = FlagSpecs> {
  /** Positional arguments as yargs spells them: `<path> [data..]`. */
  readonly arguments: string;
  /** What each argument is. */
  readonly argumentTexts?: Readonly<Record<string, string>>;
  /** More than the summary in one sentence, where one is needed. */
  readonly description?: string;
  readonly flags: Specs;
  /** Lines without the program's name, and what each does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** `false` for commands that talk to no server: they have no connection flags. */
  readonly online?: false;
  /** The exit code; undefined is 0. */
  run(invocation: Invocation<FlagValues<Specs>>): Promise<number | void>;
}

export interface Invocation<Flags> {
  readonly flags: Flags;
  readonly arguments: readonly string[];
  readonly context: Context;
  /** What can stand at the end of words: the index knows all commands, and no command the index. */
  readonly candidates: (words: readonly string[]) => Promise<readonly string[]>;
}

/** Keeps the exact flags of a command while it is written, and forgets them for the index. */
export function defineCommand<const Specs extends FlagSpecs>(command: Command<Specs>): Command {
  return command;
}
