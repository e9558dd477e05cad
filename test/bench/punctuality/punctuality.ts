/**
 * `npm run bench -- punctuality`: how late a timer of 10 ms is on the storage thread of a real
 * agent, which will have to send heartbeats in time: while requests come as fast as they are
 * answered, while the request thread is blocked, and while keys are generated and passwords hashed.
 * Beside it, how late a process is at the same time that does nothing.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { measure, spread } from '../load/load.ts';
import type { BenchOptions } from '../options.ts';
import { call, callEach, headersOf, type Target } from '../rates/target.ts';
import { type Column, printCells, printTitles } from '../table.ts';
import type { Lateness } from './lateness-meter.ts';
import { MeteredProcess } from './metered-process.ts';

const connectionsOfEach = 16;
const blockMs = 3_000;
const budgetMs = 10;
const body = JSON.stringify({ data: { user: 'app', password: 'x'.repeat(48) } });

export interface PunctualityRow {
  readonly name: string;
  readonly storage: Lateness;
  readonly bare: Lateness;
}

const columns: readonly Column[] = [
  ['storage thread, while', 44],
  ['samples', 9],
  ['p50 ms', 9],
  ['p99 ms', 9],
  ['worst', 9],
  ['bare p99', 10],
  ['budget', 9],
];

export async function benchPunctuality({ seconds }: BenchOptions): Promise<void> {
  printTitles(columns);
  for await (const { name, storage, bare } of punctualityRows(seconds)) {
    const { samples, p50Ms, p99Ms, worstMs } = storage;
    const figures = [p50Ms, p99Ms, worstMs, bare.p99Ms].map((ms) => ms.toFixed(1));
    printCells(columns, [name, String(samples), ...figures, `≤ ${budgetMs}`]);
  }
}

/** One row after the other, each of so many seconds at least. */
export async function* punctualityRows(seconds: number): AsyncGenerator<PunctualityRow> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'agent.yaml');
  await writeFile(file, configuration, { mode: 0o600 });
  await using agent = new MeteredProcess('metered-agent', [file]);
  await using bare = new MeteredProcess('bare-meter');
  const target = await prepare((await agent.word('listening')).address);

  const row = async (name: string, work: () => Promise<unknown>): Promise<PunctualityRow> => {
    for (const process of [agent, bare]) process.tell({ kind: 'start' });
    await work();
    const [storage, other] = await Promise.all([agent.stopMeter(), bare.stopMeter()]);
    return { name, storage, bare: other };
  };
  await load(target, 1);
  yield await row('requests come as fast as answered', () => load(target, seconds));
  yield await row('the request thread is blocked for 3 s', async () => {
    agent.tell({ kind: 'block', ms: blockMs });
    await load(target, blockMs / 1_000 + 1);
  });
  yield await row('8 RSA keys and 58 passwords come besides', async () => {
    agent.tell({ kind: 'slow-jobs' });
    await Promise.all([load(target, seconds), agent.word('slow-jobs-done')]);
  });
}

const configuration = `node: { id: bench-1, data: ./data }
listen:
  - { address: 127.0.0.1:0, tls: off }
init: { from: local, mounts: [{ path: secret, type: kv, version: 2 }] }
audit:
  - { type: file, path: ./audit/audit.log, sync: write }
log: { level: warn }
`;

async function prepare(address: string): Promise<Target> {
  const headers = { 'Content-Type': 'application/json' };
  const made = (await call(address, {
    method: 'POST',
    path: '/v1/sys/init',
    headers,
    body: JSON.stringify({ secret_shares: 1, secret_threshold: 1 }),
  })) as { keys_base64: [string]; root_token: string };
  const key = made.keys_base64[0];
  const unseal = { method: 'POST', path: '/v1/sys/unseal', headers } as const;
  await call(address, { ...unseal, body: JSON.stringify({ key }) });
  const target = { address, token: made.root_token };
  await callEach(address, writes(target));
  return target;
}

function writes({ token }: Target): ReturnType<typeof spread> {
  const path = '/v1/secret/data/bench/{n}';
  return spread({ method: 'POST', path, headers: headersOf(token), body });
}

function reads({ token }: Target): ReturnType<typeof spread> {
  const path = '/v1/secret/data/bench/{n}';
  return spread({ method: 'GET', path, headers: headersOf(token) });
}

async function load(target: Target, seconds: number): Promise<void> {
  const { address } = target;
  const each = { address, connections: connectionsOfEach, seconds };
  await Promise.all([
    measure({ ...each, requests: reads(target) }),
    measure({ ...each, requests: writes(target) }),
  ]);
}
