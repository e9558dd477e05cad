/**
 * One load generator for every server: `wrk` where it is installed, else the loader of our own.
 * Both keep `connections` requests under way for `seconds` and tell the rate of answers, their
 * latencies and how many were not 2xx or 3xx. Both send the same bytes.
 */
import type { Measured } from './measured.ts';
import { measureHere } from './own-loader.ts';
import type { RawLoad } from './raw-load.ts';
import { type BenchRequest, rawRequest } from './raw-request.ts';
import { hasWrk, measureWithWrk } from './wrk.ts';

export interface Load {
  /** As in `http://127.0.0.1:8200`. */
  readonly address: string;
  /** Sent in this order over all connections together, again and again. */
  readonly requests: readonly BenchRequest[];
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
}

export type Generator = 'wrk' | 'own';

const generators: Readonly<Record<Generator, (load: RawLoad) => Promise<Measured>>> = {
  wrk: measureWithWrk,
  own: measureHere,
};

/** Places that `spread` puts requests to: a real load rarely rewrites one secret all the time. */
export const placesMax = 1_000;
const placeMark = '{n}';

let chosen: Generator = hasWrk() ? 'wrk' : 'own';

export function useGenerator(generator: Generator): void {
  chosen = generator;
}

export function generatorName(): string {
  return { wrk: 'wrk, one thread', own: 'own loader, one thread' }[chosen];
}

/** Runs one load. Throws when the generator itself fails, or nobody answers. */
export function measure({ address, requests, connections, seconds }: Load): Promise<Measured> {
  const { host, hostname, port } = new URL(address);
  return generators[chosen]({
    host: hostname,
    port: Number(port || '80'),
    requests: requests.map((request) => rawRequest(host, request)),
    connections,
    seconds,
  });
}

/** The same request to many places: `{n}` in its path runs from 0 up to `places`. */
export function spread(request: BenchRequest, places: number = placesMax): BenchRequest[] {
  return Array.from({ length: places }, (_, place) => ({
    ...request,
    path: request.path.replace(placeMark, String(place)),
  }));
}
