/** The series: p99, CPU time and memory as one thing grows and everything else stays. */
import { Judge } from '../judge.ts';
import { type BenchOptions, wanted } from '../options.ts';
import { SeededAgent } from '../seed/seeded-agent.ts';
import { growConnections } from './connections.ts';
import { growPolicies } from './policies.ts';
import { growSecrets } from './secrets.ts';
import { growTokens } from './tokens.ts';

interface Growing {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly grow: (growth: {
    readonly sizes: readonly number[];
    readonly seconds: number;
    readonly judge: Judge;
  }) => Promise<void>;
}

const growing: readonly Growing[] = [
  {
    name: 'secrets',
    sizes: [1_000, 10_000, 100_000, 1_000_000],
    grow: async (growth) => {
      await using seeded = await SeededAgent.open();
      await growSecrets(seeded, growth);
    },
  },
  { name: 'tokens', sizes: [100, 1_000, 10_000, 80_000], grow: growTokens },
  { name: 'policies', sizes: [10, 100, 1_000], grow: growPolicies },
  { name: 'connections', sizes: [10, 100, 1_000, 10_000], grow: growConnections },
];

export async function benchGrowth(options: BenchOptions): Promise<void> {
  using judge = await Judge.start();
  for (const { sizes, grow } of wanted(growing, options)) {
    await grow({ sizes: options.sizes ?? sizes, seconds: options.seconds, judge });
  }
}
