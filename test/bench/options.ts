/** What can be said behind the name of a bench, for all of them alike. */
import { parseArgs } from 'node:util';
import type { Generator } from './load/load.ts';
import type { Sync } from './rates/work.ts';

export interface BenchOptions {
  /** Of each row. */
  readonly seconds: number;
  readonly generator: Generator | undefined;
  /** A data folder that stays; a temporary one where it is absent. */
  readonly folder: string | undefined;
  /** How many secrets to seed. */
  readonly secrets: number | undefined;
  /** How many tokens to make. */
  readonly tokens: number;
  readonly reads: number;
  /** Sizes of a series, ascending. */
  readonly sizes: readonly number[] | undefined;
  /** Names of the rows or series that are wanted; all where it is absent. */
  readonly only: readonly string[] | undefined;
  readonly sync: Sync | undefined;
  /** Request threads of the agent. */
  readonly threads: number;
  readonly connections: readonly number[] | undefined;
  /** A server that is not ours to start. */
  readonly address: string | undefined;
  readonly name: string;
}

const specs = {
  seconds: { type: 'string', default: '5' },
  loader: { type: 'string' },
  folder: { type: 'string' },
  secrets: { type: 'string' },
  tokens: { type: 'string', default: '80000' },
  reads: { type: 'string', default: '1000000' },
  sizes: { type: 'string' },
  only: { type: 'string' },
  sync: { type: 'string' },
  threads: { type: 'string', default: '1' },
  connections: { type: 'string' },
  address: { type: 'string' },
  name: { type: 'string', default: 'peer' },
} as const;

/** Throws an error that says what is wrong with which option. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...args], options: specs, strict: true });
  return {
    seconds: count('seconds', values.seconds),
    generator: oneOf('loader', ['wrk', 'own'], values.loader),
    folder: values.folder,
    secrets: values.secrets === undefined ? undefined : count('secrets', values.secrets),
    tokens: count('tokens', values.tokens),
    reads: count('reads', values.reads),
    sizes: ascendingCounts('sizes', values.sizes),
    only: values.only?.split(','),
    sync: oneOf('sync', ['write', 'always'], values.sync),
    threads: count('threads', values.threads),
    connections: ascendingCounts('connections', values.connections),
    address: values.address,
    name: values.name,
  };
}

/** Those of some names that are wanted. Throws where one that is wanted is not there. */
export function wanted<Named extends { readonly name: string }>(
  all: readonly Named[],
  { only }: Pick<BenchOptions, 'only'>,
): readonly Named[] {
  if (only === undefined) return all;
  const names = all.map(({ name }) => name);
  const strange = only.filter((name) => !names.includes(name));
  if (strange.length > 0) {
    throw new Error(`--only: there is no ${strange.join(', ')}; there are ${names.join(', ')}`);
  }
  return all.filter(({ name }) => only.includes(name));
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${option}: "${text}" is not a whole number above 0`);
}

function ascendingCounts(option: string, text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const values = text.split(',').map((one) => count(option, one));
  const ascend = values.every((value, at) => at === 0 || value > (values[at - 1] ?? 0));
  if (!ascend) throw new Error(`--${option}: write them from the least to the most`);
  return values;
}

function oneOf<Word extends string>(
  option: string,
  words: readonly Word[],
  text: string | undefined,
): Word | undefined {
  const word = words.find((one) => one === text);
  if (text === undefined || word !== undefined) return word;
  throw new Error(`--${option}: "${text}" is none of ${words.join(', ')}`);
}
