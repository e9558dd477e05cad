/** What the number of rules costs: in one policy, and in many of ten rules each. */
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import { call } from '../rates/target.ts';
import { readRequest, writing } from '../rates/works.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { allowReading, readPath } from './reader-policy.ts';
import { readColumns, readFigures } from './read-figures.ts';
import { Series } from './series.ts';

const rulesOfPolicy = 10;

export interface PoliciesGrowth {
  /** Numbers of rules. */
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly judge: Judge;
}

export async function growPolicies(growth: PoliciesGrowth): Promise<void> {
  await using seeded = await SeededAgent.open();
  const { agent, rootToken } = seeded;
  await call(agent.address, writing(readRequest(rootToken, readPath)));
  await measureEach(seeded, growth, 'rules in one policy', async (rules) => {
    await allowReading(seeded, `one-${rules}`, rules);
    return [`one-${rules}`];
  });
  await measureEach(seeded, growth, 'rules, ten a policy', async (rules) => {
    const names = Array.from({ length: Math.ceil(rules / rulesOfPolicy) }, (_, at) => `many-${at}`);
    for (const name of names) await allowReading(seeded, name, Math.min(rules, rulesOfPolicy));
    return names;
  });
}

async function measureEach(
  { agent, rootToken }: SeededAgent,
  { sizes, seconds, judge }: PoliciesGrowth,
  what: string,
  writePolicies: (rules: number) => Promise<readonly string[]>,
): Promise<void> {
  const series = new Series(what, [...readColumns, { title: 'loaded MB', digits: 0 }]);
  for (const rules of sizes) {
    const policies = await writePolicies(rules);
    const body = { policies };
    const made = await agent.call('POST', '/v1/auth/token/create', { token: rootToken, body });
    const { auth } = made.json as { auth: { client_token: string } };
    const requests = [readRequest(auth.client_token, readPath)];
    const figures = await readFigures({ judge, agent, requests, seconds });
    series.add(rules, [...figures, await residentMegabytes(agent.pid)]);
  }
  series.end();
}
