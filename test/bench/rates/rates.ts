/**
 * Rates: each work at 1, 16 and 64 connections, for each sync mode of the audit log, beside a bare
 * node:http server in the same run; then what one start takes, and memory before and after the
 * load. On a machine that does other work, too, the CPU time of a request is what to compare.
 */
import { residentMegabytes, startMilliseconds } from '../agent-facts.ts';
import { idleMemoryBudget, rateBudget, startBudget } from '../budgets.ts';
import { Judge, judgedConnections, measureWithCpu } from '../judge.ts';
import { measure } from '../load/load.ts';
import { type BenchOptions, wanted } from '../options.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { secretOfLargeFolder } from '../seed/seeded-secrets.ts';
import { printFact, printRate, printTitles } from '../table.ts';
import { startYardstick, workMicroseconds, yardstickRequest } from '../yardstick.ts';
import type { Target } from './target.ts';
import type { Sync } from './work.ts';
import { listedSecrets, type WorkRow, works } from './works.ts';

const defaultConnections = [1, 16, 64];
/** Load before the first row: the platform compiles what is hot only then. */
const warmUpSecondsMax = 3;
const startRuns = 5;

/** What a row is measured on. */
interface Measuring extends Target {
  /** Behind the name of the work. */
  readonly label: string;
  readonly judge: Judge;
  readonly seconds: number;
  readonly connections: readonly number[];
  /** Of our own agent: what its budgets are, and whose CPU time is counted. */
  readonly own?: { readonly sync: Sync; readonly pid: number };
}

export async function benchRates(options: BenchOptions): Promise<void> {
  printTitles();
  await printYardsticks(options);
  using judge = await Judge.start();
  if (options.address !== undefined) {
    await measurePeer(options, options.address, judge);
    return;
  }
  const syncs: readonly Sync[] = options.sync === undefined ? ['write', 'always'] : [options.sync];
  for (const sync of syncs) await measureOwnAgent(options, sync, judge);
}

function connectionsOf({ connections = defaultConnections }: BenchOptions): readonly number[] {
  return connections;
}

async function printYardsticks(options: BenchOptions): Promise<void> {
  const { seconds } = options;
  for (const microseconds of [0, workMicroseconds]) {
    const server = await startYardstick(microseconds);
    const name = microseconds === 0 ? 'idle' : `${microseconds} µs`;
    for (const connections of connectionsOf(options)) {
      const load = { address: server.url, requests: [yardstickRequest], connections, seconds };
      const { measured, cpuMicroseconds } = await measureWithCpu(load, server.pid);
      printRate(`bare node:http, ${name}`, connections, measured, { cpuMicroseconds });
    }
    server.stop();
  }
}

async function measurePeer(options: BenchOptions, address: string, judge: Judge): Promise<void> {
  const token = process.env['STRONGBOX_TOKEN'] ?? process.env['VAULT_TOKEN'];
  if (token === undefined) throw new Error('set STRONGBOX_TOKEN to a token that may use secret/');
  const { name: label, seconds } = options;
  const base = address.replace(/\/$/, '');
  const connections = connectionsOf(options);
  const target = { label, address: base, token, judge, seconds, connections };
  for (const work of wanted(works, options)) {
    if (!work.seeded) await measureRows(work, target);
  }
}

async function measureOwnAgent(options: BenchOptions, sync: Sync, judge: Judge): Promise<void> {
  const { seconds, threads } = options;
  const connections = connectionsOf(options);
  await using seeded = await SeededAgent.open({ sync, threads });
  const { agent, rootToken: token } = seeded;
  const idle = await residentMegabytes(agent.pid);
  const label = threads === 1 ? sync : `${sync}, ${threads} request threads`;
  const target = (): Measuring => {
    const { address, pid } = agent;
    return { label, address, token, judge, seconds, connections, own: { sync, pid } };
  };
  const rows = wanted(works, options);
  for (const work of rows.filter((row) => !row.seeded)) await measureRows(work, target());
  const loaded = await residentMegabytes(agent.pid);
  const inSeeded = rows.filter((row) => row.seeded);
  if (inSeeded.length > 0) {
    await seeded.seedOthers({ from: 0, to: listedSecrets, pathOf: secretOfLargeFolder });
    await seeded.restart();
    for (const work of inSeeded) await measureRows(work, target());
  }
  const start = await startMilliseconds(agent, startRuns);
  printFact(`resident memory, unsealed, idle (${sync})`, idle, 'MB', idleMemoryBudget);
  printFact(`resident memory after the load (${sync})`, loaded, 'MB');
  printFact(`start to the first answer of sys/health (${sync})`, start, 'ms', startBudget);
}

async function measureRows(work: WorkRow, measuring: Measuring): Promise<void> {
  const { address, judge, own, label, seconds } = measuring;
  const requests = await work.prepare(measuring);
  const warmUp = Math.min(seconds, warmUpSecondsMax);
  await measure({ address, requests, connections: judgedConnections, seconds: warmUp });
  for (const connections of measuring.connections) {
    const load = { address, requests, connections, seconds };
    const { measured, ...judged } = await judge.measure(load, own?.pid);
    const row = own && { work: work.name, sync: own.sync, connections };
    const budget = row && rateBudget(row, judged.yardstick);
    printRate(`${work.title}, ${label}`, connections, measured, { ...judged, budget });
  }
}
