/**
 * Why something that was asked for on the control channel failed, as plain data: it crosses a
 * thread, and lands in a model that knows no exceptions.
 */
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { ShapeProblem } from './shape.ts';

export interface ControlProblem {
  /** Stable: of the registry, or the agent's. `console.fault` is our own bug. */
  readonly code: string;
  /** What an HTTP caller would have been told. */
  readonly status: number;
  /** What failed and what to do; from the agent, so to be cleaned before it is shown. */
  readonly message: string;
}

/** The agent answered with an error. */
export class ControlRefusal extends Error {
  readonly problem: ControlProblem;

  constructor(problem: ControlProblem) {
    super(problem.message);
    this.name = 'ControlRefusal';
    this.problem = problem;
  }
}

/** Any thrown value as a problem. What is no failure of ours tells nothing of its text. */
export function problemOf(error: unknown): ControlProblem {
  if (error instanceof ControlRefusal) return error.problem;
  if (error instanceof StrongBoxError) {
    return { code: error.code, status: error.status, message: error.message };
  }
  if (error instanceof ShapeProblem) {
    return { code: 'client.answer-malformed', status: 502, message: error.message };
  }
  return { code: 'console.fault', status: 500, message: 'the console itself failed' };
}
