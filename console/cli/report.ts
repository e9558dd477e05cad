import type { Writable } from 'node:stream';
import { AssertionFailure } from '../../shared/assert.ts';
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { safeText } from './output/safe-text.ts';

/**
 * Tells a person what went wrong and returns the exit code. Failures of the registry say what
 * failed and what to do. Anything else is our own fault: then where it happened is shown, and
 * nothing that an unknown error may carry along.
 */
export function reportError(error: unknown, stderr: Writable): number {
  if (error instanceof StrongBoxError) {
    stderr.write(`Error: ${safeText(error.message)}\nCode: ${error.code}\n`);
    return error.exit;
  }
  const what = error instanceof AssertionFailure ? error.message : 'unexpected error';
  stderr.write(`Fault in strongbox itself (${safeText(what)}). Please report these lines:\n`);
  for (const line of placesOf(error)) stderr.write(`${safeText(line)}\n`);
  return 1;
}

/** The frames of a stack: places in the program, without the text of the error before them. */
function placesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const start = error.stack.indexOf(error.message);
  const frames = start < 0 ? '' : error.stack.slice(start + error.message.length);
  return frames.split('\n').filter((line) => /^\s+at .*(?:file|node):.*\d\)?$/u.test(line));
}
