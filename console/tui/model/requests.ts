/** What this console asked of the agent: operation, path and outcome, never a body or a value. */
import { requestsMax } from './limits.ts';

export interface LoggedRequest {
  readonly id: number;
  readonly atMs: number;
  readonly operation: string;
  readonly path: string;
  /** Undefined while it waits. */
  readonly status: number | undefined;
  /** Empty for what went well. */
  readonly code: string;
  readonly tookMs: number | undefined;
}

/** Oldest first. */
export type RequestLog = readonly LoggedRequest[];

export function withRequest(
  log: RequestLog,
  request: Pick<LoggedRequest, 'id' | 'atMs' | 'operation' | 'path'>,
): RequestLog {
  const made = { ...request, status: undefined, code: '', tookMs: undefined };
  return [...log, made].slice(-requestsMax);
}

export function withAnswer(
  log: RequestLog,
  answer: {
    readonly id: number;
    readonly status: number;
    readonly code: string;
    readonly atMs: number;
  },
): RequestLog {
  return log.map((request) =>
    request.id === answer.id
      ? {
          ...request,
          status: answer.status,
          code: answer.code,
          tookMs: Math.max(0, answer.atMs - request.atMs),
        }
      : request,
  );
}
