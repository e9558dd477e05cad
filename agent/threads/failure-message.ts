/**
 * Failures on their way to another thread: a registered one is its code and its parameters, and is
 * made anew over there. Nothing else crosses: an error that nobody expected ends the process where
 * it is met, and its text may quote what was being worked on.
 */
import type { ErrorCode } from '../../shared/errors/registry.ts';
import { type FailureParameters, failure, StrongBoxError } from '../../shared/errors/failure.ts';

export interface FailureMessage {
  readonly code: ErrorCode;
  readonly parameters: FailureParameters;
}

/** Throws whatever is no registered failure. */
export function failureMessage(error: unknown): FailureMessage {
  if (!(error instanceof StrongBoxError)) throw error;
  return { code: error.code, parameters: error.parameters };
}

export function failureOf({ code, parameters }: FailureMessage): StrongBoxError {
  return failure(code, parameters);
}
