/**
 * `npm run bench`: KV reads and writes at 1, 16 and 64 connections, beside a bare node:http server
 * in the same run. `-- --address URL` measures any address that speaks Vault's dialect over plain
 * HTTP (token from STRONGBOX_TOKEN or VAULT_TOKEN, a KV v2 mount at secret/), so that a peer is
 * measured by the same program; without it, an agent of our own is started for each sync mode.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { AgentProcess } from '../support/agent-process.ts';
import { generatorName, type Load, measure, type Measured } from './load.ts';
import { startYardstick } from './yardstick.ts';

const connectionCounts = [1, 16, 64] as const;
const defaultSeconds = 5;

interface Target {
  readonly name: string;
  readonly address: string;
  readonly token: string;
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
console.log(
  'work                          conn      req/s     p50 ms    p99 ms  of bare   not 2xx',
);
const bare = await measureBare();
if (values.address === undefined) {
  for (const sync of ['write', 'always'] as const) await measureOwnAgent(sync);
} else {
  const token = process.env['STRONGBOX_TOKEN'] ?? process.env['VAULT_TOKEN'];
  if (token === undefined) throw new Error('set STRONGBOX_TOKEN to a token that may use secret/');
  await measureTarget({ name: values.name ?? 'peer', address: values.address, token });
}

async function measureBare(): Promise<ReadonlyMap<number, number>> {
  const yardstick = await startYardstick();
  const rates = new Map<number, number>();
  for (const connections of connectionCounts) {
    const load: Load = { url: yardstick.url, method: 'GET', headers: {}, connections, seconds };
    const measured = await measure(load);
    rates.set(connections, measured.requestsPerSecond);
    printRow('bare node:http', connections, measured, undefined);
  }
  yardstick.stop();
  return rates;
}

async function measureOwnAgent(sync: 'write' | 'always'): Promise<void> {
  await using agent = await AgentProcess.start({ tls: 'off', sync });
  const { rootToken } = await agent.initialiseAndUnseal();
  await agent.call('POST', '/v1/sys/mounts/secret', {
    token: rootToken,
    body: { type: 'kv', options: { version: '2' } },
  });
  await measureTarget({ name: `audit ${sync}`, address: agent.address, token: rootToken });
}

async function measureTarget(target: Target): Promise<void> {
  const url = `${target.address.replace(/\/$/, '')}/v1/secret/data/bench/one`;
  const places = url.replace(/one$/, '{n}');
  const headers = { 'X-Vault-Token': target.token, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ data: { user: 'app', password: 'x'.repeat(48) } });
  const first = await fetch(url, { method: 'POST', headers, body });
  if (!first.ok) throw new Error(`writing to secret/data/bench/one answered ${first.status}`);
  for (const connections of connectionCounts) {
    const read = await measure({ url, method: 'GET', headers, connections, seconds });
    printRow(`KV read, ${target.name}`, connections, read, bare.get(connections));
  }
  for (const connections of connectionCounts) {
    const write = await measure({
      url: places,
      method: 'POST',
      headers,
      body,
      connections,
      seconds,
    });
    printRow(`KV write, ${target.name}`, connections, write, bare.get(connections));
  }
}

function printRow(
  work: string,
  connections: number,
  measured: Measured,
  bareRate: number | undefined,
): void {
  const ratio = bareRate === undefined ? '' : (measured.requestsPerSecond / bareRate).toFixed(3);
  console.log(
    work.padEnd(28) +
      String(connections).padStart(6) +
      measured.requestsPerSecond.toFixed(0).padStart(11) +
      measured.p50Ms.toFixed(2).padStart(11) +
      measured.p99Ms.toFixed(2).padStart(10) +
      ratio.padStart(9) +
      String(measured.notOk).padStart(10),
  );
}
