/** Runs one target for a number of runs or a time, and says how to see a failure again. */
import fc from 'fast-check';
import type { AtEnd, Target } from './target.ts';

export interface Round {
  readonly seed: number;
  readonly runsMax: number;
  /** The round also ends when this is over. */
  readonly timeMsMax?: number;
  /** The place of a failure that a round with this seed printed: only that is run. */
  readonly path?: string;
}

export interface Outcome {
  readonly runs: number;
  /** What to print, if the claim was broken. */
  readonly failure: string | undefined;
}

/** The ends of one target's life, run in the reverse order. */
class Ends implements AsyncDisposable {
  readonly #hooks: (() => unknown)[] = [];

  readonly atEnd: AtEnd = {
    after: (hook) => {
      this.#hooks.push(hook as () => unknown);
    },
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const hook of this.#hooks.reverse()) await hook();
  }
}

export async function runTarget(target: Target, round: Round): Promise<Outcome> {
  await using ends = new Ends();
  const property = await target.prepare(ends.atEnd);
  const details = await fc.check(property, {
    seed: round.seed,
    numRuns: round.runsMax,
    ...(round.path !== undefined && { path: round.path }),
    ...(round.timeMsMax !== undefined && {
      plugins: [fc.interruptAfterTimeLimit(round.timeMsMax)],
    }),
  });
  const isBroken = details.failed && details.counterexample !== null;
  return {
    runs: details.numRuns,
    failure: isBroken ? failureText(target, details) : undefined,
  };
}

function failureText(target: Target, details: fc.RunDetails<unknown>): string {
  const { seed, counterexamplePath: path, counterexample, errorInstance } = details;
  const reason = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
  return [
    `${target.name}: broken: ${target.claim}`,
    `  with ${fc.stringify(counterexample)}`,
    `  again: npm run fuzz -- --target ${target.name} --seed ${seed} --path ${path}`,
    `  ${reason}`,
    '',
  ].join('\n');
}
