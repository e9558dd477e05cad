import { type ErrorCode, errorSpec } from './registry.ts';

/** Values put into a message template. The thrower vouches that none is a secret or raw input. */
export type FailureParameters = Readonly<Record<string, string | number>>;

/**
 * An expected failure: the caller's or the environment's. Programmer errors are assertions instead
 * (shared/assert.ts). Match on `code`, never on the message.
 */
export class StrongBoxError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly exit: 1 | 2 | 3;
  readonly retryable: boolean;
  readonly parameters: FailureParameters;

  constructor(code: ErrorCode, parameters: FailureParameters = {}, cause?: unknown) {
    const spec = errorSpec(code);
    super(fillTemplate(spec.message, parameters), cause === undefined ? undefined : { cause });
    this.name = 'StrongBoxError';
    this.code = code;
    this.status = spec.status;
    this.exit = spec.exit;
    this.retryable = spec.retryable;
    this.parameters = parameters;
  }
}

/**
 * Makes the error of a code; `throw failure('store.overloaded')`. `cause` stays on the trusted
 * side.
 */
export function failure(
  code: ErrorCode,
  parameters: FailureParameters = {},
  cause?: unknown,
): StrongBoxError {
  return new StrongBoxError(code, parameters, cause);
}

/** Whether an unknown thrown value is the failure with that code. */
export function isFailure(error: unknown, code: ErrorCode): error is StrongBoxError {
  return error instanceof StrongBoxError && error.code === code;
}

function fillTemplate(template: string, parameters: FailureParameters): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}
