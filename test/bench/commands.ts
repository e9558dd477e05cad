/** The instruments of the bench, by name, and how each is used. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { benchAudit } from './audit.ts';
import { benchBarrier } from './barrier.ts';
import { benchGrowth } from './growth/growth.ts';
import { benchMemory } from './memory.ts';
import type { BenchOptions } from './options.ts';
import { benchPunctuality } from './punctuality/punctuality.ts';
import { benchRates } from './rates/rates.ts';
import { benchSeed } from './seed/seed-command.ts';
import { benchSize } from './size.ts';
import { benchStore } from './store.ts';

export interface BenchCommand {
  readonly name: string;
  readonly what: string;
  /** The options that it looks at, as the help shows them. */
  readonly usage: string;
  /** Whether `all` runs it. */
  readonly inAll: boolean;
  readonly run: BenchRun;
}

type BenchRun =
  | { readonly kind: 'here'; readonly bench: (options: BenchOptions) => Promise<void> }
  /** A program of its own, with options of its own: its file, without the extension. */
  | { readonly kind: 'program'; readonly file: string };

export const defaultCommand = 'rates';

const here = (bench: (options: BenchOptions) => Promise<void>): BenchRun => ({
  kind: 'here',
  bench,
});
const program = (file: string): BenchRun => ({ kind: 'program', file });

export const commands: readonly BenchCommand[] = [
  {
    name: 'rates',
    what: 'requests a second and their cost, by work, connections and sync mode; start; memory',
    usage:
      '--seconds N --only WORK,… --connections N,… --sync write|always --threads N --address URL --name NAME',
    inAll: true,
    run: here(benchRates),
  },
  {
    name: 'memory',
    what: 'resident memory: idle, after many reads, with many live tokens',
    usage: '--reads N --tokens N',
    inAll: true,
    run: here(benchMemory),
  },
  {
    name: 'size',
    what: 'reads, start and unseal of a store of millions of secrets beside a small one',
    usage: '--seconds N --sizes N,… --folder F',
    inAll: true,
    run: here(benchSize),
  },
  {
    name: 'growth',
    what: 'p99, CPU time and memory as secrets, tokens, policies, connections become more',
    usage: '--seconds N --only SERIES,… --sizes N,…',
    inAll: true,
    run: here(benchGrowth),
  },
  {
    name: 'seed',
    what: 'fills the store of an agent in a folder that stays, without HTTP',
    usage: '--secrets N --folder F',
    inAll: false,
    run: here(benchSeed),
  },
  {
    name: 'audit',
    what: 'records a second that the audit trail takes, and that `audit verify` reads',
    usage: '--seconds N',
    inAll: true,
    run: here(benchAudit),
  },
  {
    name: 'store',
    what: 'gets and commits of the embedded store alone',
    usage: '--seconds N --folder F',
    inAll: true,
    run: here(benchStore),
  },
  {
    name: 'barrier',
    what: 'sealing and opening a value',
    usage: '',
    inAll: true,
    run: here(benchBarrier),
  },
  {
    name: 'punctuality',
    what: 'how late a timer of the storage thread is, whatever the request thread does',
    usage: '--seconds N',
    inAll: true,
    run: here(benchPunctuality),
  },
  {
    name: 'raft',
    what: 'proposals a second of the bare Raft core',
    usage: '',
    inAll: true,
    run: program('raft'),
  },
  {
    name: 'console',
    what: 'start of the console, and its keys under load',
    usage: '',
    inAll: true,
    run: program('console'),
  },
  {
    name: 'overload',
    what: 'more than the agent can do, bodies of a megabyte, hostile and idle clients',
    usage: '--seconds N --idle N --only PART',
    inAll: true,
    run: program(join('overload', 'main')),
  },
];

const nameWidth = 12;

/** What `npm run bench -- help` prints. */
export function helpText(): string {
  const lines = commands.flatMap(({ name, what, usage }) => [
    `  ${name.padEnd(nameWidth)}${what}`,
    ...(usage === '' ? [] : [`  ${''.padEnd(nameWidth)}  ${usage}`]),
  ]);
  return [
    'npm run bench -- [NAME] [OPTION…]',
    '',
    ...lines,
    `  ${'all'.padEnd(nameWidth)}each of them but seed, one after the other, with the same options`,
    `  ${'help'.padEnd(nameWidth)}this page`,
    '',
    `Without a name: ${defaultCommand}. --loader own|wrk says who makes the load (wrk where it is`,
    'installed). A rate stands beside that of a bare node:http server just before it ("of',
    'yardstick"), and so does the CPU time of a request ("cpu ×"): on a busy machine, look there.',
  ].join('\n');
}

/** Runs a program of the bench; resolves with its exit code. */
export async function runProgram(file: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
