/**
 * What the number of secrets costs: reads that are spread over all of them (most are in no cache,
 * once there are more than a cache holds) and over a thousand, writes, start, unseal, memory, disk.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import type { BenchRequest } from '../load/raw-request.ts';
import { readRequest, writing } from '../rates/works.ts';
import type { SeededAgent } from '../seed/seeded-agent.ts';
import { seededSecret } from '../seed/seeded-secrets.ts';
import {
  cpuPosition,
  cpuTitle,
  p99Position,
  readColumns,
  readFigures,
  spreadIndices,
} from './read-figures.ts';
import { Series, type SeriesEnd } from './series.ts';

/** Secrets that are read at one size, of all that there are. */
const sampledMax = 20_000;
const fewSecrets = 1_000;
const startRuns = 3;
const bytesPerMegabyte = 1_000_000;

/** Titles of the columns that have budgets. */
export const secretsTitles = {
  cpu: cpuTitle,
  cpuOfFew: 'cpu µs of 1,000',
  start: 'start ms',
  unseal: 'unseal-read ms',
} as const;

const columns = [
  ...readColumns,
  { title: secretsTitles.cpuOfFew, digits: 0 },
  { title: 'write p99 ms', digits: 2 },
  { title: 'write cpu µs', digits: 0 },
  { title: secretsTitles.start, digits: 0 },
  { title: secretsTitles.unseal, digits: 0 },
  { title: 'idle MB', digits: 0 },
  { title: 'loaded MB', digits: 0 },
  { title: 'disk MB', digits: 0 },
];

export interface SecretsGrowth {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly judge: Judge;
}

/** One row a size, each more than the last. Seeds as it goes. */
export async function growSecrets(
  seeded: SeededAgent,
  { sizes, seconds, judge }: SecretsGrowth,
): Promise<ReadonlyMap<string, SeriesEnd>> {
  const series = new Series('secrets', columns);
  for (const size of sizes) {
    await seeded.seedSecrets(size);
    const starts = await medianStart(seeded);
    const { agent } = seeded;
    const idle = await residentMegabytes(agent.pid);
    const figures = async (requests: readonly BenchRequest[]): Promise<readonly number[]> =>
      readFigures({ judge, agent, requests, seconds });
    const spread = await figures(readsOf(seeded, spreadIndices(size, sampledMax)));
    const few = await figures(readsOf(seeded, spreadIndices(fewSecrets, fewSecrets)));
    const sampled = readsOf(seeded, spreadIndices(size, sampledMax));
    const writes = await figures(sampled.map(writing));
    series.add(size, [
      ...spread,
      few[cpuPosition] ?? Number.NaN,
      writes[p99Position] ?? Number.NaN,
      writes[cpuPosition] ?? Number.NaN,
      ...starts,
      idle,
      await residentMegabytes(agent.pid),
      await diskMegabytes(seeded),
    ]);
  }
  return series.end();
}

function readsOf(seeded: SeededAgent, indices: readonly number[]): readonly BenchRequest[] {
  return indices.map((index) =>
    readRequest(seeded.rootToken, `/v1/secret/data/${seededSecret(index)}`),
  );
}

/** Start to health, and last share to first read; the agent runs afterwards. */
async function medianStart(seeded: SeededAgent): Promise<readonly [number, number]> {
  const starts = [];
  for (let run = 0; run < startRuns; run += 1) starts.push(await seeded.restart());
  return [
    median(starts.map(({ toHealth }) => toHealth)),
    median(starts.map(({ toFirstRead }) => toFirstRead)),
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function diskMegabytes({ dataFolder }: SeededAgent): Promise<number> {
  const { size } = await stat(join(dataFolder, 'store.db'));
  return size / bytesPerMegabyte;
}
