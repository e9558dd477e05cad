/**
 * The one way in which the agent gives up: the environment says stop (a disk that may have lost
 * what was confirmed), or a promise of our own code is broken. It must not answer anybody any more,
 * so nothing is drained and nothing is closed: the process ends as if it were killed, which is the
 * case that the store and the audit log are built to survive.
 */
import { StrongBoxError } from '../../shared/errors/failure.ts';
import { framesOf } from '../../shared/errors/frames.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';

export function fatal(log: Log, reason: Error): never {
  log.error('the agent stops at once', {
    code: reason instanceof StrongBoxError ? reason.code : reason.name,
    reason: reason.message,
    frames: framesOf(reason),
    ...causeOf(reason),
  });
  // Not process.exit: with a statement of the store in flight it aborts, and dumps core.
  process.kill(process.pid, 'SIGKILL');
  throw reason;
}

/** What lies behind the reason: its places, and its name. Its text may quote what was stored. */
function causeOf({ cause }: Error): LogFields {
  return cause instanceof Error ? { cause: cause.name, causeFrames: framesOf(cause) } : {};
}
