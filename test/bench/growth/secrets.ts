/**
 * What the number of secrets costs: reads that are spread over all of them (most are in no cache,
 * once there are more than a cache holds) and over a thousand, writes, start, unseal, memory, disk.
 * A second agent with a thousand secrets is asked in turn with it: ratios are to that one.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import { ascending, percentile } from '../load/measured.ts';
import type { BenchRequest } from '../load/raw-request.ts';
import { readRequest, writing } from '../rates/works.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { seededSecret } from '../seed/seeded-secrets.ts';
import { cpuRatio } from './paired.ts';
import {
  cpuPosition,
  p99Position,
  readColumns,
  readFigures,
  spreadIndices,
} from './read-figures.ts';
import { Series, type SeriesEnd } from './series.ts';

/** Secrets that are read at one size, of all that there are. */
const sampledMax = 20_000;
const smallSecrets = 1_000;
const startRuns = 3;
const bytesPerMegabyte = 1_000_000;

/** Titles of the columns that have budgets. */
export const secretsTitles = {
  spread: 'read / small',
  few: 'few / small',
  start: 'start ms',
  unseal: 'unseal ms',
} as const;

const columns = [
  ...readColumns,
  { title: secretsTitles.spread, digits: 2 },
  { title: secretsTitles.few, digits: 2 },
  { title: 'write p99 ms', digits: 2 },
  { title: 'write cpu µs', digits: 0 },
  { title: secretsTitles.start, digits: 0 },
  { title: 'start / small', digits: 2 },
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
  growth: SecretsGrowth,
): Promise<ReadonlyMap<string, SeriesEnd>> {
  await using small = await SeededAgent.open();
  await small.seedSecrets(smallSecrets);
  const series = new Series('secrets', columns);
  for (const size of growth.sizes) {
    await seeded.seedSecrets(size);
    series.add(size, await figuresOf(seeded, small, growth));
  }
  return series.end();
}

/** Figures for `columns`. Both agents are stopped before, or run. */
async function figuresOf(
  seeded: SeededAgent,
  small: SeededAgent,
  { seconds, judge }: SecretsGrowth,
): Promise<readonly number[]> {
  const starts = await startBoth(seeded, small);
  const { agent } = seeded;
  const idle = await residentMegabytes(agent.pid);
  const reads = readsOf(seeded, spreadIndices(seeded.secrets, sampledMax));
  const few = readsOf(seeded, spreadIndices(smallSecrets, smallSecrets));
  const fewOfSmall = {
    agent: small.agent,
    requests: readsOf(small, spreadIndices(smallSecrets, smallSecrets)),
  };
  const read = await readFigures({ judge, agent, requests: reads, seconds });
  await readFigures({ judge, ...fewOfSmall, seconds: 1 });
  const spreadRatio = await cpuRatio({ agent, requests: reads }, fewOfSmall);
  const fewRatio = await cpuRatio({ agent, requests: few }, fewOfSmall);
  const write = await readFigures({ judge, agent, requests: reads.map(writing), seconds });
  return [
    ...read,
    spreadRatio,
    fewRatio,
    write[p99Position] ?? Number.NaN,
    write[cpuPosition] ?? Number.NaN,
    ...starts,
    idle,
    await residentMegabytes(agent.pid),
    await diskMegabytes(seeded),
  ];
}

function readsOf(seeded: SeededAgent, indices: readonly number[]): readonly BenchRequest[] {
  return indices.map((index) =>
    readRequest(seeded.rootToken, `/v1/secret/data/${seededSecret(index)}`),
  );
}

/** Start to health, the same over that of the small one, and last share to first read. */
async function startBoth(
  seeded: SeededAgent,
  small: SeededAgent,
): Promise<readonly [number, number, number]> {
  const large = [];
  const other = [];
  for (let run = 0; run < startRuns; run += 1) {
    other.push(await small.restart());
    large.push(await seeded.restart());
  }
  const start = median(large.map(({ toHealth }) => toHealth));
  const ratio = start / median(other.map(({ toHealth }) => toHealth));
  return [start, ratio, median(large.map(({ toFirstRead }) => toFirstRead))];
}

function median(values: readonly number[]): number {
  return percentile(values.toSorted(ascending), 0.5);
}

async function diskMegabytes({ dataFolder }: SeededAgent): Promise<number> {
  const { size } = await stat(join(dataFolder, 'store.db'));
  return size / bytesPerMegabyte;
}
