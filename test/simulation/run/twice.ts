/**
 * Runs every seed, usually twice: in another thread the second time, and in reverse order, so that
 * nothing that a run leaves behind in its process can pass for part of the next. What happened must
 * have the same hash.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Plan } from '../world/plan.ts';
import type { Failure, Task, TaskResult } from './messages.ts';

const workersCount = 2;
/** A world is garbage soon: with more room for young objects little of it is moved about. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };
/** Seeds that a worker is given at once. */
const seedsOfTask = 100;

/** Arguments of a process or thread in which the driver's limits are tight. */
export const tightLimits = [
  '--import',
  fileURLToPath(new URL('tight-limits.ts', import.meta.url)),
] as const;

export interface SeedRange {
  readonly tier: Plan['tier'];
  readonly from: number;
  readonly seeds: number;
  /** For long campaigns: what breaks is found, what differs between two runs is not. */
  readonly isOnce?: boolean;
  /** Arguments of Node for the threads; undefined: those of this process. */
  readonly execArgv?: readonly string[];
}

export interface TwiceResult {
  readonly results: readonly TaskResult[];
  readonly failures: readonly Failure[];
  /** Seeds whose two runs differ. */
  readonly differing: readonly number[];
}

export async function runTwice(range: SeedRange): Promise<TwiceResult> {
  const tasks = tasksOf(range);
  const { execArgv = process.execArgv, isOnce = false } = range;
  const workers = Array.from(
    { length: workersCount },
    () =>
      new Worker(new URL('worker.ts', import.meta.url), {
        execArgv: [...execArgv],
        resourceLimits,
      }),
  );
  try {
    const lists = workers.map((worker, position) =>
      runTasks(worker, listOf(tasks, position, isOnce)),
    );
    const results = (await Promise.all(lists)).flat();
    return { results, ...compare(results) };
  } finally {
    await Promise.all(workers.map(async (worker) => worker.terminate()));
  }
}

/** Of each pair of tasks a worker runs one forwards, and the other's one backwards afterwards. */
function listOf(tasks: readonly Task[], worker: number, isOnce: boolean): readonly Task[] {
  const own = tasks.filter((_, position) => position % workersCount === worker);
  if (isOnce) return own;
  const others = tasks.filter((_, position) => position % workersCount !== worker);
  return [...own, ...others.toReversed().map((task) => ({ ...task, isReversed: true }))];
}

function tasksOf({ tier, from, seeds }: SeedRange): readonly Task[] {
  const tasks: Task[] = [];
  // At least one task for each worker, so that both runs of a seed never share one.
  const size = Math.min(seedsOfTask, Math.ceil(seeds / workersCount));
  for (let begun = 0; begun < seeds; begun += size) {
    const count = Math.min(size, seeds - begun);
    tasks.push({ tier, from: from + begun, seeds: count, isReversed: false });
  }
  return tasks;
}

async function runTasks(worker: Worker, tasks: readonly Task[]): Promise<readonly TaskResult[]> {
  const results: TaskResult[] = [];
  for (const task of tasks) {
    const answer = Promise.withResolvers<TaskResult>();
    const { resolve, reject } = answer;
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(task, []);
    results.push(await answer.promise);
    worker.removeListener('error', reject);
  }
  return results;
}

function compare(results: readonly TaskResult[]): Omit<TwiceResult, 'results'> {
  const failures = new Map<number, Failure>();
  const hashes = new Map<number, Set<string>>();
  for (const result of results) {
    for (const failure of result.failures) failures.set(failure.seed, failure);
    for (const [seed, hash] of result.hashes) {
      hashes.set(seed, (hashes.get(seed) ?? new Set<string>()).add(hash));
    }
  }
  const bySeed = [...failures.values()].sort((left, right) => left.seed - right.seed);
  const differing = [...hashes].filter(([, found]) => found.size > 1).map(([seed]) => seed);
  return { failures: bySeed, differing };
}
