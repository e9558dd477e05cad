/**
 * What a large store costs beside a small one: a read (spread over all secrets, and over the same
 * thousand), the start, the unseal. 2,250,000 secrets take some minutes to seed, and 2 GB.
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
  const last = (title: string): number => ends.get(title)?.last ?? Number.NaN;
  const most = sizes.at(-1)?.toLocaleString('en') ?? '';
  const { spread, few, start, unseal } = secretsTitles;
  console.log('');
  printFact(`CPU time of a read in ${most} / in 1,000`, last(spread), '×', manySecretsBudget);
  printFact('the same, of the same 1,000', last(few), '×', manySecretsBudget);
  printFact(`start to sys/health with ${most}`, last(start), 'ms', startBudget);
  printFact(`last share to a first read with ${most}`, last(unseal), 'ms', unsealBudget);
}
