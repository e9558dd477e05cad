/**
 * `npm run bench`: KV reads and writes at 1, 16 and 64 connections beside a bare node:http server
 * in the same run; then how long the agent takes to answer after its start, and its memory. Each
 * row has its budget and whether that is met, or within a factor of two (budgets.ts); on a machine
 * that does other work, too, the CPU time of a request is what to compare.
 *
 * `-- --address URL` measures any address that speaks Vault's dialect over plain HTTP (token from
 * STRONGBOX_TOKEN or VAULT_TOKEN, a KV v2 mount at secret/), so that a peer is measured by the same
 * program; without it, an agent of our own is started for each sync mode.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { AgentProcess } from '../support/agent-process.ts';
import { cpuTimeMicroseconds, residentMegabytes, startMilliseconds } from './agent-facts.ts';
import { idleMemoryBudget, rateBudget, startBudget } from './budgets.ts';
import { generatorName, type Load, measure } from './load.ts';
import { printFact, printRate, printTitles } from './table.ts';
import type { Sync, Work } from './work.ts';
import type { Measured } from './wrk-output.ts';
import { startYardstick, workMicroseconds, type Yardstick } from './yardstick.ts';

const connectionCounts = [1, 16, 64] as const;
const judgedConnections = 16;
const defaultSeconds = 5;
/** Load before the first row: the platform compiles what is hot only then. */
const warmUpSeconds = 3;
const startRuns = 5;
/** The yardstick is looked at again before each row, for so long. */
const judgeSeconds = 1;

interface Target {
  readonly name: string;
  readonly address: string;
  readonly token: string;
  /** Of our own agent: what its budgets are, and whose CPU time is counted. */
  readonly own?: { readonly sync: Sync; readonly pid: number };
}

type Requests = Omit<Load, 'connections' | 'seconds'>;

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
const idle = await startYardstick(0);
await measureYardstick('bare node:http, idle', idle);
idle.stop();
const yardstick = await startYardstick(workMicroseconds);
await measureYardstick(`bare node:http, ${workMicroseconds} µs`, yardstick);
try {
  if (values.address === undefined) {
    for (const sync of ['write', 'always'] as const) await measureOwnAgent(sync);
  } else {
    const token = process.env['STRONGBOX_TOKEN'] ?? process.env['VAULT_TOKEN'];
    if (token === undefined) throw new Error('set STRONGBOX_TOKEN to a token that may use secret/');
    const name = values.name ?? 'peer';
    await measureTarget({ name, address: values.address, token });
  }
} finally {
  yardstick.stop();
}

async function measureYardstick(name: string, server: Yardstick): Promise<void> {
  for (const connections of connectionCounts) {
    const load = { ...requestsOf(server), connections, seconds };
    const { measured, cpuMicroseconds } = await measureWithCpu(load, server.pid);
    printRate(name, connections, measured, { cpuMicroseconds });
  }
}

function requestsOf(server: Yardstick): Requests {
  return { url: server.url, method: 'GET', headers: {} };
}

async function measureOwnAgent(sync: Sync): Promise<void> {
  await using agent = await AgentProcess.start({ tls: 'off', sync });
  const { rootToken } = await agent.initialiseAndUnseal();
  await agent.call('POST', '/v1/sys/mounts/secret', {
    token: rootToken,
    body: { type: 'kv', options: { version: '2' } },
  });
  const idleMegabytes = await residentMegabytes(agent.pid);
  let loadedMegabytes = Number.NaN;
  const { address, pid } = agent;
  const target = { name: `audit ${sync}`, address, token: rootToken, own: { sync, pid } };
  await measureTarget(target, async () => {
    loadedMegabytes = await residentMegabytes(agent.pid);
  });
  const started = await startMilliseconds(agent, startRuns);
  printFact(`resident memory, unsealed, idle (${sync})`, idleMegabytes, 'MB', idleMemoryBudget);
  printFact(`resident memory after the reads (${sync})`, loadedMegabytes, 'MB', idleMemoryBudget);
  printFact(`start to the first answer of sys/health (${sync})`, started, 'ms', startBudget);
}

async function measureTarget(target: Target, whenRead?: () => Promise<void>): Promise<void> {
  const url = `${target.address.replace(/\/$/, '')}/v1/secret/data/bench/one`;
  const headers = { 'X-Vault-Token': target.token, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ data: { user: 'app', password: 'x'.repeat(48) } });
  const first = await fetch(url, { method: 'POST', headers, body });
  if (!first.ok) throw new Error(`writing to secret/data/bench/one answered ${first.status}`);
  await measureRows('read', target, { url, method: 'GET', headers });
  await whenRead?.();
  const places = url.replace(/one$/, '{n}');
  await measureRows('write', target, { url: places, method: 'POST', headers, body });
}

/** Each row is judged by what the yardstick does just before it: the machine may be shared. */
async function measureRows(work: Work, target: Target, requests: Requests): Promise<void> {
  const { name, own } = target;
  await measure({ ...requests, connections: judgedConnections, seconds: warmUpSeconds });
  for (const connections of connectionCounts) {
    const judge = { ...requestsOf(yardstick), connections: judgedConnections };
    const bare = (await measure({ ...judge, seconds: judgeSeconds })).requestsPerSecond;
    const load = { ...requests, connections, seconds };
    const { measured, cpuMicroseconds } = await measureWithCpu(load, own?.pid);
    const budget = own && rateBudget({ work, sync: own.sync, connections }, bare);
    const beside = { yardstick: bare, budget, cpuMicroseconds };
    printRate(`KV ${work}, ${name}`, connections, measured, beside);
  }
}

async function measureWithCpu(
  load: Load,
  pid: number | undefined,
): Promise<{ readonly measured: Measured; readonly cpuMicroseconds: number }> {
  const before = pid === undefined ? Number.NaN : await cpuTimeMicroseconds(pid);
  const measured = await measure(load);
  const after = pid === undefined ? Number.NaN : await cpuTimeMicroseconds(pid);
  const requests = measured.requestsPerSecond * load.seconds;
  return { measured, cpuMicroseconds: (after - before) / requests };
}
