/**
 * `npm run bench`: KV reads and writes at 1, 16 and 64 connections beside a bare node:http server
 * in the same run; then how long the agent takes to answer after its start, and its memory. Each
 * row has its budget and whether that is met, or within a factor of two (budgets.ts).
 *
 * `-- --address URL` measures any address that speaks Vault's dialect over plain HTTP (token from
 * STRONGBOX_TOKEN or VAULT_TOKEN, a KV v2 mount at secret/), so that a peer is measured by the same
 * program; without it, an agent of our own is started for each sync mode.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { AgentProcess } from '../support/agent-process.ts';
import { residentMegabytes, startMilliseconds } from './agent-facts.ts';
import { idleMemoryBudget, rateBudget, startBudget } from './budgets.ts';
import { generatorName, type Load, measure } from './load.ts';
import { printFact, printRate, printTitles } from './table.ts';
import type { Sync, Work } from './work.ts';
import { startYardstick, workMicroseconds } from './yardstick.ts';

const connectionCounts = [1, 16, 64] as const;
const judgedConnections = 16;
const defaultSeconds = 5;
/** Load before the first row: the platform compiles what is hot only then. */
const warmUpSeconds = 3;
const startRuns = 5;

interface Target {
  readonly name: string;
  readonly address: string;
  readonly token: string;
  /** Undefined for a peer, which has no budget. */
  readonly sync?: Sync;
}

const { values } = parseArgs({
  options: {
    address: { type: 'string' },
    seconds: { type: 'string' },
    name: { type: 'string' },
  },
});
const seconds = Number(values.seconds ?? defaultSeconds);

console.log(
  `${generatorName}; ${seconds} s a row; ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`,
);
printTitles();
const idle = await measureYardstick('bare node:http, idle', 0);
const yardstick = await measureYardstick(
  `bare node:http, ${workMicroseconds} µs`,
  workMicroseconds,
);
if (values.address === undefined) {
  for (const sync of ['write', 'always'] as const) await measureOwnAgent(sync);
} else {
  const token = process.env['STRONGBOX_TOKEN'] ?? process.env['VAULT_TOKEN'];
  if (token === undefined) throw new Error('set STRONGBOX_TOKEN to a token that may use secret/');
  await measurePeer({ name: values.name ?? 'peer', address: values.address, token });
}
console.log(
  `the yardstick is the second server at ${judgedConnections} connections; ` +
    `the idle one does ${(idle / yardstick).toFixed(1)} times as much`,
);

/** Prints what a bare server does; returns its rate at the connections that all is judged by. */
async function measureYardstick(name: string, microseconds: number): Promise<number> {
  const server = await startYardstick(microseconds);
  let judged = Number.NaN;
  for (const connections of connectionCounts) {
    const load: Load = { url: server.url, method: 'GET', headers: {}, connections, seconds };
    const measured = await measure(load);
    if (connections === judgedConnections) judged = measured.requestsPerSecond;
    printRate(name, connections, measured, { yardstick: undefined, budget: undefined });
  }
  server.stop();
  return judged;
}

async function measureOwnAgent(sync: Sync): Promise<void> {
  await using agent = await AgentProcess.start({ tls: 'off', sync });
  const { rootToken } = await agent.initialiseAndUnseal();
  await agent.call('POST', '/v1/sys/mounts/secret', {
    token: rootToken,
    body: { type: 'kv', options: { version: '2' } },
  });
  const idleMegabytes = await residentMegabytes(agent.pid);
  const target = { name: `audit ${sync}`, address: agent.address, token: rootToken, sync };
  const loads = await prepare(target);
  await measureRows('read', target, loads.read);
  const loadedMegabytes = await residentMegabytes(agent.pid);
  await measureRows('write', target, loads.write);
  const started = await startMilliseconds(agent, startRuns);
  printFact(`resident memory, unsealed, idle (${sync})`, idleMegabytes, 'MB', idleMemoryBudget);
  printFact(`resident memory after the reads (${sync})`, loadedMegabytes, 'MB', idleMemoryBudget);
  printFact(`start to the first answer of sys/health (${sync})`, started, 'ms', startBudget);
}

async function measurePeer(target: Target): Promise<void> {
  const loads = await prepare(target);
  await measureRows('read', target, loads.read);
  await measureRows('write', target, loads.write);
}

type Requests = Omit<Load, 'connections' | 'seconds'>;

/** Writes the secret that is read, and says what reads and writes are. */
async function prepare(target: Target): Promise<Record<Work, Requests>> {
  const url = `${target.address.replace(/\/$/, '')}/v1/secret/data/bench/one`;
  const headers = { 'X-Vault-Token': target.token, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ data: { user: 'app', password: 'x'.repeat(48) } });
  const first = await fetch(url, { method: 'POST', headers, body });
  if (!first.ok) throw new Error(`writing to secret/data/bench/one answered ${first.status}`);
  return {
    read: { url, method: 'GET', headers },
    write: { url: url.replace(/one$/, '{n}'), method: 'POST', headers, body },
  };
}

async function measureRows(work: Work, { name, sync }: Target, requests: Requests): Promise<void> {
  await measure({ ...requests, connections: judgedConnections, seconds: warmUpSeconds });
  for (const connections of connectionCounts) {
    const measured = await measure({ ...requests, connections, seconds });
    const budget = sync && rateBudget({ work, sync, connections }, yardstick);
    printRate(`KV ${work}, ${name}`, connections, measured, { yardstick, budget });
  }
}
