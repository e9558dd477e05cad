/**
 * What the number of rules costs: in one policy, in many of ten rules each that one token has, and
 * in as many policies with a token each (every service has its own), all of which are used.
 */
import { policyRulesMax } from '../../../shared/policy/limits.ts';
import { residentMegabytes } from '../agent-facts.ts';
import type { Judge } from '../judge.ts';
import { call, headersOf } from '../rates/target.ts';
import { readRequest, writing } from '../rates/works.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { allowReading, readPath } from './reader-policy.ts';
import { readColumns, readFigures } from './read-figures.ts';
import { Series } from './series.ts';

const rulesOfPolicy = 10;

export interface PoliciesGrowth {
  /** Numbers of rules; of policies, where each has a token. */
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly judge: Judge;
}

/** Writes policies for a size, and returns the policies of each token. */
type WritePolicies = (size: number) => Promise<readonly (readonly string[])[]>;

export async function growPolicies(growth: PoliciesGrowth): Promise<void> {
  await using seeded = await SeededAgent.open();
  const { agent, rootToken } = seeded;
  await call(agent.address, writing(readRequest(rootToken, readPath)));
  const inOne = { ...growth, sizes: growth.sizes.filter((rules) => rules <= policyRulesMax) };
  await measureEach(seeded, inOne, 'rules in one policy', async (rules) => {
    await allowReading(seeded, `one-${rules}`, rules);
    return [[`one-${rules}`]];
  });
  const writeMany = async (count: number): Promise<readonly string[]> => {
    const names = Array.from({ length: count }, (_, at) => `many-${at}`);
    for (const name of names) await allowReading(seeded, name, rulesOfPolicy);
    return names;
  };
  await measureEach(seeded, growth, 'rules, ten a policy', async (rules) => [
    await writeMany(Math.ceil(rules / rulesOfPolicy)),
  ]);
  await measureEach(seeded, growth, 'policies, one a token', async (count) =>
    (await writeMany(count)).map((name) => [name]),
  );
}

async function measureEach(
  { agent, rootToken }: SeededAgent,
  { sizes, seconds, judge }: PoliciesGrowth,
  what: string,
  writePolicies: WritePolicies,
): Promise<void> {
  const series = new Series(what, [...readColumns, { title: 'loaded MB', digits: 0 }]);
  for (const size of sizes) {
    const tokens: string[] = [];
    for (const policies of await writePolicies(size)) {
      tokens.push(await createToken(agent.address, rootToken, policies));
    }
    const requests = tokens.map((token) => readRequest(token, readPath));
    const figures = await readFigures({ judge, agent, requests, seconds });
    series.add(size, [...figures, await residentMegabytes(agent.pid)]);
  }
  series.end();
}

async function createToken(
  address: string,
  parent: string,
  policies: readonly string[],
): Promise<string> {
  const body = JSON.stringify({ policies });
  const headers = headersOf(parent);
  const path = '/v1/auth/token/create';
  const answer = await call(address, { method: 'POST', path, headers, body });
  return (answer as { auth: { client_token: string } }).auth.client_token;
}
