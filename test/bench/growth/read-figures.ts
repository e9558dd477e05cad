/** What every series tells of reads (or other requests) at one size. */
import type { Judge } from '../judge.ts';
import { measure } from '../load/load.ts';
import type { BenchRequest } from '../load/raw-request.ts';
import type { SeriesColumn } from './series.ts';

const connections = 16;
const warmUpSeconds = 1;

export interface Reading {
  readonly judge: Judge;
  readonly agent: { readonly address: string; readonly pid: number };
  readonly requests: readonly BenchRequest[];
  readonly seconds: number;
}

export const readColumns: readonly SeriesColumn[] = [
  { title: 'of yardstick', digits: 3 },
  { title: 'req/s', digits: 0 },
  { title: 'p50 ms', digits: 2 },
  { title: 'p99 ms', digits: 2 },
  { title: 'cpu µs', digits: 0 },
  { title: 'cpu ×', digits: 1 },
];
/** Where the CPU time stands in what `readFigures` returns. */
export const cpuPosition = 4;
export const p99Position = 3;

/** Figures for `readColumns`. Throws where an answer was not 2xx: they would mean nothing. */
export async function readFigures(reading: Reading): Promise<readonly number[]> {
  const { judge, agent, requests, seconds } = reading;
  const load = { address: agent.address, requests, connections };
  await measure({ ...load, seconds: warmUpSeconds });
  const { measured, yardstick, cpuMicroseconds, cpuRatio } = await judge.measure(
    { ...load, seconds },
    agent.pid,
  );
  const { requestsPerSecond, p50Ms, p99Ms, notOk } = measured;
  if (notOk > 0) throw new Error(`${notOk} answers of ${measured.requests} were not 2xx`);
  const ofYardstick = requestsPerSecond / yardstick;
  return [ofYardstick, requestsPerSecond, p50Ms, p99Ms, cpuMicroseconds, cpuRatio];
}

/** So many different numbers below `size`, from all over it; the same in every run. */
export function spreadIndices(size: number, countMax: number): readonly number[] {
  const count = Math.min(size, countMax);
  // Multiples of the golden ratio are spread evenly (Weyl's sequence).
  const places = Array.from({ length: count }, (_, at) => (at * 0.618_033_988_749_895) % 1);
  return count === size
    ? Array.from({ length: size }, (_, at) => at)
    : places.map((place) => Math.floor(place * size));
}
