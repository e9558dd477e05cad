import { AssertionFailure } from '../../shared/assert.ts';

/**
 * A broken promise of our own code is never answered and never just logged: it ends the process,
 * from a turn of its own. Returns whether the error is one.
 */
export function endsTheProcess(error: unknown): boolean {
  if (!(error instanceof AssertionFailure)) return false;
  process.nextTick(() => {
    throw error;
  });
  return true;
}
