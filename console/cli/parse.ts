import yargs from 'yargs';
import { failure } from '../../shared/errors/failure.ts';
import { normaliseArguments } from './argv.ts';
import type { Command } from './command.ts';
import type { FlagSpec, FlagSpecs } from './flag-specs.ts';
import { flagsOf } from './flags-of.ts';

/**
 * Reads one command's part of the command line, with yargs. Nothing is guessed: no number is made
 * of a text, no flag is passed over or given twice, no argument is left over. Errors name flags,
 * never values or arguments: a secret may have slipped into the wrong place.
 */
export interface ParsedWords {
  readonly flags: Readonly<Record<string, FlagContent>>;
  readonly arguments: readonly string[];
}

type FlagContent = string | readonly string[] | number | boolean | undefined;

/** Makes the error of a mistake. */
type Usage = (problem: string) => Error;

/** `name` is that of the command, as in `kv get`. Throws `cli.usage`. */
export function parseWords(name: string, command: Command, words: readonly string[]): ParsedWords {
  const usage = (problem: string) => failure('cli.usage', { problem, command: name });
  const specs = flagsOf(command);
  const normalised = normaliseArguments(words);
  refuseUnknownFlags(normalised, specs, usage);
  const parsed = runYargs(normalised, specs, usage);
  const flags = Object.entries(specs).map(([flag, spec]) => [
    flag,
    readFlag(flag, spec, { value: parsed[flag], usage }),
  ]);
  const given = (parsed['_'] as readonly unknown[]).map(String);
  checkCount(command.arguments, given.length, usage);
  return { flags: Object.fromEntries(flags), arguments: given };
}

const parserConfiguration = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
} as const;

function runYargs(
  words: readonly string[],
  specs: FlagSpecs,
  usage: Usage,
): Readonly<Record<string, unknown>> {
  const parser = yargs([...words])
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false);
  parser.parserConfiguration(parserConfiguration).showHelpOnFail(false);
  for (const [name, spec] of Object.entries(specs)) {
    const aliases = spec.aliases === undefined ? {} : { alias: [...spec.aliases] };
    const isSwitch = spec.type === 'switch';
    const type = isSwitch ? 'boolean' : 'string';
    parser.option(name, { type, requiresArg: !isSwitch, ...aliases });
  }
  // The only thing left for yargs to complain of is a flag without its value.
  parser.fail(() => {
    throw usage('a flag at the end, or before another flag, has no value');
  });
  return parser.parseSync();
}

function refuseUnknownFlags(words: readonly string[], specs: FlagSpecs, usage: Usage): void {
  const known = new Set<string>();
  for (const [name, spec] of Object.entries(specs)) {
    for (const spelling of [name, ...(spec.aliases ?? [])]) known.add(dashed(spelling));
  }
  for (const word of words) {
    if (word === '--') return;
    if (!word.startsWith('-') || word === '-') continue;
    const flag = word.split('=', 1)[0] ?? word;
    if (flag === '--tls-skip-verify') throw failure('client.tls-skip-verify', { setting: flag });
    if (!known.has(flag)) throw usage(`there is no flag ${flag}`);
  }
}

function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

interface Given {
  readonly value: unknown;
  readonly usage: Usage;
}

function readFlag(name: string, spec: FlagSpec, { value, usage }: Given): FlagContent {
  const given = value === undefined ? [] : [value].flat();
  const texts = given.filter((text) => typeof text === 'string');
  if (spec.type === 'texts') return texts;
  if (given.length > 1) throw usage(`--${name} is given more than once`);
  if (given.length === 0) return undefined;
  if (spec.type === 'switch') return value === true;
  const [text = ''] = texts;
  if (spec.type === 'count') return readCount(name, text, usage);
  if (spec.choices !== undefined && !spec.choices.includes(text)) {
    throw usage(`--${name} is one of ${spec.choices.join(', ')}`);
  }
  return text;
}

function readCount(name: string, text: string, usage: Usage): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw usage(`--${name} is a whole number`);
}

/** `<path> [data..]`: at least one, and any number more. */
function checkCount(pattern: string, count: number, usage: Usage): void {
  const places = pattern === '' ? [] : pattern.split(' ');
  const needed = places.filter((place) => place.startsWith('<')).length;
  const open = places.some((place) => place.includes('..'));
  if (count >= needed && (open || count <= places.length)) return;
  throw usage(pattern === '' ? 'it takes no arguments' : `its arguments are ${pattern}`);
}
