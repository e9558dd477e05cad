/** What the threads of a simulation tell each other. */
import type { Happening } from '../check/findings.ts';
import type { Plan } from '../world/plan.ts';

/** Runs of consecutive seeds, forwards or backwards. */
export interface Task {
  readonly tier: Plan['tier'];
  readonly from: number;
  readonly seeds: number;
  readonly isReversed: boolean;
}

export interface Failure {
  readonly seed: number;
  readonly message: string;
  readonly lines: readonly string[];
}

export interface TaskResult {
  readonly from: number;
  /** One hash for each seed that ran to its end, by seed. */
  readonly hashes: ReadonlyMap<number, string>;
  readonly failures: readonly Failure[];
  readonly events: number;
  readonly cpuMs: number;
  readonly counts: ReadonlyMap<Happening, number>;
}
