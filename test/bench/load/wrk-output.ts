/** What wrk prints (`wrk --latency`, version 4), as figures. */

import type { Measured } from './measured.ts';

const millisecondsPerUnit = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** The figures of a run. Throws if one is missing. */
export function parseWrkOutput(output: string): Measured {
  const rate = /^Requests\/sec:\s+([\d.]+)$/m.exec(output)?.[1];
  if (rate === undefined) throw new Error(`wrk printed no figures:\n${output}`);
  return {
    requests: Number(/^ *(\d+) requests in /m.exec(output)?.[1]),
    requestsPerSecond: Number(rate),
    p50Ms: percentile(output, 50),
    p99Ms: percentile(output, 99),
    notOk: refused(output) + failed(output),
  };
}

/** A line of its own: the deviations further up can end in the same digits. */
function percentile(output: string, percent: number): number {
  const text = new RegExp(`^\\s+${percent}%\\s+(\\S+) ?$`, 'm').exec(output)?.[1] ?? '';
  const [, number, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(text) ?? [];
  const milliseconds = millisecondsPerUnit.get(unit);
  if (number === undefined || milliseconds === undefined) {
    throw new Error(`wrk printed no figures (${percent} %: "${text}"):\n${output}`);
  }
  return Number((Number(number) * milliseconds).toPrecision(12));
}

function refused(output: string): number {
  return Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0);
}

function failed(output: string): number {
  const counts = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    output,
  );
  return (counts ?? []).slice(1).reduce((sum, count) => sum + Number(count), 0);
}
