/** Prints what the tour does and counts what it checked; a check that fails ends the tour. */
import type { CommandInput, CommandOutcome } from './programs.ts';
import { runStrongbox } from './programs.ts';
import type { Workspace } from './workspace.ts';

/** A failed check. Its message is the whole story: the tour prints it and exits 1. */
export class CheckFailed extends Error {}

export class TourScript {
  #steps = 0;
  #checks = 0;
  readonly #workspace: Workspace;
  readonly #write: (text: string) => void;

  constructor(workspace: Workspace, write: (text: string) => void) {
    this.#workspace = workspace;
    this.#write = write;
  }

  get checks(): number {
    return this.#checks;
  }

  get steps(): number {
    return this.#steps;
  }

  step(title: string): void {
    this.#steps += 1;
    this.#write(`\n${this.#steps}. ${title}\n`);
  }

  say(text: string): void {
    this.#write(`   ${text}\n`);
  }

  /** States what was checked; throws when it does not hold. */
  check(holds: boolean, statement: string): void {
    if (!holds) throw new CheckFailed(`check failed: ${statement}`);
    this.#checks += 1;
    this.#write(`   ✓ ${statement}\n`);
  }

  /**
   * Runs a command line that must end with `status`, and shows it. `shown` hides nothing secret.
   */
  async run(
    commandArguments: readonly string[],
    input: CommandInput & { readonly status?: number; readonly note?: string } = {},
  ): Promise<CommandOutcome> {
    const from = input.stdin === undefined ? '' : ` < ${input.note ?? 'input'}`;
    this.#write(`   $ strongbox ${commandArguments.map(quoted).join(' ')}${from}\n`);
    const outcome = await runStrongbox(this.#workspace, commandArguments, input);
    const expected = input.status ?? 0;
    if (outcome.status !== expected) {
      throw new CheckFailed(
        `strongbox ${commandArguments[0] ?? ''} ended with ${outcome.status}, expected ${expected}:\n${outcome.stdout}${outcome.stderr}`,
      );
    }
    return outcome;
  }

  /** The same with `--format json`, parsed. */
  async json(
    commandArguments: readonly string[],
    input: CommandInput & { readonly status?: number; readonly note?: string } = {},
  ): Promise<unknown> {
    const outcome = await this.run([...commandArguments, '--format', 'json'], input);
    try {
      return JSON.parse(outcome.stdout);
    } catch {
      throw new CheckFailed(`strongbox ${commandArguments.join(' ')} printed no JSON`);
    }
  }
}

/** Reads a value out of parsed JSON by property names and array indexes. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return (inner as Record<string | number, unknown>)[name];
  }, value);
}

/** The same for a value that must be text. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw new CheckFailed(`no text at ${path.join('.')}`);
  return found;
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
