/** What the number of live tokens costs: reads with all of them in turn, and with one. */
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import { readRequest, writing } from '../rates/works.ts';
import { call } from '../rates/target.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { seedTokens } from '../seed/seed-tokens.ts';
import { allowReading, readPath } from './reader-policy.ts';
import { cpuPosition, readColumns, readFigures, spreadIndices } from './read-figures.ts';
import { Series } from './series.ts';

/** Tokens that are used at one size, of all that there are. */
const usedMax = 20_000;
const policyName = 'reader';

export interface TokensGrowth {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly judge: Judge;
}

export async function growTokens({ sizes, seconds, judge }: TokensGrowth): Promise<void> {
  await using seeded = await SeededAgent.open();
  const { agent, rootToken } = seeded;
  await call(agent.address, writing(readRequest(rootToken, readPath)));
  await allowReading({ agent, rootToken }, policyName, 1);
  const columns = [
    ...readColumns,
    { title: 'cpu µs of 1', digits: 0 },
    { title: 'idle MB', digits: 0 },
    { title: 'loaded MB', digits: 0 },
  ];
  const series = new Series('live tokens', columns);
  const tokens: string[] = [];
  for (const size of sizes) {
    await seeded.seed(async (store) => {
      const plan = { count: size - tokens.length, policies: ['default', policyName] };
      tokens.push(...(await seedTokens(store, plan)));
    });
    await seeded.restart();
    const idle = await residentMegabytes(agent.pid);
    const reads = spreadIndices(size, usedMax).map((at) => readRequest(tokens[at] ?? '', readPath));
    const all = await readFigures({ judge, agent, requests: reads, seconds });
    const one = await readFigures({ judge, agent, requests: reads.slice(0, 1), seconds });
    const loaded = await residentMegabytes(agent.pid);
    series.add(size, [...all, one[cpuPosition] ?? Number.NaN, idle, loaded]);
  }
  series.end();
}
