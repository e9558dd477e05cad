/** Many seeds one after the other, in this thread. */
import type { Happening } from '../check/findings.ts';
import { drawPlan } from '../world/draw-plan.ts';
import { withoutPlatform } from './forbid.ts';
import type { Failure, Task, TaskResult } from './messages.ts';
import { BrokenRun, runPlan } from './run-plan.ts';

const failuresMax = 20;

export function runSeeds({ tier, from, seeds, isReversed }: Task): TaskResult {
  const hashes = new Map<number, string>();
  const failures: Failure[] = [];
  const counts = new Map<Happening, number>();
  let events = 0;
  const cpuBefore = process.threadCpuUsage();
  const run = (seed: number): void => {
    const result = runPlan(drawPlan(seed, tier));
    hashes.set(seed, result.hash);
    events += result.events;
    for (const [what, count] of result.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  };
  for (let done = 0; done < seeds && failures.length < failuresMax; done += 1) {
    const seed = isReversed ? from + seeds - 1 - done : from + done;
    const error = tryRun(() => run(seed));
    if (error !== undefined) failures.push(failureOf(seed, error));
  }
  const { user, system } = process.threadCpuUsage(cpuBefore);
  return { from, hashes, failures, events, counts, cpuMs: (user + system) / 1_000 };
}

/**
 * Without stacks: the driver answers many a request with an error that only its code matters of.
 * The stack of a failure is in its second run, under the printed command.
 */
function tryRun(run: () => void): BrokenRun | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    withoutPlatform(run);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenRun) return error;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function failureOf(seed: number, { message, lines }: BrokenRun): Failure {
  return { seed, message, lines };
}
