/**
 * What a large store costs beside a small one: a read (spread over all secrets, and over the same
 * thousand), the start, the unseal. 2,250,000 secrets take some minutes to seed, and 3 GB.
 */
import { manySecretsBudget, startBudget, unsealBudget } from './budgets.ts';
import { growSecrets, secretsTitles } from './growth/secrets.ts';
import { Judge } from './judge.ts';
import type { BenchOptions } from './options.ts';
import { SeededAgent } from './seed/seeded-agent.ts';
import { printFact } from './table.ts';

const defaultSizes = [1_000, 1_000_000, 2_250_000];

export async function benchSize(options: BenchOptions): Promise<void> {
  const { seconds, folder, sizes = defaultSizes } = options;
  using judge = await Judge.start();
  await using seeded = await SeededAgent.open({ folder });
  const ends = await growSecrets(seeded, { sizes, seconds, judge });
  const end = (title: string): { readonly last: number; readonly ratio: number } =>
    ends.get(title) ?? { last: Number.NaN, ratio: Number.NaN };
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)].map((size) => size?.toLocaleString('en'));
  const { cpu, cpuOfFew, start, unseal } = secretsTitles;
  console.log('');
  const beside = `among ${most}, of one among ${least}`;
  printFact(`CPU time of a read ${beside}`, end(cpu).ratio, '', manySecretsBudget);
  printFact('the same, of the same few secrets', end(cpuOfFew).ratio, '', manySecretsBudget);
  printFact(`start to sys/health with ${most}`, end(start).last, 'ms', startBudget);
  printFact(`last share to a first read with ${most}`, end(unseal).last, 'ms', unsealBudget);
}
