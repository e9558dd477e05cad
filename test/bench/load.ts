/**
 * One load generator for every server: `wrk` where it is installed, else a loader of our own on
 * node:http. Both keep `connections` requests under way for `seconds` and report the rate of
 * answers, their latencies and how many were not 2xx.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type RequestOptions, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Measured, parseWrkOutput } from './wrk-output.ts';

export interface Load {
  /** `{n}` in it runs through 0 to `placesMax` - 1, a place a request. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly connections: number;
  readonly seconds: number;
}

/** Secrets that writes are spread over: a real load rarely rewrites one secret all the time. */
const placesMax = 1_000;
const placeMark = '{n}';

export const generatorName: string = hasWrk() ? 'wrk, one thread' : 'own loader on node:http';

/** Runs one load. Throws when the generator itself fails. */
export function measure(load: Load): Promise<Measured> {
  return hasWrk() ? measureWithWrk(load) : measureHere(load);
}

function hasWrk(): boolean {
  return spawnSync('wrk', ['--version']).error === undefined;
}

async function measureWithWrk(load: Load): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'strongbox-bench-'));
  try {
    const script = join(folder, 'load.lua');
    await writeFile(script, luaScript(load), { mode: 0o600 }); // the token stays out of argv
    const output = await runWrk([
      '-t1',
      `-c${load.connections}`,
      `-d${load.seconds}s`,
      '--latency',
      '--timeout',
      '10s',
      '-s',
      script,
      load.url.replace(placeMark, '0'),
    ]);
    return parseWrkOutput(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function luaScript(load: Load): string {
  const lines = [`wrk.method = ${JSON.stringify(load.method)}`];
  for (const [name, value] of Object.entries(load.headers)) {
    lines.push(`wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`);
  }
  if (load.body !== undefined) lines.push(`wrk.body = [==[${load.body}]==]`);
  const [before, after] = new URL(load.url).pathname.split(encodeURI(placeMark));
  if (before !== undefined && after !== undefined) {
    lines.push('local n = 0', 'request = function()', `  n = (n + 1) % ${placesMax}`);
    lines.push(
      `  return wrk.format(nil, ${JSON.stringify(before)} .. n .. ${JSON.stringify(after)})`,
    );
    lines.push('end');
  }
  return `${lines.join('\n')}\n`;
}

function runWrk(wrkArguments: readonly string[]): Promise<string> {
  const child = spawn('wrk', wrkArguments, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve(output) : reject(new Error(`wrk ended with ${status}:\n${output}`)),
    );
  });
}

async function measureHere(load: Load): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const latencies: number[] = [];
  let notOk = 0;
  const started = performance.now();
  const endMs = started + load.seconds * 1_000;
  const client = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const before = performance.now();
      const status = await oneRequest(load, agent);
      latencies.push(performance.now() - before);
      if (status < 200 || status > 299) notOk += 1;
    }
  };
  await Promise.all(Array.from({ length: load.connections }, client));
  const elapsedSeconds = (performance.now() - started) / 1_000;
  agent.destroy();
  latencies.sort((left, right) => left - right);
  return {
    requestsPerSecond: latencies.length / elapsedSeconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    notOk,
  };
}

let place = 0;

function oneRequest(load: Load, agent: Agent): Promise<number> {
  place = (place + 1) % placesMax;
  const url = load.url.replace(placeMark, String(place));
  const options: RequestOptions = { method: load.method, headers: { ...load.headers }, agent };
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.once('error', reject);
    });
    call.once('error', reject);
    call.end(load.body);
  });
}

function percentile(sorted: readonly number[], fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}
