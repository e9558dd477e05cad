import type { FlagSpec } from './flag-specs.ts';
import { commandEntries, findCommand } from './commands.ts';
import { flagsOf } from './flags-of.ts';

/** What can stand at the place of the last word; the shell filters by what is typed of it. */
export async function candidates(words: readonly string[]): Promise<string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const found = findCommand(before);
  if (found === undefined) return nextWords(before);
  const { command } = await found.entry.load();
  const specs = flagsOf(command);
  const flag = specs[(before.at(-1) ?? '').replace(/^--?/u, '')];
  if (flag?.choices !== undefined) return [...flag.choices];
  if (!current.startsWith('-')) return [];
  return [...Object.entries<FlagSpec>(specs).map(([name]) => `--${name}`), '--help'];
}

/** The words that continue the name of a command. */
function nextWords(before: readonly string[]): string[] {
  const names = commandEntries.map((entry) => entry.name.split(' '));
  const below = names.filter((name) => before.every((word, index) => name[index] === word));
  return [...new Set(below.flatMap((name) => name[before.length] ?? []))];
}
