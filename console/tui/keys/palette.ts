/**
 * The grammar of the command line under `:`. A line is words; the first ones name a command of the
 * verb table (or an alias, or what only one command begins with), the rest are its arguments. A
 * word with spaces is written in double quotes. `-` alone repeats the last command.
 */
import { paletteSuggestionsMax } from '../../limits.ts';
import type { Command, Verb, View } from './verb.ts';

export type Parsed<Model, Effect> =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'command';
      readonly verb: Verb<Model, Effect>;
      readonly args: readonly string[];
    }
  /** A sentence: what is wrong, and what was perhaps meant. */
  | { readonly kind: 'wrong'; readonly problem: string };

export interface Suggestion {
  /** What the line becomes when it is taken. */
  readonly line: string;
  /** `seal NODE`, or the value of an argument. */
  readonly label: string;
  readonly help: string;
}

interface Named<Model, Effect> {
  readonly name: string;
  readonly verb: Verb<Model, Effect>;
  readonly command: Command<Model>;
}

/** Words of a line; a last word that is still being typed is the last element, or ''. */
export function words(line: string): readonly string[] {
  const found = Array.from(line.matchAll(/"(?<quoted>[^"]*)"?|(?<plain>\S+)/g));
  const list = found.map(({ groups }) => groups?.['quoted'] ?? groups?.['plain'] ?? '');
  return line === '' || /\s$/.test(line) ? [...list, ''] : list;
}

/** The command that the line means in this view. */
export function parseCommand<Model, Effect>(
  line: string,
  verbs: readonly Verb<Model, Effect>[],
  view: View,
): Parsed<Model, Effect> {
  const typed = words(line.trim()).filter((word) => word !== '');
  if (typed.length === 0) return { kind: 'empty' };
  const names = namesOf(verbs, view);
  const exact = longest(names.filter(({ name }) => startsWithWords(typed, name)));
  const candidates = names.filter(({ name }) => name.startsWith(typed[0] ?? ''));
  const verbsMeant = new Set(candidates.map(({ verb }) => verb));
  const meant = exact ?? (verbsMeant.size === 1 ? longest(candidates) : undefined);
  if (meant === undefined) return { kind: 'wrong', problem: unknown(typed, candidates) };
  const used = exact === undefined ? 1 : meant.name.split(' ').length;
  return checked(meant, typed.slice(used));
}

/** What could follow what is typed, best first. */
export function suggestions<Model, Effect>(
  line: string,
  verbs: readonly Verb<Model, Effect>[],
  place: { readonly view: View; readonly model: Model },
): readonly Suggestion[] {
  const names = namesOf(verbs, place.view);
  const typed = words(line);
  const done = longest(names.filter(({ name }) => startsWithWords(typed.slice(0, -1), name)));
  const found =
    done === undefined || names.some(({ name }) => name !== done.name && name.startsWith(line))
      ? nameSuggestions(line, names)
      : valueSuggestions(done, typed, place.model);
  return found.slice(0, paletteSuggestionsMax);
}

function namesOf<Model, Effect>(
  verbs: readonly Verb<Model, Effect>[],
  view: View,
): readonly Named<Model, Effect>[] {
  return verbs
    .filter((verb) => verb.view === 'global' || verb.view === view)
    .flatMap((verb) => {
      const { command } = verb;
      if (command === undefined) return [];
      return [command.name, ...(command.aliases ?? [])].map((name) => ({ name, verb, command }));
    });
}

function startsWithWords(typed: readonly string[], name: string): boolean {
  return name.split(' ').every((word, index) => typed[index] === word);
}

function longest<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
): Entry | undefined {
  return entries.toSorted((left, right) => right.name.length - left.name.length)[0];
}

function checked<Model, Effect>(
  { verb, command }: Named<Model, Effect>,
  args: readonly string[],
): Parsed<Model, Effect> {
  const parameters = command.parameters ?? [];
  const missing = parameters.slice(args.length).find(({ optional }) => optional !== true);
  if (missing !== undefined) {
    return { kind: 'wrong', problem: `:${usage(command)} needs ${missing.name}` };
  }
  if (args.length <= parameters.length) return { kind: 'command', verb, args };
  if (parameters.at(-1)?.takesRest !== true) {
    return { kind: 'wrong', problem: `:${usage(command)} takes no more words` };
  }
  const before = args.slice(0, parameters.length - 1);
  return { kind: 'command', verb, args: [...before, args.slice(before.length).join(' ')] };
}

/** `seal NODE`, `secrets [PATH]`. */
export function usage<Model>({ name, parameters = [] }: Command<Model>): string {
  const shown = parameters.map((each) => (each.optional === true ? `[${each.name}]` : each.name));
  return [name, ...shown].join(' ');
}

function unknown<Model, Effect>(
  [word = '']: readonly string[],
  candidates: readonly Named<Model, Effect>[],
): string {
  if (candidates.length === 0) return `there is no command :${word}; Tab lists what there is`;
  const names = candidates.slice(0, 3).map(({ name }) => `:${name}`);
  return `:${word} could be ${names.join(', ')}; type one more letter`;
}

function nameSuggestions<Model, Effect>(
  line: string,
  names: readonly Named<Model, Effect>[],
): readonly Suggestion[] {
  return names
    .filter(({ name }) => name.startsWith(line))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, verb, command }) => ({
      line: (command.parameters ?? []).length > 0 ? `${name} ` : name,
      label: usage({ ...command, name }),
      help: verb.help,
    }));
}

function valueSuggestions<Model, Effect>(
  { name, command, verb }: Named<Model, Effect>,
  typed: readonly string[],
  model: Model,
): readonly Suggestion[] {
  const position = typed.length - 1 - name.split(' ').length;
  const values = command.parameters?.[position]?.values?.(model) ?? [];
  const begun = typed.at(-1) ?? '';
  const before = typed.slice(0, -1).map(quoted);
  return values
    .filter((value) => value.startsWith(begun))
    .map((value) => ({
      line: [...before, quoted(value)].join(' '),
      label: value,
      help: verb.help,
    }));
}

function quoted(word: string): string {
  return /[\s"]/.test(word) ? `"${word.replaceAll('"', '')}"` : word;
}
