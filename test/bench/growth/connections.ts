/** What connections cost that are open and ask nothing. */
import { Crowd } from '../../support/crowd.ts';
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import { call } from '../rates/target.ts';
import { readRequest, writing } from '../rates/works.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { readPath } from './reader-policy.ts';
import { readColumns, readFigures } from './read-figures.ts';
import { Series } from './series.ts';

/** Each connection has asked once: one that never asks is closed. */
const opening = 'GET /v1/sys/seal-status HTTP/1.1\r\nHost: localhost\r\n\r\n';

/** Until connections sleep, and the agent has collected what served them. */
const restMs = 20_000;

export interface ConnectionsGrowth {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly judge: Judge;
}

export async function growConnections({ sizes, seconds, judge }: ConnectionsGrowth): Promise<void> {
  await using seeded = await SeededAgent.open();
  const { agent, rootToken } = seeded;
  const read = readRequest(rootToken, readPath);
  await call(agent.address, writing(read));
  const columns = [
    ...readColumns,
    ...['loaded MB', 'rested MB', 'open'].map((title) => ({ title, digits: 0 })),
  ];
  const series = new Series('idle connections', columns);
  for (const count of sizes) {
    await using crowd = await Crowd.open({ port: agent.port, count, opening });
    const figures = await readFigures({ judge, agent, requests: [read], seconds });
    const loaded = await residentMegabytes(agent.pid);
    await new Promise((resolve) => setTimeout(resolve, restMs));
    series.add(count, [...figures, loaded, await residentMegabytes(agent.pid), crowd.open]);
  }
  series.end();
}
