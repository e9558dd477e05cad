import { failure } from '../../shared/errors/failure.ts';
import { suggestion } from '../../shared/policy/diagnostics.ts';
import type { Command } from './command.ts';
import { commandEntries, findCommand, findGroup } from './commands.ts';
import type { Context, Surroundings } from './context.ts';
import { elsewhere } from './elsewhere.ts';
import { commandHelp, groupHelp } from './help.ts';
import { reportError } from './report.ts';

/** Runs a command line; resolves with its exit code and never rejects. */
export async function runCommandLine(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  try {
    return await dispatch(words, surroundings);
  } catch (error) {
    return reportError(error, surroundings.stderr);
  }
}

async function dispatch(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const found = findCommand(isVersionFlag(words[0]) ? ['version', ...words.slice(1)] : words);
  if (found === undefined) return showGroup(words, surroundings);
  const { command } = await found.entry.load();
  const rest = words.slice(found.length);
  if (asksForHelp(rest)) {
    surroundings.stdout.write(commandHelp(found.entry, command));
    return 0;
  }
  return runCommand(found.entry.name, command, { words: rest, surroundings });
}

interface Call {
  readonly words: readonly string[];
  readonly surroundings: Surroundings;
}

async function runCommand(name: string, command: Command, call: Call): Promise<number> {
  const [{ parseWords }, context] = await Promise.all([
    import('./parse.ts'),
    import('./context.ts'),
  ]);
  const parsed = parseWords(name, command, call.words);
  const made: Context = new context.Context(call.surroundings, parsed.flags);
  try {
    const { arguments: given, flags } = parsed;
    const invocation = { flags: flags as never, arguments: given, context: made, candidates };
    return (await command.run(invocation)) ?? 0;
  } finally {
    made.close();
  }
}

async function candidates(words: readonly string[]): Promise<readonly string[]> {
  const complete = await import('./complete.ts');
  return complete.candidates(words);
}

/** Help of a group, or of everything; words that lead nowhere are a mistake. */
function showGroup(words: readonly string[], { stdout }: Surroundings): number {
  const group = findGroup(words);
  const depth = group === '' ? 0 : group.split(' ').length;
  const next = words[depth];
  if (next === undefined || isHelp(next)) {
    stdout.write(groupHelp(group));
    return next === undefined ? 1 : 0;
  }
  throw unknownCommand(group, next);
}

/**
 * Words are compared within their group: a whole name is near many others that share its group, and
 * nobody who types `operator rekey` may be sent to `operator seal`.
 */
function unknownCommand(group: string, word: string): Error {
  const prefix = group === '' ? '' : `${group} `;
  const name = `${prefix}${word}`;
  const near = suggestion(word, wordsAfter(prefix));
  const hint = elsewhere.get(name) ?? near?.replace('"', `"${prefix}`);
  return failure('cli.command-unknown', {
    command: name,
    suggestion: hint === undefined ? '' : `; ${hint}`,
  });
}

function wordsAfter(prefix: string): string[] {
  const names = commandEntries.map((entry) => entry.name).filter((name) => name.startsWith(prefix));
  return [...new Set(names.map((name) => name.slice(prefix.length).split(' ')[0] ?? ''))];
}

function isVersionFlag(word: string | undefined): boolean {
  return word !== undefined && /^--?(?:version|v)$/u.test(word);
}

/** Everything before `--` counts. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).some((word) => /^-(?:h|-?help)$/u.test(word));
}

function isHelp(word: string): boolean {
  return /^(?:-h|-?-?help)$/u.test(word);
}
