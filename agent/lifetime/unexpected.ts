/**
 * Errors that nobody expected end the process, on whichever thread they are met. Their message may
 * quote what was being worked on: only their name and places are logged.
 */
import { AssertionFailure } from '../../shared/assert.ts';
import type { Log } from '../../src/ports/log.ts';
import { fatal } from './fatal.ts';

/** Watches this thread from now on. */
export function endOnTheUnexpected(log: Log): void {
  const end = (cause: unknown): never =>
    fatal(log, cause instanceof Error ? withoutText(cause) : new AssertionFailure('not an error'));
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function withoutText(cause: Error): Error {
  if (cause instanceof AssertionFailure) return cause;
  const quiet = new Error('an error that nobody expected');
  quiet.name = cause.name;
  quiet.stack = cause.stack ?? '';
  return quiet;
}
